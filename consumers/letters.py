"""Dead letters of the consumers: written and acknowledged before the offsets they stand for are committed."""

import logging
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from kafka import KafkaProducer

from consumers.loop import Record
from schemas.connections import kafka_python
from schemas.events import DeadLetter
from schemas.keys import digest
from schemas.settings import Settings
from schemas.terms import RejectReason, Stage
from schemas.topics import Topic

log = logging.getLogger(__name__)

MOST_RAW_BYTES = 1024 * 1024
ACK_S = 60.0
LARGEST_MESSAGE = 16 * 1024 * 1024


class Letters(Protocol):
    """Takes dead letters; returns when they are safe."""

    def post(self, letters: Iterable[DeadLetter]) -> None:
        """Write all letters, or raise."""
        ...


class KafkaLetters:
    """Dead letters in `index.dead`, acknowledged by all replicas."""

    def __init__(self, settings: Settings) -> None:
        """Connects at once."""
        self._topic = Topic.INDEX_DEAD.under(settings.prefix)
        self._producer = KafkaProducer(
            **kafka_python(settings), acks="all", linger_ms=5, max_request_size=LARGEST_MESSAGE
        )

    def post(self, letters: Iterable[DeadLetter]) -> None:
        """Write all letters and wait for every acknowledgement."""
        sent = [
            self._producer.send(self._topic, key=letter.source.encode(), value=letter.to_bytes())
            for letter in letters
        ]
        for future in sent:
            future.get(timeout=ACK_S)

    def close(self) -> None:
        """Leave the broker."""
        self._producer.close()


class TooManyDeadLetters(Exception):
    """So many refusals in a row are a bad release, not bad records: stopping is better than filling the topic."""


class DeadLetterLimit:
    """Counts refusals in a row and stops the process at a limit."""

    def __init__(self, limit: int) -> None:
        """`limit` is the number in a row that stops."""
        self._limit = limit
        self._in_a_row = 0

    def count(self, *, done: int, refused: Sequence[DeadLetter]) -> None:
        """Note what became of some records; anything done ends the row. Call it before the letters are posted."""
        self._in_a_row = len(refused) if done else self._in_a_row + len(refused)
        if refused and self._in_a_row >= self._limit:
            reason = refused[-1].field or refused[-1].reason.value
            log.critical("too many records refused in a row", extra={"count": self._in_a_row, "reason": reason})
            raise TooManyDeadLetters(f"{self._in_a_row} records refused in a row, the last for {reason}")


def dead_letter(
    record: Record,
    reason: RejectReason,
    *,
    code: str = "",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> DeadLetter:
    """The letter for a message of `cases`: where it came from, why, and its bytes; same message, same id."""
    raw = record.value or b""
    return DeadLetter(
        letter_id=digest("letter", record.origin, reason.value),
        stage=Stage.INDEX,
        reason=reason,
        field=code,
        source=(record.key or b"").decode("utf-8", "replace"),
        origin=record.origin,
        at=now(),
        raw=b64encode(raw[:MOST_RAW_BYTES]).decode(),
        is_truncated=len(raw) > MOST_RAW_BYTES,
    )
