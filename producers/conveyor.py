"""Parcels of a delivery on their way to Kafka: in order, a few at a time, for as long as it takes."""

import time
from collections import deque
from collections.abc import Callable, Sequence

from producers.publisher import Message, Publisher, Ticket, Unavailable

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 10.0

Acknowledged = Callable[[], None]


class Conveyor:
    """While Kafka is away the delivery waits: its file is on disk already, so nothing is lost or piles up."""

    def __init__(
        self,
        publisher: Publisher,
        *,
        on_wait: Callable[[float], None] = lambda _seconds: None,
        pause: Callable[[float], None] = time.sleep,
        depth: int = 2,
    ) -> None:
        self._publisher = publisher
        self._on_wait = on_wait
        self._pause = pause
        self._depth = depth
        self._open: deque[tuple[Sequence[Message], Acknowledged]] = deque()
        self._tickets: deque[Ticket] = deque()

    def put(self, messages: Sequence[Message], acknowledged: Acknowledged) -> None:
        """Send a parcel; returns when at most `depth` parcels are under way."""
        self._open.append((messages, acknowledged))
        self._settle(self._depth)

    def finish(self) -> None:
        """Return when Kafka has acknowledged every parcel."""
        self._settle(0)

    def forget(self) -> None:
        """Drop the parcels of a delivery that broke off; whatever of them is under way may arrive or not."""
        self._open.clear()
        self._tickets.clear()

    def _settle(self, most: int) -> None:
        pause = FIRST_PAUSE_S
        while True:
            try:
                self._advance(most)
            except Unavailable:
                self._tickets.clear()
                self._on_wait(pause)
                self._pause(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            else:
                return

    def _advance(self, most: int) -> None:
        """Send what is not under way, the oldest first, then wait for the oldest."""
        for messages, _ in list(self._open)[len(self._tickets) :]:
            self._tickets.append(self._publisher.send(messages))
        while len(self._open) > most:
            self._tickets[0].wait()
            self._tickets.popleft()
            _, acknowledged = self._open.popleft()
            acknowledged()
