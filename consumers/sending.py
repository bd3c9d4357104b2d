"""Messages that people cause: sent together, and confirmed by Kafka before anything is said."""

import time
from collections.abc import Callable, Iterable

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as Delivered

from consumers.message import Message
from schemas.connections import librdkafka
from schemas.settings import Settings

ACK_S = 10.0
"""For people who wait; programs may give Kafka longer."""
POLL_S = 0.05

Acknowledged = Callable[[KafkaError | None, Delivered], None]


class Unsent(RuntimeError):
    """Kafka did not take the messages, or not all of them, in time."""


class Sender:
    """Sends messages to the topics of an instance, acknowledged by all replicas. Safe from any thread."""

    def __init__(self, settings: Settings, ack_s: float = ACK_S) -> None:
        """Connects when the first message comes."""
        self._prefix = settings.prefix
        self._ack_s = ack_s
        self._producer = Producer(
            librdkafka(settings)
            | {
                "acks": "all",
                "enable.idempotence": True,
                "message.timeout.ms": int(ack_s * 1000),
                "log_level": 2,
            }
        )

    def send(self, messages: Iterable[Message]) -> None:
        """Returns when Kafka has all of them; raises `Unsent`."""
        outcomes: list[bool] = []

        def acknowledged(error: KafkaError | None, message: Delivered) -> None:
            outcomes.append(error is None)

        try:
            expected = 0
            for one in messages:
                self._produce(one, acknowledged)
                expected += 1
            until = time.monotonic() + self._ack_s + 1
            while len(outcomes) < expected and time.monotonic() < until:
                self._producer.poll(POLL_S)
        except (KafkaException, BufferError):
            raise Unsent from None
        if len(outcomes) < expected or not all(outcomes):
            raise Unsent

    def _produce(self, one: Message, acknowledged: Acknowledged) -> None:
        def produce() -> None:
            self._producer.produce(
                one.topic.under(self._prefix),
                key=one.key,
                value=one.value,
                partition=one.partition,
                on_delivery=acknowledged,
            )

        try:
            produce()
        except BufferError:
            # More than the client holds: some must be delivered first.
            self._producer.flush(self._ack_s)
            produce()
