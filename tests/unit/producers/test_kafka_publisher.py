"""Identities on the way to Kafka: what it has acknowledged counts, however late somebody asks."""

from collections.abc import Callable
from typing import Any

import confluent_kafka
import pytest

from producers.kafka_publisher import KafkaPublisher
from producers.publisher import Message, Unavailable
from schemas.settings import Settings
from schemas.topics import Topic


class FakeClient:
    """Reports at the next poll what became of each message, as confluent-kafka does."""

    def __init__(self, error: object = None, *, answers: bool = True) -> None:
        self._error, self._answers = error, answers
        self._reports: list[Callable[[object, None], None]] = []

    def produce(self, *_given: object, on_delivery: Callable[[object, None], None]) -> None:
        """Take it."""
        self._reports.append(on_delivery)

    def poll(self, _seconds: float) -> None:
        """Tell what is known."""
        while self._answers and self._reports:
            self._reports.pop()(self._error, None)

    def purge(self) -> None:
        """Forget what is on the way."""

    def flush(self, _seconds: float) -> None:
        """Nothing is left."""


def sent(client: FakeClient, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A parcel of a hundred identities that was sent longer ago than Kafka may take for it."""
    publisher = KafkaPublisher(Settings(), timeout_s=-5.0)
    monkeypatch.setattr(publisher, "_identity_client", lambda: client)
    return publisher.send([Message(Topic.IDENTITY, b"key", b"value", 0) for _ in range(100)])


def test_a_parcel_that_was_acknowledged_is_so_after_any_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    sent(FakeClient(), monkeypatch).wait()


@pytest.mark.parametrize(
    "client",
    [FakeClient(answers=False), FakeClient(confluent_kafka.KafkaError(confluent_kafka.KafkaError._MSG_TIMED_OUT))],
    ids=["no answer", "timed out"],
)
def test_a_parcel_that_was_not_is_sent_again(client: FakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unavailable):
        sent(client, monkeypatch).wait()
