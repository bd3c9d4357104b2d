"""Everything that a worker writes to Kafka: sent together, confirmed before anything is acknowledged."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from schemas.connections import librdkafka
from schemas.settings import Settings

FLUSH_SLICE_S = 1.0


class Outgoing(NamedTuple):
    """One message to send; the partition is always chosen by us (`schemas.keys.partition_of`)."""

    topic: str
    partition: int
    key: bytes
    value: bytes


Offsets = dict[tuple[str, int], int]
"""(topic, partition) → the offset after the last message that was confirmed there."""


class Outbox:
    """An idempotent producer that waits for ever while Kafka is away; nothing is dropped by a time-out."""

    def __init__(self, settings: Settings) -> None:
        self._producer = Producer(
            librdkafka(settings)
            | {
                "enable.idempotence": True,
                "acks": "all",
                "compression.type": "lz4",
                "linger.ms": 2,
                "message.timeout.ms": 0,
                "message.max.bytes": 16_000_000,
                "queue.buffering.max.messages": 1_000_000,
                "queue.buffering.max.kbytes": 512_000,
                "log_level": 2,
            }
        )

    def send(self, messages: Iterable[Outgoing]) -> Offsets:
        """Send all and return when all are confirmed; blocks, so call it in a thread.

        Raises `KafkaException` when the broker refuses a message for good.
        """
        confirmed: Offsets = {}
        failed: list[KafkaError] = []

        def on_delivery(error: KafkaError | None, message: Message) -> None:
            if error is not None:
                failed.append(error)
                return
            place = (message.topic() or "", message.partition() or 0)
            confirmed[place] = max(confirmed.get(place, 0), (message.offset() or 0) + 1)

        for message in messages:
            self._produce(message, on_delivery)
        while self._producer.flush(FLUSH_SLICE_S) > 0 and not failed:
            pass
        if failed:
            raise KafkaException(failed[0])
        return confirmed

    def _produce(self, message: Outgoing, on_delivery: Callable[[KafkaError | None, Message], None]) -> None:
        while True:
            try:
                self._producer.produce(
                    message.topic, message.value, message.key, message.partition, on_delivery=on_delivery
                )
                return
            except BufferError:
                self._producer.poll(0.1)
