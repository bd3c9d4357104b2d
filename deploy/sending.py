"""Messages that the command line publishes: sent together, and confirmed by Kafka before anything is said."""

from collections.abc import Iterable
from typing import NamedTuple

from kafka import KafkaProducer

from schemas.connections import kafka_python
from schemas.settings import Settings
from schemas.topics import Topic

ACK_S = 60.0


class Message(NamedTuple):
    """One message; the partition is always chosen by us."""

    topic: Topic
    partition: int
    key: bytes
    value: bytes


def send(settings: Settings, messages: Iterable[Message]) -> None:
    """Send all; returns when Kafka has them. Raises `kafka.errors.KafkaError` where it does not take one."""
    producer = KafkaProducer(**kafka_python(settings), acks="all", enable_idempotence=True)
    try:
        sent = [
            producer.send(one.topic.under(settings.prefix), key=one.key, value=one.value, partition=one.partition)
            for one in messages
        ]
        for future in sent:
            future.get(timeout=ACK_S)
    finally:
        producer.close()
