"""The dead letters of an instance: never kept with their bytes, which are read again when one is sent back."""

import logging
from threading import Lock
from typing import NamedTuple, Protocol

from confluent_kafka import KafkaException

from consumers.dead_letters.resending import DEAD, NotReplayable, resent
from consumers.loop import Record
from consumers.message import Message
from consumers.replay import Positions, TopicUnreadable, replay
from schemas.events import DeadLetter
from schemas.settings import Settings
from schemas.topics import Topic

log = logging.getLogger(__name__)


class LettersUnavailable(RuntimeError):
    """Their topics cannot be read now."""


class Letters(Protocol):
    """What the routes need."""

    def all(self) -> list[DeadLetter]:
        """Each letter once, without its bytes, the latest first; raises `LettersUnavailable`."""
        ...

    def message(self, letter_id: str) -> Message:
        """What brings a known letter back; raises `NotReplayable` and `LettersUnavailable`."""
        ...


class NoLetters:
    """A console without Kafka."""

    def all(self) -> list[DeadLetter]:
        """See `Letters`."""
        return []

    def message(self, letter_id: str) -> Message:
        """See `Letters`."""
        raise LettersUnavailable


class _Kept(NamedTuple):
    letter: DeadLetter
    topic: str
    partition: int
    offset: int


class KnownLetters:
    """Those of an instance; read on from where they were read last. Safe from any thread."""

    def __init__(self, settings: Settings) -> None:
        """Reads when it is first asked."""
        self._settings = settings
        self._lock = Lock()
        self._positions: Positions = {}
        self._kept: dict[str, _Kept] = {}

    def all(self) -> list[DeadLetter]:
        """See `Letters`."""
        with self._lock:
            self._read_on()
            found = [kept.letter for kept in self._kept.values()]
        return sorted(found, key=lambda letter: (letter.at, letter.letter_id), reverse=True)

    def message(self, letter_id: str) -> Message:
        """See `Letters`."""
        kept = self._kept[letter_id]
        since = {(kept.topic, kept.partition): kept.offset}
        try:
            records = next(replay(self._settings, kept.topic, since=since), [])
        except (KafkaException, TopicUnreadable):
            raise LettersUnavailable from None
        value = next((one.value for one in records if one.offset == kept.offset), None)
        if value is None:
            raise NotReplayable("its bytes are no longer kept: `petitions feed` its ledger again")
        back = resent(DeadLetter.from_bytes(value), self._settings.prefix)
        topic = Topic(back.topic.removeprefix(f"{self._settings.prefix}."))
        return Message(topic, back.partition, b"p%d" % back.partition, back.value)

    def _read_on(self) -> None:
        topics = [topic.under(self._settings.prefix) for topic in DEAD]
        try:
            for records in replay(self._settings, *topics, since=self._positions):
                for record in records:
                    self._take(record)
                    self._positions[record.topic, record.partition] = record.offset + 1
        except (KafkaException, TopicUnreadable):
            raise LettersUnavailable from None

    def _take(self, record: Record) -> None:
        try:
            letter = DeadLetter.from_bytes(record.value or b"").with_changes(raw="")
        except ValueError:
            log.warning("dead letter not understood", extra={"offset": record.offset})
            return
        kept = _Kept(letter, record.topic, record.partition, record.offset)
        self._kept.setdefault(letter.letter_id, kept)
