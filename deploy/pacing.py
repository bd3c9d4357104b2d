"""How fast old records are fed: as fast as the pipeline takes them while nothing waits long in it.

A live petition waits as long as the old records before it. So the pace looks at that time, not at how many there are:
what was written so long ago has to be worked off. While it is, a little more is fed each second; where it is not,
nothing, and then less.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Mapping

from kafka import TopicPartition

from deploy.backlog import Queue

PARCEL_ROWS = 100
"""Rows of one parcel of a takeover: small, because a live petition waits behind whole parcels."""
PATIENCE_S = 1.6
"""How long a message may lie before a desk: a commit comes once a second, the rest is waiting."""
INDEX_PATIENCE_S = 8.0
"""The same before the index, which gathers old cases and lets live ones pass."""
FIRST_RATE = 100.0
"""Rows a second before anything is known."""
LEAST_RATE = 10.0
FIRST_GROWTH, GROWTH = 1.15, 1.04
"""By what the rate grows in a second, before anything was late, and afterwards."""
LESS = 0.8
"""What is left of the rate when something is late."""
SETTLING_S = 3.0
"""Only after so long it shows whether the new rate is low enough."""
MOST_MADE_UP_S = 0.5
"""How much of a delay by looking is made up for."""
LOOK_AGAIN_S = 0.2


class Pace:
    """Called before each parcel; returns when it may be sent."""

    def __init__(
        self,
        queues: Callable[[], Mapping[TopicPartition, Queue]],
        index: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`index` is the topic that lies before the index; the others lie before desks."""
        self._queues = queues
        self._index = index
        self._clock = clock
        self._pause = pause
        self._rate = FIRST_RATE
        self._growth = FIRST_GROWTH
        self._next_at = clock()
        self._was_late = False
        self._slowed_at = -math.inf
        self._looks: deque[tuple[float, dict[TopicPartition, int]]] = deque()

    def __call__(self, rows: int) -> None:
        """Wait until these rows may be sent."""
        while True:
            is_late, now = self._is_late(), self._clock()
            if is_late and not self._was_late:
                self._slow_down(now)
            self._was_late = is_late
            if not is_late and now >= self._next_at:
                break
            self._pause(LOOK_AGAIN_S if is_late else min(LOOK_AGAIN_S, self._next_at - now))
            if not is_late:
                self._rate *= self._growth ** (self._clock() - now)
        self._next_at = max(self._next_at, now - MOST_MADE_UP_S) + rows / self._rate

    def _slow_down(self, now: float) -> None:
        """Once for each delay, and only when it shows what the rate before has done."""
        if now - self._slowed_at >= SETTLING_S:
            self._rate = max(LEAST_RATE, LESS * self._rate)
            self._growth = GROWTH
            self._slowed_at = now

    def _is_late(self) -> bool:
        """Whether anything waits longer than it may."""
        queues, now = self._queues(), self._clock()
        self._looks.append((now, {place: queue.written for place, queue in queues.items()}))
        while len(self._looks) > 1 and self._looks[1][0] <= now - INDEX_PATIENCE_S:
            self._looks.popleft()
        before_desks, before_index = self._written(now - PATIENCE_S), self._written(now - INDEX_PATIENCE_S)
        return any(
            queue.done < (before_index if place.topic == self._index else before_desks).get(place, 0)
            for place, queue in queues.items()
        )

    def _written(self, at: float) -> Mapping[TopicPartition, int]:
        """Up to which offsets everything was written at a time, as far as it was looked at."""
        return next((written for seen_at, written in reversed(self._looks) if seen_at <= at), {})
