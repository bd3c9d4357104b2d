"""Asks every kept search about the cases that were just indexed, and once a night about all that is new.

What the sweep finds that was not told is told late, and counted as a defect of ours. Each search is asked with the
rights that its owner has at that moment.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from consumers.api.backend import Backend
from consumers.health import SEARCHES_MISSED
from consumers.message import Message
from consumers.rights.viewer import Right
from consumers.saved.matching import hit, is_of_the_case_alone, match_body
from consumers.search.reader import IndexReader, IndexUnavailable, SearchRefused
from consumers.sending import Unsent
from schemas.office_time import office_day
from schemas.search_events import SavedSearch, SearchHit
from schemas.topics import Topic

log = logging.getLogger(__name__)

TOGETHER: Final = 500
"""Cases that a search is asked about at once."""
SETTLED: Final = timedelta(minutes=10)
"""What came so lately may not have been matched yet: the sweep does not call it missed."""
REMEMBERED: Final = timedelta(days=50)
_OF_ONE_SEARCH: Final = (SearchRefused, ValueError, ArithmeticError, LookupError)
"""What asking one search can raise, such as a `QueryError` where it was kept when the language was another one: it
stops no other search."""


class Wait(Protocol):
    """Pauses; True when told to stop."""

    def __call__(self, timeout: float) -> bool: ...


class Watcher:
    """Matches, remembers and tells."""

    def __init__(self, backend: Backend, everything: IndexReader) -> None:
        """`everything` says which version of a case is in the index; it shows nothing to anybody."""
        self._backend = backend
        self._everything = everything

    def indexed(self, versions: dict[str, int]) -> bool:
        """Whether the index holds these cases in these versions or later ones."""
        body = {
            "query": {"terms": {"case_id": sorted(versions)}},
            "size": len(versions),
            "_source": ["case_id", "version"],
        }
        held = {
            source["case_id"]: source["version"]
            for source in (one["_source"] for one in self._everything.search(body)["hits"]["hits"])
        }
        return all(held.get(name, 0) >= version for name, version in versions.items())

    def match(self, ids: Sequence[str]) -> int:
        """Ask every search about cases that were indexed; how many were told. Raises `Unsent`, `IndexUnavailable`."""
        parts = [ids[at : at + TOGETHER] for at in range(0, len(ids), TOGETHER)]
        told = self._tell(
            hit(search, source["case_id"], self.now)
            for search in self._backend.shelf.watching()
            for part in parts
            for source in self._found(search, part)
        )
        return len(told)

    def sweep(self, *, is_start: bool = False) -> int:
        """Ask every search about all that is new; how many were told. After a start nothing is late, nor is what has
        come true without anything coming to the case."""
        now = self.now
        self._backend.shelf.forget_before(now, REMEMBERED)
        missed = [
            hit(search, source["case_id"], now, is_late=not is_start and is_of_the_case_alone(search))
            for search in self._backend.shelf.watching()
            for source in self._found(search, None)
            if is_start or now - datetime.fromisoformat(source["updated_at"]) > SETTLED
        ]
        told = self._tell(missed)
        late = sum(one.is_late for one in told)
        if late:
            SEARCHES_MISSED.inc(late)
            log.error("kept searches had missed cases", extra={"count": late})
        return len(told)

    @property
    def has_work(self) -> bool:
        """Whether anybody wants to be told anything."""
        return bool(self._backend.shelf.watching())

    @property
    def now(self) -> datetime:
        return self._backend.sessions.now

    def _found(self, search: SavedSearch, ids: Sequence[str] | None) -> Iterator[dict[str, Any]]:
        viewer = self._backend.viewer_named(search.owner)
        if viewer is None or Right.CASES not in viewer.rights:
            return
        cases = self._backend.cases_at_length(viewer)
        try:
            body = match_body(
                search,
                self.now,
                office_day(self.now),
                ids=ids,
                words=self._backend.spelling.words,
                codes=self._backend.units_named,
            )
            hits = cases.search(body)["hits"]["hits"]
        except _OF_ONE_SEARCH as error:
            told = {"search": search.search_id, "error": type(error).__name__}
            log.warning("a kept search cannot be asked", extra=told)
            return
        for found in hits:
            yield found["_source"]

    def _tell(self, hits: Iterable[SearchHit]) -> list[SearchHit]:
        """Those that had not been told before."""
        new = {one.hit_id: one for one in hits if not self._backend.shelf.is_known(one.hit_id)}
        if new:
            topic = Topic.SEARCHES_FOUND
            self._backend.send([Message(topic, 0, name.encode(), one.to_bytes()) for name, one in new.items()])
            self._backend.shelf.found(new.values())
        return list(new.values())


def insistently(work: Callable[[], int], wait: Wait, pause_s: float = 2.0) -> None:
    """Try until the index and Kafka answer, or until told to stop."""
    while True:
        try:
            work()
            return
        except (IndexUnavailable, Unsent) as error:
            log.warning("kept searches wait", extra={"error": type(error).__name__})
            if wait(pause_s):
                return
