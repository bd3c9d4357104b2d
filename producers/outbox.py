"""To Kafka, or to disk while Kafka is away; never past what already waits there."""

from collections.abc import Sequence
from enum import StrEnum
from threading import Lock

from producers.publisher import Message, Publisher, Unavailable
from producers.spool import Spool


class Taken(StrEnum):
    """Where messages are safe."""

    PUBLISHED = "published"
    SPOOLED = "spooled"


class Outbox:
    """Keeps the order: while something waits on disk, all that is new waits behind it."""

    def __init__(self, publisher: Publisher, spool: Spool) -> None:
        self._publisher = publisher
        self._spool = spool
        self._lock = Lock()

    @property
    def waiting_bytes(self) -> int:
        """Bytes that wait on disk."""
        return self._spool.size

    def deliver(self, messages: Sequence[Message]) -> Taken:
        """Return when Kafka has acknowledged, or else when the disk has it; raises `SpoolFull`."""
        with self._lock:
            if self._spool.is_empty:
                try:
                    self._publisher.send(messages).wait()
                except Unavailable:
                    pass
                else:
                    return Taken.PUBLISHED
            self._spool.append(messages)
            return Taken.SPOOLED

    def drain(self) -> bool:
        """Send what has waited longest; False when nothing waits. Raises `Unavailable`."""
        with self._lock:
            if self._spool.is_empty:
                return False
            first = self._spool.first()
        # Without the lock: while something waits nobody else sends, and new messages can be put behind it.
        self._publisher.send(first).wait()
        with self._lock:
            self._spool.done()
        return True
