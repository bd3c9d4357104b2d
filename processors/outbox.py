"""Everything that a worker writes to Kafka: sent together, confirmed before anything is acknowledged.

Nothing is sent for longer than the worker surely has its partitions: docs/adr/0033-a-send-ends-with-the-session.md.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from schemas.connections import librdkafka
from schemas.settings import Settings

FLUSH_SLICE_S = 0.5
SURE_PART = 0.8
"""So much of its session a worker may count on without hearing from the group; then it has to be gone in time."""


class Outgoing(NamedTuple):
    """One message to send; the partition is always chosen by us (`schemas.keys.partition_of`)."""

    topic: str
    partition: int
    key: bytes
    value: bytes


Offsets = dict[tuple[str, int], int]
"""(topic, partition) → the offset after the last message that was confirmed there."""


class SessionUnsure(RuntimeError):
    """For too long the group has not confirmed that this worker has its partitions: another may have them soon."""


class Outbox:
    """An idempotent producer that waits as long as the worker surely has its partitions, and no longer."""

    def __init__(self, settings: Settings, unconfirmed_s: Callable[[], float]) -> None:
        """`unconfirmed_s` tells how long ago the group confirmed the session last."""
        self._unconfirmed_s = unconfirmed_s
        self._sure_s = settings.session_timeout_s * SURE_PART
        self._producer = Producer(
            librdkafka(settings)
            | {
                "enable.idempotence": True,
                "acks": "all",
                "compression.type": "lz4",
                "linger.ms": 2,
                "message.timeout.ms": int(self._sure_s * 1000),
                # the kernel would still empty a connection that librdkafka gives up: see `processors.leaving`
                "socket.max.fails": 0,
                "message.max.bytes": 16_000_000,
                "queue.buffering.max.messages": 1_000_000,
                "queue.buffering.max.kbytes": 512_000,
                "log_level": 2,
            }
        )

    def send(self, messages: Iterable[Outgoing]) -> Offsets:
        """Send all and return when all are confirmed; blocks, so call it in a thread.

        Raises `KafkaException` when the broker refuses a message for good or does not confirm it in time, and
        `SessionUnsure`. What was sent by then may still be on its way: the process has to leave.
        """
        self._require_session()
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
            self._require_session()
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
                self._require_session()
                self._producer.poll(0.1)

    def _require_session(self) -> None:
        if self._unconfirmed_s() > self._sure_s:
            raise SessionUnsure("the session of this worker was not confirmed for too long")
