"""How fast old records are fed: as the pipeline takes them, but never so many that live ones have to queue."""

import time
from collections.abc import Callable, Collection, Mapping

from deploy.backlog import Queue

PARCEL_ROWS = 200
"""Rows of one parcel of a takeover: small, because a live petition waits behind whole parcels."""
MOST_WAIT_S = 2.5
"""Old records before the desks at once, as seconds of work. Three stages commit once a second each, so that more than
half of it is worked off already and only not known to be; a lower bound would make the rate fall, and with it the
bound, until only `LEAST_ROWS` were left."""
MOST_GATHERED_S = 6.0
"""Old cases before the index at once, as seconds of work: it gathers them for some seconds, and a live one among them
ends that."""
LEAST_ROWS = 400
"""Fewer before the desks would leave processes idle before any rate is known; before the index twice as many."""
LOOK_AGAIN_S = 0.2
RATE_S = 5.0
"""The rate is that of the last so many seconds."""


class Pace:
    """Called before each parcel; returns when what is under way is little enough."""

    def __init__(
        self,
        queues: Callable[[], Mapping[str, Queue]],
        index: Collection[str] = (),
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`queues` by topic; those that `index` names lie before the index, the others before desks."""
        self._queues = queues
        self._index = frozenset(index)
        self._clock = clock
        self._pause = pause
        self._began = {name: queue.written for name, queue in queues().items()}
        self._fed = 0
        self._rate = 0.0
        self._measured = (clock(), 0.0)

    def __call__(self, rows: int) -> None:
        """Wait until these rows may be sent."""
        while True:
            before_desks, before_index = self.under_way()
            self._measure(self._fed - before_desks)
            if before_desks <= max(LEAST_ROWS, MOST_WAIT_S * self._rate) and before_index <= max(
                2 * LEAST_ROWS, MOST_GATHERED_S * self._rate
            ):
                break
            self._pause(LOOK_AGAIN_S)
        self._fed += rows

    def under_way(self) -> tuple[float, float]:
        """Rows that were fed and wait before desks, and before the index; a message is taken for as many rows as is
        usual there.
        """
        desks = index = 0.0
        for name, queue in self._queues().items():
            messages = queue.written - self._began[name]
            rows = min(queue.waiting, messages) * self._fed / messages if messages > 0 else 0.0
            if name in self._index:
                index += rows
            else:
                desks += rows
        return desks, index

    def _measure(self, done: float) -> None:
        now = self._clock()
        then, before = self._measured
        if now - then >= RATE_S:
            self._rate = max(0.0, done - before) / (now - then)
            self._measured = now, done
