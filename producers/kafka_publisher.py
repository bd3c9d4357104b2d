"""Kafka behind `Publisher`: kafka-python for batches, confluent-kafka for identities.

Batches are few and large; identities are one message for each record, which costs kafka-python several times what
confluent-kafka takes. Both are idempotent producers that wait for all replicas.
"""

import logging
import time
from collections.abc import Sequence
from contextlib import suppress

import confluent_kafka
from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from producers.publisher import Message, Ticket, Unavailable
from schemas.connections import kafka_python, librdkafka
from schemas.settings import Settings
from schemas.topics import Topic

log = logging.getLogger(__name__)

MOST_REQUEST_BYTES = 8_000_000
BATCH_BYTES = 900_000
TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)
HOPELESS = frozenset({confluent_kafka.KafkaError.MSG_SIZE_TOO_LARGE, confluent_kafka.KafkaError.INVALID_MSG})


class KafkaPublisher:
    """Sends to the topics of one instance. After a failure it starts afresh, so that nothing old arrives late."""

    def __init__(self, settings: Settings, *, timeout_s: float = 10.0) -> None:
        self._settings = settings
        self._prefix = settings.prefix
        self._timeout_s = timeout_s
        self._batches: KafkaProducer | None = None
        self._identities: confluent_kafka.Producer | None = None

    def send(self, messages: Sequence[Message]) -> Ticket:
        """Hand over to the clients, in order."""
        try:
            return self._send(messages)
        except (KafkaError, confluent_kafka.KafkaException, BufferError) as error:
            raise self._failed(error) from None

    def close(self) -> None:
        """Drop what is not acknowledged; whoever has not heard sends it again."""
        if self._batches is not None:
            _drop(self._batches, self._timeout_s)
        if self._identities is not None:
            self._identities.purge()
            self._identities.flush(0.1)
        self._batches = self._identities = None

    def _send(self, messages: Sequence[Message]) -> Ticket:
        deadline = time.monotonic() + self._timeout_s
        identities = _Identities(self._identity_client(), deadline) if _has_identity(messages) else None
        futures = []
        for message in messages:
            topic = message.topic.under(self._prefix)
            if identities is not None and message.topic is Topic.IDENTITY:
                identities.produce(topic, message)
            else:
                futures.append(self._batch_client().send(topic, message.value, message.key, None, message.partition))
        return _OnTheWay(self, futures, identities, deadline)

    def _batch_client(self) -> KafkaProducer:
        if self._batches is None:
            self._batches = KafkaProducer(
                **kafka_python(self._settings),
                client_id=f"{self._prefix}-producers",
                acks="all",
                enable_idempotence=True,
                compression_type="lz4",
                linger_ms=5,
                batch_size=BATCH_BYTES,
                max_request_size=MOST_REQUEST_BYTES,
                max_block_ms=int(self._timeout_s * 1000),
                request_timeout_ms=int(self._timeout_s * 1000),
                delivery_timeout_ms=int(self._timeout_s * 1000) + 100,
                bootstrap_timeout_ms=int(self._timeout_s * 1000),
            )
        return self._batches

    def _identity_client(self) -> confluent_kafka.Producer:
        if self._identities is None:
            self._identities = confluent_kafka.Producer(
                librdkafka(self._settings)
                | {
                    "client.id": f"{self._prefix}-identities",
                    "enable.idempotence": True,
                    "compression.type": "lz4",
                    "linger.ms": 5,
                    "delivery.timeout.ms": int(self._timeout_s * 1000),
                    "queue.buffering.max.messages": 1_000_000,
                    "log_level": 2,
                },
                logger=log,
            )
        return self._identities

    def _failed(self, error: Exception) -> Exception:
        """Start afresh. A message that no broker will ever take is a bug, all else is a server that is away."""
        self.close()
        is_too_large = isinstance(error, TOO_LARGE)
        if not is_too_large:
            log.warning("Kafka does not acknowledge", extra={"error": type(error).__name__})
        return error if is_too_large else Unavailable()


def _drop(producer: KafkaProducer, timeout_s: float) -> None:
    """Stop sending at once. `close` alone raises while messages are open, and leaves a sender that sends them yet."""
    producer._sender.force_close()
    producer._sender.join(timeout_s)
    with suppress(KafkaError):
        producer.close(timeout=0)


class _Identities:
    """Identity messages on the way, counted by their delivery reports."""

    def __init__(self, client: confluent_kafka.Producer, deadline: float) -> None:
        self._client = client
        self._deadline = deadline
        self._open = 0
        self._error: confluent_kafka.KafkaError | None = None

    def produce(self, topic: str, message: Message) -> None:
        self._client.produce(topic, message.value, message.key, message.partition, on_delivery=self._delivered)
        self._open += 1
        if not self._open % 1_000:
            self._client.poll(0)

    def wait(self) -> None:
        self._client.poll(0)  # a pace may hold back whoever waits until the time is over: what came meanwhile counts
        while self._open and self._error is None and time.monotonic() < self._deadline + 1:
            self._client.poll(0.02)
        if self._error is not None or self._open:
            raise confluent_kafka.KafkaException(self._error)

    def _delivered(self, error: confluent_kafka.KafkaError | None, _message: confluent_kafka.Message) -> None:
        self._open -= 1
        if error is not None:
            if error.code() in HOPELESS:
                raise MessageSizeTooLargeError
            self._error = error


class _OnTheWay:
    """One parcel that Kafka has not yet acknowledged."""

    def __init__(
        self, publisher: KafkaPublisher, futures: list[object], identities: _Identities | None, deadline: float
    ) -> None:
        self._publisher = publisher
        self._futures = futures
        self._identities = identities
        self._deadline = deadline

    def wait(self) -> None:
        """Return when every message is acknowledged."""
        try:
            for future in self._futures:
                future.get(timeout=max(0.0, self._deadline + 1 - time.monotonic()))  # type: ignore[attr-defined]
            if self._identities is not None:
                self._identities.wait()
        except (KafkaError, confluent_kafka.KafkaException) as error:
            raise self._publisher._failed(error) from None


def _has_identity(messages: Sequence[Message]) -> bool:
    return any(message.topic is Topic.IDENTITY for message in messages)
