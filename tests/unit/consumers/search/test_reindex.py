"""A reindex in its order: what came while the new index was refreshed is in it before it is searched."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from consumers.loop import Record
from consumers.replay import TopicUnreadable
from consumers.search import reindex as module
from schemas.settings import Settings

AWAY = KafkaException(KafkaError(KafkaError._ALL_BROKERS_DOWN))


class World:
    """A topic that grows, an index that remembers what was visible at the swap, and Kafka that may be away."""

    def __init__(self) -> None:
        self.topic = [1, 2]
        self.written: list[int] = []
        self.visible: list[int] = []
        self.at_swap: list[int] | None = None
        self.failures: list[Exception] = []
        self.indices = self

    def replay(self, settings: Settings, topic: str, since: Mapping[tuple[str, int], int]) -> Iterator[list[Record]]:
        if self.at_swap is not None and self.failures:
            raise self.failures.pop(0)
        for offset in range(since.get((topic, 0), 0), len(self.topic)):
            yield [Record(topic, 0, offset, None, b"%d" % self.topic[offset])]

    def refresh(self, index: str) -> None:
        self.visible = list(self.written)
        if len(self.topic) == 2:
            self.topic.append(3)  # comes while the refresh goes on

    def prepare(self, records: list[Record]) -> list[int]:
        return [int(one.value or b"") for one in records]

    def attempt(self, work: list[int]) -> list[int]:
        self.written += work
        return []

    def swap(self, *_: object) -> None:
        self.at_swap = list(self.visible)
        self.topic.append(4)  # the indexer still wrote it into the old index

    def close(self) -> None: ...


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made: Any = World()

    @contextmanager
    def connect(*_: object, **__: object) -> Iterator[Any]:
        made.transport = None
        yield made

    for name in ("load_words", "ElasticsearchSink", "current_index", "create_next"):
        monkeypatch.setattr(module, name, lambda *_, **__: "new")
    for name in ("KafkaLetters", "CaseIndexer"):
        monkeypatch.setattr(module, name, lambda *_, **__: made)
    for name in ("replay", "swap"):
        monkeypatch.setattr(module, name, getattr(made, name))
    monkeypatch.setattr(module, "connect", connect)
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 0.0)
    found: World = made
    return found


def test_what_came_while_the_new_index_was_refreshed_is_found_at_the_swap(world: World) -> None:
    assert module.reindex(Settings()).messages == 4
    assert (world.at_swap, world.written) == ([1, 2, 3], [1, 2, 3, 4])


def test_the_pass_after_the_swap_is_tried_again_where_kafka_is_away(world: World) -> None:
    world.failures = [AWAY, TopicUnreadable("cases"), AWAY]
    module.reindex(Settings())
    assert world.written == [1, 2, 3, 4]


def test_a_pass_that_never_succeeds_ends_with_the_error(world: World) -> None:
    world.failures = [AWAY] * module.MOST_TRIES
    with pytest.raises(KafkaException):
        module.reindex(Settings())
