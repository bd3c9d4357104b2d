"""Topics that a process reads from the beginning and goes on reading, to know in memory what they say."""

import logging
from collections.abc import Callable, Mapping, Sequence
from threading import Event
from typing import Any, NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from consumers.reading import Unreadable, reader
from schemas.connections import without_group
from schemas.contract import Contract
from schemas.settings import Settings
from schemas.topics import Topic

log = logging.getLogger(__name__)

AT_ONCE = 500
POLL_S = 0.2


class Read(NamedTuple):
    """An event as it was read: in the form of its contract, and not made for writing."""

    topic: Topic
    offset: int
    event: Any


def follow_topics(
    settings: Settings, events: Mapping[Topic, type[Contract]], take: Callable[[Sequence[Read]], None], stop: Event
) -> None:
    """Give every event of some topics of one partition to `take`, batch by batch, until told to stop."""
    consumer = Consumer(without_group(settings) | {"fetch.wait.max.ms": 50, "log_level": 2})
    readers = {topic.under(settings.prefix): (topic, reader(event)) for topic, event in events.items()}
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING) for topic in readers])
    try:
        while not stop.is_set():
            found: list[Read] = []
            for message in consumer.consume(AT_ONCE, timeout=POLL_S):
                if message.error() is not None:
                    continue  # the client goes on by itself
                topic, read = readers[str(message.topic())]
                try:
                    event = read(message.value() or b"")
                except Unreadable:
                    log.warning("event not understood", extra={"offset": message.offset()})
                else:
                    found.append(Read(topic, int(message.offset() or 0), event))
            if found:
                take(found)
    except KafkaException as error:
        log.error("a topic is no longer read", extra={"error": type(error).__name__})
        raise
    finally:
        consumer.close()
