"""Run consumers inside a test, publish cases for them, and wait for conditions."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import uvicorn
from elasticsearch import Elasticsearch
from kafka import KafkaProducer

from consumers.api.application import create_application
from consumers.api.backend import Backend
from consumers.search.index import alias_of
from schemas.contract import Contract
from schemas.events import Case
from schemas.keys import partition_of
from schemas.settings import Settings
from schemas.topics import Topic

PATIENCE_S = 60.0


def publish(settings: Settings, topic: Topic, messages: dict[str, Contract | bytes] | list[Case]) -> None:
    """Write messages under their keys; cases go where their county lives."""
    pairs = [(case.case_id, case) for case in messages] if isinstance(messages, list) else list(messages.items())
    producer = KafkaProducer(bootstrap_servers=settings.kafka.split(","), acks="all")
    for key, message in pairs:
        partition = partition_of(message.home, settings.partitions) if isinstance(message, Case) else 0
        value = message if isinstance(message, bytes) else message.to_bytes()
        producer.send(topic.under(settings.prefix), key=key.encode(), value=value, partition=partition)
    producer.flush()
    producer.close()


@contextmanager
def running(start: Callable[[Settings, Event], None], settings: Settings) -> Iterator[None]:
    """A consumer in the background for as long as the block lasts; its error becomes the test's."""
    stop = Event()
    errors: list[BaseException] = []

    def body() -> None:
        try:
            start(settings, stop)
        except BaseException as error:
            errors.append(error)

    thread = Thread(target=body)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_S)
    if errors:
        raise errors[0]


def eventually(condition: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Wait for a condition, not for a time."""
    until = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < until, "the condition did not come true"
        time.sleep(0.05)


def indexed(client: Elasticsearch, settings: Settings) -> int:
    """How many documents can be found; 0 before there is an index."""
    alias = alias_of(settings)
    if not client.indices.exists_alias(name=alias):
        return 0
    client.indices.refresh(index=alias)
    return int(client.count(index=alias).body["count"])


@contextmanager
def served(made: Backend) -> Iterator[int]:
    """The console on a port of its own, which is given."""
    server = uvicorn.Server(uvicorn.Config(create_application(made), port=0, log_config=None, access_log=False))
    thread = Thread(target=server.run)
    thread.start()
    eventually(lambda: server.started)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        thread.join()
