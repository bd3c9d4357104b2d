"""The kept searches and what they have found, as the console knows them from their topics."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock

from schemas.search_events import SavedSearch, SearchHit
from schemas.terms import Notice

MOST_KEPT = 20
"""Searches of one official: each is asked about every case that comes."""


class Shelf:
    """Safe from any thread. Bounded by officials, and by the retention of what was found."""

    def __init__(self) -> None:
        """Empty."""
        self._lock = Lock()
        self._searches: dict[str, SavedSearch] = {}
        self._of: dict[str, dict[str, SavedSearch]] = {}
        self._hits: dict[str, SearchHit] = {}

    def put(self, search: SavedSearch) -> None:
        """A search in its latest form; one that was deleted is forgotten with what it found."""
        with self._lock:
            if search.is_deleted:
                self._searches.pop(search.search_id, None)
                self._of.get(search.owner, {}).pop(search.search_id, None)
                self._hits = {k: hit for k, hit in self._hits.items() if hit.search_id != search.search_id}
            else:
                self._searches[search.search_id] = search
                self._of.setdefault(search.owner, {})[search.search_id] = search

    def found(self, hits: Iterable[SearchHit]) -> None:
        """Remember what was told; the first word about a search and a case counts."""
        with self._lock:
            for hit in hits:
                self._hits.setdefault(hit.hit_id, hit)

    def is_known(self, hit_id: str) -> bool:
        """Whether this was told already."""
        return hit_id in self._hits

    def of(self, owner: str) -> list[SavedSearch]:
        """The searches of one official, the oldest first; asked for with each page, so no other's are looked at."""
        with self._lock:
            return sorted(self._of.get(owner, {}).values(), key=lambda one: (one.created_at, one.search_id))

    def watching(self) -> list[SavedSearch]:
        """All that somebody wants to be told about."""
        with self._lock:
            return [one for one in self._searches.values() if one.notice is not Notice.NEVER]

    def hits(self, search_id: str) -> list[SearchHit]:
        """What a search has found, the latest first."""
        with self._lock:
            return sorted(
                (hit for hit in self._hits.values() if hit.search_id == search_id),
                key=lambda hit: (hit.at, hit.case_id),
                reverse=True,
            )

    def forget_before(self, moment: datetime, kept: timedelta) -> None:
        """Let go of what is so old that nothing matches it again."""
        with self._lock:
            self._hits = {name: hit for name, hit in self._hits.items() if moment - hit.at < kept}
