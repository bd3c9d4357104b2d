"""What kept searches have found, in its order: read from its topic once, then as it comes."""

from collections.abc import Iterable, Sequence
from threading import Event

from consumers.arrivals import MOST_KEPT, Arrivals
from consumers.following import Read, follow_topics
from schemas.search_events import SearchHit
from schemas.settings import Settings
from schemas.topics import Topic

Find = tuple[int, SearchHit]
"""Offset and what was found."""


class Finds(Arrivals[SearchHit]):
    """The latest; a word about a search and a case counts once, also where two consoles said it."""

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        """Empty."""
        super().__init__(most_kept)
        self._known: set[str] = set()

    def _new(self, entries: Iterable[Find]) -> list[Find]:
        new = []
        for offset, hit in entries:
            if hit.hit_id not in self._known:
                self._known.add(hit.hit_id)
                new.append((offset, hit))
        return new

    def _forget(self, events: Sequence[SearchHit]) -> None:
        self._known -= {hit.hit_id for hit in events}


def follow_finds(settings: Settings, finds: Finds, stop: Event) -> None:
    """Read what was found from the beginning; go on until told to stop."""

    def take(events: Sequence[Read]) -> None:
        finds.add((one.offset, one.event) for one in events)

    follow_topics(settings, {Topic.SEARCHES_FOUND: SearchHit}, take, stop)
