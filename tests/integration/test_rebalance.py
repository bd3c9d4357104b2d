"""Partitions move between workers under load, with full queues: nothing is missed, effects count once.

Numbered events, so that a single lost message shows. `REBALANCE_RUNS=20` repeats the hardest run.
"""

import os
from pathlib import Path

import orjson
import pytest
from confluent_kafka import Producer

from schemas.settings import Settings
from schemas.topics import Topic
from tests.integration.fleet import Fleet, committed, fleet, read_all, until

MESSAGES = 3_000
NUMBERS = 5
WORKER = "tests.integration.numbered_worker"
RUNS = int(os.environ.get("REBALANCE_RUNS", "2"))


@pytest.fixture
def waiting(settings: Settings) -> Settings:
    """An instance whose intake is full before the first worker starts."""
    producer = Producer({"bootstrap.servers": settings.kafka, "linger.ms": 20})
    topic = Topic.INTAKE.under(settings.prefix)
    for message in range(MESSAGES):
        numbers = list(range(message * NUMBERS, (message + 1) * NUMBERS))
        producer.produce(topic, orjson.dumps({"ids": numbers}), b"p", message % settings.partitions)
        producer.poll(0)
    producer.flush()
    return settings


def processed(settings: Settings) -> int:
    return committed(settings, f"{settings.prefix}.linking", Topic.INTAKE.under(settings.prefix))


def assert_nothing_missed(settings: Settings, workers: Fleet) -> None:
    until(lambda: processed(settings) == MESSAGES, "all messages are processed", 180)
    counted = read_all(settings, Topic.RECORDS.under(settings.prefix), settings.partitions)
    missing = set(range(MESSAGES * NUMBERS)) - {int(key) for key, _ in counted}
    assert not missing, f"{len(missing)} numbers were never processed\n{workers.logs()}"


@pytest.mark.parametrize("run", range(RUNS))
def test_a_second_worker_joins_and_the_first_is_killed(waiting: Settings, tmp_path: Path, run: int) -> None:
    with fleet(waiting, tmp_path) as workers:
        first = workers.start(WORKER)
        until(lambda: processed(waiting) > 100 + 150 * (run % 5), "the first worker is at work")
        workers.start(WORKER)
        at = processed(waiting)
        until(lambda: processed(waiting) > at + 40 * (run % 7), "the second worker is joining")
        first.kill()
        workers.start(WORKER)
        assert_nothing_missed(waiting, workers)


def test_a_worker_leaves_by_sigterm_and_comes_back_to_its_state(waiting: Settings, tmp_path: Path) -> None:
    with fleet(waiting, tmp_path) as workers:
        first = workers.start(WORKER, home="first")
        workers.start(WORKER)
        until(lambda: processed(waiting) > 300, "both workers are at work")
        first.terminate()
        first.wait(30)
        at = processed(waiting)
        until(lambda: processed(waiting) > at, "the other goes on alone")
        workers.start(WORKER, home="first")
        assert_nothing_missed(waiting, workers)
