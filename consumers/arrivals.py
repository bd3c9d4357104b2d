"""The latest events of a topic of one partition in their order, and a wake-up for those who wait for more.

The topic has one partition, so an offset is a place in the order of all events: it is the id by which a feed goes on.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Generic, TypeVar

MOST_KEPT = 50_000
"""Events in memory; older ones are in the topic only."""

T = TypeVar("T")


class Arrivals(Generic[T]):
    """Offset and event of the latest; safe from any thread."""

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        """Empty."""
        self._entries: list[tuple[int, T]] = []
        self._most_kept = most_kept
        self._lock = Lock()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def add(self, entries: Iterable[tuple[int, T]]) -> None:
        """Keep later events and wake all who wait."""
        with self._lock:
            new = self._new(entries)
            every = self._entries + new
            self._entries = every[-self._most_kept :]
            self._forget([event for _, event in every[: -self._most_kept]])
            waiting, self._waiting = self._waiting, set()
        for loop, event in waiting:
            loop.call_soon_threadsafe(event.set)

    def after(self, offset: int) -> list[tuple[int, T]]:
        """The events behind an offset, the earliest first; -1 means from the beginning."""
        with self._lock:
            return self._entries[bisect_right(self._entries, offset, key=lambda entry: entry[0]) :]

    def latest(self, count: int) -> list[tuple[int, T]]:
        """The last so many."""
        with self._lock:
            return self._entries[-count:]

    @property
    def newest(self) -> int:
        """The offset of the last one; -1 where there is none."""
        with self._lock:
            return self._entries[-1][0] if self._entries else -1

    async def wait(self, offset: int, timeout_s: float) -> None:
        """Return when there is an event behind the offset, or after the time."""
        event = asyncio.Event()
        mark = asyncio.get_running_loop(), event
        with self._lock:
            if self._entries and self._entries[-1][0] > offset:
                return
            self._waiting.add(mark)
        try:
            async with asyncio.timeout(timeout_s):
                await event.wait()
        except TimeoutError:
            return
        finally:
            with self._lock:
                self._waiting.discard(mark)

    def _new(self, entries: Iterable[tuple[int, T]]) -> list[tuple[int, T]]:
        """What is kept of the events that came; under the lock."""
        return list(entries)

    def _forget(self, events: Sequence[T]) -> None:
        """These are no longer kept; under the lock."""
