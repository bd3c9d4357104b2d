"""A backup of topics into the empty topics of an instance: the other half of `deploy.backup`."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from confluent_kafka import KafkaError, Message, Producer
from kafka import TopicPartition
from kafka.errors import NoError
from kafka.structs import OffsetAndMetadata

from consumers.replay import end_positions
from deploy.backup import BackupRefused, Progress, unseen
from deploy.backup_files import Contents, Kept, read_contents, read_part
from deploy.topics import LARGEST_MESSAGE, administration, create_topics
from schemas.connections import librdkafka
from schemas.settings import Settings
from schemas.topics import FOR_EVER, SPECS, Topic

AT_ONCE = 5_000
"""Messages that are on their way to Kafka at the same time."""
FLUSH_S = 300.0
NOW = 0
"""As the time of a message: that of its sending."""


class NotRestored(RuntimeError):
    """Kafka did not take everything; delete the topics and begin again."""


def restore(settings: Settings, folder: Path, progress: Progress = unseen) -> Contents:
    """Create the topics, fill them, and tell Kafka how far each group had come."""
    contents = read_contents(folder)
    if contents.partitions != settings.partitions:
        raise BackupRefused(
            f"the backup has {contents.partitions} partitions, the settings say {settings.partitions}"
        )
    _require_no_state(settings)
    create_topics(settings)
    names = {topic: Topic(topic).under(settings.prefix) for topic in contents.topics}
    if any(end_positions(settings, *names.values()).values()):
        raise BackupRefused("the topics of this instance are not empty")
    producer = _producer(settings)
    for topic, parts in contents.topics.items():
        for part in range(len(parts)):
            _fill(producer, names[topic], part, aged(Topic(topic), read_part(folder, topic, part)))
        progress(topic, sum(part.messages for part in parts))
    _commit(settings, contents)
    return contents


def _require_no_state(settings: Settings) -> None:
    """State knows offsets of the topics that were lost, and would pass over what is restored."""
    for folder in (settings.folder / "state", settings.state_folder):
        if folder.exists() and any(folder.iterdir()):
            raise BackupRefused(f"{folder} holds state of the topics that were lost; delete it first")


def _producer(settings: Settings) -> Producer:
    return Producer(
        librdkafka(settings)
        | {
            "enable.idempotence": True,
            "compression.type": "lz4",
            "message.max.bytes": LARGEST_MESSAGE,
            "queue.buffering.max.kbytes": 1_000_000,
            "log_level": 2,
        }
    )


def aged(topic: Topic, messages: Iterator[Kept]) -> Iterator[Kept]:
    """The messages as they were. Where a topic is kept for a time only, that begins now: else Kafka would delete at
    once what waited long in the backup, before anybody has read it.
    """
    if SPECS[topic].retention_ms == FOR_EVER:
        return messages
    return (one._replace(at_ms=NOW) for one in messages)


def _fill(producer: Producer, topic: str, part: int, messages: Iterator[Kept]) -> None:
    failed: list[KafkaError] = []

    def delivered(error: KafkaError | None, _message: Message) -> None:
        failed.extend([error] if error is not None else [])

    while batch := list(islice(messages, AT_ONCE)):
        for one in batch:
            producer.produce(topic, one.value, one.key, part, on_delivery=delivered, timestamp=one.at_ms)
        if producer.flush(FLUSH_S) or failed:
            raise NotRestored(f"{topic}, partition {part}: Kafka did not take every message")


def _commit(settings: Settings, contents: Contents) -> None:
    with administration(settings) as admin:
        for group, topics in contents.groups.items():
            offsets = {
                TopicPartition(Topic(topic).under(settings.prefix), part): OffsetAndMetadata(position, "", None)
                for topic, parts in topics.items()
                for part, position in enumerate(parts)
            }
            outcome = admin.alter_group_offsets(f"{settings.prefix}.{group}", offsets)
            if any(error is not NoError for error in outcome.values()):
                raise NotRestored(f"Kafka did not take the offsets of {group}")
