"""How fast old records are fed: as the pipeline takes them, but never so many that live ones have to queue."""

import time
from collections.abc import Callable, Mapping

from deploy.backlog import Queue

PARCEL_ROWS = 200
"""Rows of one parcel of a takeover: small, because a live petition waits behind whole parcels."""
MOST_WAIT_S = 2.0
"""Old records under way at once, as seconds of work. The second between two commits is in it."""
LEAST_ROWS = 400
"""Fewer under way would leave processes idle before any rate is known."""
LOOK_AGAIN_S = 0.2
RATE_S = 5.0
"""The rate is that of the last so many seconds."""


class Pace:
    """Called before each parcel; returns when what is under way is little enough."""

    def __init__(
        self,
        queues: Callable[[], Mapping[str, Queue]],
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._queues = queues
        self._clock = clock
        self._pause = pause
        self._began = {name: queue.written for name, queue in queues().items()}
        self._fed = 0
        self._rate = 0.0
        self._measured = (clock(), 0.0)

    def __call__(self, rows: int) -> None:
        """Wait until these rows may be sent."""
        while (under_way := self.under_way()) > max(LEAST_ROWS, MOST_WAIT_S * self._rate):
            self._measure(self._fed - under_way)
            self._pause(LOOK_AGAIN_S)
        self._measure(self._fed - under_way)
        self._fed += rows

    def under_way(self) -> float:
        """Rows that were fed and are not in the index yet; a message is taken for as many rows as is usual there."""
        found = 0.0
        for name, queue in self._queues().items():
            messages = queue.written - self._began[name]
            if messages > 0:
                found += min(queue.waiting, messages) * self._fed / messages
        return found

    def _measure(self, done: float) -> None:
        now = self._clock()
        then, before = self._measured
        if now - then >= RATE_S:
            self._rate = max(0.0, done - before) / (now - then)
            self._measured = now, done
