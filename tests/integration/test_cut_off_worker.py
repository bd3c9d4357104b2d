"""A worker that does not reach Kafka for longer than its session leaves before others have its partitions."""

from pathlib import Path

import orjson
from confluent_kafka import Producer

from deploy.servers.addresses import Servers
from schemas.settings import Settings
from schemas.topics import Topic
from tests.integration.fleet import committed, fleet, read_all, until

WORKER = "tests.integration.numbered_worker"
MESSAGES = 2_000


def fill(settings: Settings) -> None:
    """Numbered messages that wait for the first worker."""
    producer = Producer({"bootstrap.servers": settings.kafka, "linger.ms": 20})
    for number in range(MESSAGES):
        value = orjson.dumps({"ids": [number]})
        producer.produce(Topic.INTAKE.under(settings.prefix), value, b"p", number % settings.partitions)
    assert producer.flush(60) == 0


def test_a_worker_at_work_leaves_while_kafka_is_away_and_the_next_one_misses_nothing(
    own_servers: Servers, own_settings: Settings, tmp_path: Path
) -> None:
    group, intake = f"{own_settings.prefix}.linking", Topic.INTAKE.under(own_settings.prefix)
    fill(own_settings)
    with fleet(own_settings, tmp_path) as workers:
        first = workers.start(WORKER)
        until(lambda: committed(own_settings, group, intake) > 0, "the worker is at work")
        own_servers.kafka.kill()
        assert first.wait(60) == 70, workers.logs()
        own_servers.kafka.start()
        workers.start(WORKER)
        until(lambda: committed(own_settings, group, intake) == MESSAGES, "all messages are processed")
        counted = read_all(own_settings, Topic.RECORDS.under(own_settings.prefix), own_settings.partitions)
    assert {int(key) for key, _ in counted} == set(range(MESSAGES))
