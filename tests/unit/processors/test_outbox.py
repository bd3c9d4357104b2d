"""A worker sends only while it surely has its partitions; what was not confirmed by then ends the step."""

from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from processors import outbox
from processors.outbox import Outbox, Outgoing, SessionUnsure
from schemas.settings import Settings

SESSION_S = 10
MESSAGES = [Outgoing("petitions.records", number % 2, b"key", b"value") for number in range(4)]


class Confirmed:
    """A message that Kafka has taken."""

    def __init__(self, sent: tuple[str, int], offset: int) -> None:
        self._sent, self._offset = sent, offset

    def topic(self) -> str:
        return self._sent[0]

    def partition(self) -> int:
        return self._sent[1]

    def offset(self) -> int:
        return self._offset


class Kafka:
    """A producer whose messages are confirmed when Kafka is not away; each look at it takes a second."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        self.sent: list[tuple[tuple[str, int], Callable[..., None]]] = []
        self.now = self.heard_at = 0.0
        self.away_s = 0.0
        self.has_room, self.hears, self.error = True, True, None

    def __call__(self, options: dict[str, Any]) -> "Kafka":
        """Made as `Producer` is."""
        self.options = options
        return self

    def produce(self, topic: str, value: bytes, key: bytes, partition: int, on_delivery: Callable[..., None]) -> None:
        """See `Producer.produce`."""
        if not self.has_room:
            raise BufferError
        self.sent.append(((topic, partition), on_delivery))

    def poll(self, timeout: float) -> None:
        """See `Producer.poll`."""
        self._pass_time()

    def flush(self, timeout: float) -> int:
        """See `Producer.flush`."""
        self._pass_time()
        if self.now < self.away_s:
            return len(self.sent)
        for offset, (place, on_delivery) in enumerate(self.sent):
            on_delivery(self.error, None if self.error else Confirmed(place, offset))
        self.sent.clear()
        return 0

    def unconfirmed_s(self) -> float:
        """How long the group has said nothing."""
        return self.now - self.heard_at

    def _pass_time(self) -> None:
        self.now += 1.0
        assert self.now < 10 * SESSION_S, "it waits for ever"
        if self.hears:
            self.heard_at = self.now


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> Kafka:
    made = Kafka()
    monkeypatch.setattr(outbox, "Producer", made)
    return made


@pytest.fixture
def sender(kafka: Kafka) -> Outbox:
    return Outbox(Settings(session_timeout_s=SESSION_S), kafka.unconfirmed_s)


def test_what_is_confirmed_is_told_by_its_next_offset(sender: Outbox) -> None:
    assert sender.send(MESSAGES) == {("petitions.records", 0): 3, ("petitions.records", 1): 4}


def test_the_outbox_does_not_give_up_while_the_group_confirms_the_session(kafka: Kafka, sender: Outbox) -> None:
    kafka.away_s = 3.0 * SESSION_S
    assert sender.send(MESSAGES)


def test_a_worker_that_is_cut_off_gives_up_before_its_partitions_are_taken_over(kafka: Kafka, sender: Outbox) -> None:
    kafka.hears, kafka.away_s = False, 3.0 * SESSION_S
    with pytest.raises(SessionUnsure):
        sender.send(MESSAGES)
    assert kafka.unconfirmed_s() < SESSION_S


def test_a_worker_that_is_cut_off_gives_up_although_there_is_no_room_to_send(kafka: Kafka, sender: Outbox) -> None:
    kafka.hears, kafka.has_room = False, False
    with pytest.raises(SessionUnsure):
        sender.send(MESSAGES)


def test_nothing_is_sent_where_the_session_is_unsure_already(kafka: Kafka, sender: Outbox) -> None:
    kafka.now = SESSION_S
    with pytest.raises(SessionUnsure):
        sender.send(MESSAGES)
    assert kafka.sent == []


def test_a_message_that_waits_in_a_stopped_process_is_too_old_when_it_goes_on(kafka: Kafka, sender: Outbox) -> None:
    assert 0 < kafka.options["message.timeout.ms"] < SESSION_S * 1000
    kafka.error = KafkaError(KafkaError._MSG_TIMED_OUT)
    with pytest.raises(KafkaException):
        sender.send(MESSAGES)
