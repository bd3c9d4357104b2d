"""Build a new index from the compacted topic while the old one serves, then swap the alias.

1. A new index is filled from the beginning of `cases` to its end, and refreshed. What came meanwhile is written and
   refreshed as well: search does not go back at the swap.
2. The alias moves to it in one step. The indexer writes through the alias: from its next request on it fills the new
   index by itself.
3. What the indexer wrote into the old index only, before the swap, was in the topic before the swap. So the topic is
   read once more, from where step 1 ended to where the topic ends after the swap. External versions make it harmless
   that some cases are written twice. Where Kafka is away, this is tried again: without it stale cases would stay.
Search is answered all the time; nothing that was found before is missing after.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from threading import Event

from confluent_kafka import KafkaException

from consumers.bulk import ElasticsearchSink
from consumers.elastic import connect
from consumers.health import Health
from consumers.letters import DeadLetterLimit, KafkaLetters
from consumers.loop import FIRST_PAUSE_S, LONGEST_PAUSE_S, Record
from consumers.replay import Positions, TopicUnreadable, replay
from consumers.search.index import alias_of, create_next, current_index, drop_old, swap
from consumers.search.indexer import CaseIndexer
from consumers.search.words import load_words
from schemas.settings import Settings
from schemas.topics import Topic

log = logging.getLogger(__name__)

REFRESH_LIMIT_S = 600.0
"""A new index is refreshed once, after all has been written."""
LONGEST_CHASE = 20
"""Passes over what came meanwhile before the swap is made all the same: a busy topic has no still moment."""


MOST_TRIES = 40
"""Of the pass after the swap: some ten minutes without Kafka."""


@dataclass(frozen=True, slots=True)
class Reindexed:
    """What a reindex did."""

    old: str | None
    new: str
    messages: int
    dropped: tuple[str, ...] = ()


def reindex(
    settings: Settings,
    *,
    with_drop: bool = False,
    progress: Callable[[int], None] = lambda messages: None,
    before_swap: Callable[[], None] = lambda: None,
) -> Reindexed:
    """A new index from the topic, the alias swapped without a pause in search; old indices stay unless dropped."""
    alias = alias_of(settings)
    letters = KafkaLetters(settings)
    with connect(settings, timeout_s=REFRESH_LIMIT_S) as client:
        old = current_index(client, alias)
        new = create_next(client, settings)
        sink = ElasticsearchSink(client.transport, new, bulk_bytes=settings.bulk_bytes, is_alias=False)
        limit = DeadLetterLimit(settings.dead_letter_limit)
        copy = _Copy(settings, CaseIndexer(sink, letters, limit, Health(), load_words(settings)))
        for _ in range(LONGEST_CHASE):
            if not copy.advance(progress):
                break
        client.indices.refresh(index=new)
        if copy.advance(progress):
            client.indices.refresh(index=new)
        before_swap()
        swap(client, alias, new)
        copy.advance_insistently(progress)
        dropped = drop_old(client, alias) if with_drop else []
    letters.close()
    return Reindexed(old, new, copy.messages, tuple(dropped))


class _Copy:
    """Carries the topic into the new index and remembers how far it came."""

    def __init__(self, settings: Settings, step: CaseIndexer) -> None:
        self._settings = settings
        self._step = step
        self._positions: Positions = {}
        self.messages = 0

    def advance(self, progress: Callable[[int], None]) -> int:
        """Copy all that the topic holds beyond the present positions; returns how many messages that were."""
        before = self.messages
        for records in self._records(self._positions):
            self._write(records)
            self.messages += len(records)
            for record in records:
                self._positions[record.topic, record.partition] = record.offset + 1
            progress(self.messages)
        return self.messages - before

    def advance_insistently(self, progress: Callable[[int], None]) -> None:
        """The same, tried again where Kafka does not answer; raises what it said last when it never does."""
        pause = FIRST_PAUSE_S
        for _ in range(MOST_TRIES - 1):
            try:
                self.advance(progress)
                return
            except (KafkaException, TopicUnreadable) as error:
                log.warning("the last pass of a reindex waits for Kafka", extra={"error": type(error).__name__})
            Event().wait(pause)
            pause = min(LONGEST_PAUSE_S, pause * 2)
        self.advance(progress)

    def _records(self, since: Mapping[tuple[str, int], int]) -> Iterator[list[Record]]:
        return replay(self._settings, Topic.CASES.under(self._settings.prefix), since=dict(since))

    def _write(self, records: list[Record]) -> None:
        left = self._step.attempt(self._step.prepare(records))
        pause = FIRST_PAUSE_S
        while left:
            Event().wait(pause)
            pause = min(LONGEST_PAUSE_S, pause * 2)
            left = self._step.attempt(left)
