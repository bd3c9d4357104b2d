"""The watchdog ends a process that does nothing about what waits for it, and no other."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from processors import watchdog
from processors.app import create_app, held_places
from processors.watchdog import Watchdog
from schemas.settings import Settings

PATIENCE_S, EVERY_S = 100.0, 10.0
TOPIC = "petitions.intake"


class Kafka:
    """Offsets of one topic, as the watchdog's consumer tells them."""

    def __init__(self) -> None:
        self.offsets = dict.fromkeys(range(4), 5)
        self.low = dict.fromkeys(range(4), 0)
        self.high = dict.fromkeys(range(4), 5)
        self.is_away = False

    def committed(self, places: list[TopicPartition], timeout: float) -> list[TopicPartition]:
        """See `Consumer.committed`."""
        if self.is_away:
            raise KafkaException(KafkaError(KafkaError._ALL_BROKERS_DOWN))
        return [TopicPartition(place.topic, place.partition, self.offsets[place.partition]) for place in places]

    def get_watermark_offsets(self, place: TopicPartition, timeout: float) -> tuple[int, int]:
        """See `Consumer.get_watermark_offsets`."""
        return self.low[place.partition], self.high[place.partition]


class Watched:
    """A watchdog whose clock a test moves; `left` is when it ended the process."""

    def __init__(self, kafka: Kafka) -> None:
        self.kafka = kafka
        self.now, self.worked, self.left = 1000.0, 0, 0.0
        self.held: frozenset[tuple[str, int]] | None = frozenset()
        self.dog = Watchdog(
            Settings(partitions=4),
            "petitions.linking",
            [TOPIC],
            patience_s=PATIENCE_S,
            work=lambda: self.worked,
            held=lambda: self.held,
        )

    def hold(self, *numbers: int) -> None:
        self.held = frozenset((TOPIC, number) for number in numbers)

    def wait(self, numbers: tuple[int, ...]) -> None:
        """Messages come that nobody has read."""
        for number in numbers:
            self.kafka.high[number] = 1_000_000

    def look(self, seconds: float, *, moving: tuple[int, ...] = (), works: bool = False) -> float:
        """Look for so long; these partitions move. When the process was ended, else 0."""
        began = self.now
        while self.now - began < seconds and not self.left:
            self.dog._look()
            self.now += EVERY_S
            self.worked += works
            for number in moving:
                self.kafka.offsets[number] += 7
        return self.left and self.left - began


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    kafka = Kafka()
    monkeypatch.setattr(watchdog, "Consumer", lambda settings: kafka)
    made = Watched(kafka)
    monkeypatch.setattr(watchdog, "monotonic", lambda: made.now)
    monkeypatch.setattr(Watchdog, "_leave", lambda self, reason, seconds: setattr(made, "left", made.now))
    return made


def test_a_hung_worker_is_ended_while_the_partitions_of_another_move(watched: Watched) -> None:
    watched.hold(0, 1)
    watched.wait((0, 1, 2, 3))
    assert watched.look(300, moving=(2, 3)) == pytest.approx(PATIENCE_S, abs=EVERY_S)


def test_a_worker_that_works_is_not_ended_for_the_partitions_of_another(watched: Watched) -> None:
    watched.hold(0)
    watched.wait((1,))
    assert not watched.look(1000)
    watched.wait((0,))
    assert not watched.look(1000, moving=(0,))


def test_a_worker_that_has_no_partition_stays(watched: Watched) -> None:
    watched.wait((0, 1))
    assert not watched.look(1000)


def test_one_partition_of_several_that_never_gets_its_turn_ends_the_process(watched: Watched) -> None:
    watched.hold(0, 1)
    watched.wait((0, 1))
    assert watched.look(1000, moving=(0,)) == pytest.approx(2 * PATIENCE_S, abs=EVERY_S)


def test_a_place_that_is_taken_over_begins_anew(watched: Watched) -> None:
    watched.hold(0)
    watched.wait((0, 1))
    assert not watched.look(90, moving=(0,))
    watched.hold(0, 1)
    assert not watched.look(90, moving=(0,))
    watched.hold(1)
    assert watched.look(300) < PATIENCE_S, "from then on it is its own"


def test_a_process_that_never_gets_its_share_is_ended_where_the_whole_group_stands_still(watched: Watched) -> None:
    watched.held = None
    watched.wait((0, 1))
    assert not watched.look(300, moving=(1,))
    assert watched.look(300) == pytest.approx(PATIENCE_S, abs=2 * EVERY_S)


def test_while_kafka_is_away_or_state_is_read_back_nobody_is_ended(watched: Watched) -> None:
    watched.hold(0)
    watched.wait((0,))
    assert not watched.look(1000, works=True)
    watched.kafka.is_away = True
    assert not watched.look(1000)
    watched.kafka.is_away = False
    assert watched.look(300) == pytest.approx(PATIENCE_S, abs=2 * EVERY_S)


def test_messages_that_were_deleted_by_their_age_do_not_wait(watched: Watched) -> None:
    watched.hold(0)
    watched.kafka.low[0] = watched.kafka.high[0] = 20
    assert not watched.look(1000)


def app(*held: int, is_rebalancing: bool = False, count: int = 1) -> Any:
    assigned = [SimpleNamespace(topic=TOPIC, partition=one) for one in held]
    consumer = SimpleNamespace(assignment=lambda: assigned)
    return SimpleNamespace(consumer=consumer, rebalancing=is_rebalancing, rebalancing_count=count)


def test_what_a_process_has_is_known_from_its_first_share_on() -> None:
    assert held_places(app(0, 2)) == {(TOPIC, 0), (TOPIC, 2)}
    assert held_places(app(0, is_rebalancing=True)) == {(TOPIC, 0)}
    assert held_places(app()) == frozenset()
    assert held_places(app(is_rebalancing=True)) is None
    assert held_places(app(count=0)) is None


def test_what_a_process_has_is_not_known_before_it_starts_and_after_it_has_stopped(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    made = create_app(settings, "linking", [])
    assert held_places(made) is None
    made.rebalancing_count = 1
    assert held_places(made) is None
