"""Topics and the offsets of their readers to files: what a lost Kafka is made from (`deploy.restoring`).

Workers and readers must be stopped, so that what they know and what they told each other is of one moment. Whoever
enters records goes on: the reports of deliveries are read before the deliveries, and identities after the records.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient

from consumers.replay import replay
from deploy.backup_files import Contents, Kept, PartFile, PartWriter, write_contents
from deploy.topic_users import GROUPS
from deploy.topics import administration, partitions_of
from schemas.settings import Settings
from schemas.topics import SPECS, TOPICS, Topic

READERS = tuple(sorted({group for groups in GROUPS.values() for group in groups}))
SAVED_IN_ORDER = (*(spec.topic for spec in reversed(TOPICS) if spec.topic is not Topic.IDENTITY), Topic.IDENTITY)
"""The table of topics goes the way of a record: what tells of others comes before them. Identities are last, so that
no record that is entered meanwhile is saved without its own."""

Progress = Callable[[str, int], None]
"""Told a topic and how many messages it holds, when it is done."""
Offsets = Mapping[tuple[str, int], int]
"""Topic and partition → the next offset that a group works off."""


class BackupRefused(RuntimeError):
    """Nothing was saved or restored; says why."""


class Saved(NamedTuple):
    """One topic."""

    parts: list[PartFile]
    positions: dict[str, list[int]]
    """Group → how many messages of each partition it has worked off."""


def unseen(topic: str, messages: int) -> None:
    """Nobody watches."""


def back_up(settings: Settings, folder: Path, progress: Progress = unseen) -> Contents:
    """Save all topics of the instance into a folder that is new or empty."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise BackupRefused(f"{folder} is not empty")
    committed = _committed(settings)
    topics: dict[str, list[PartFile]] = {}
    groups: dict[str, dict[str, list[int]]] = {}
    for topic in SAVED_IN_ORDER:
        saved = _save(settings, folder, topic, committed)
        topics[topic.value] = saved.parts
        for group, positions in saved.positions.items():
            groups.setdefault(group, {})[topic.value] = positions
        progress(topic.value, sum(part.messages for part in saved.parts))
    contents = Contents(datetime.now(UTC), settings.partitions, topics, groups)
    write_contents(folder, contents)
    return contents


def _save(settings: Settings, folder: Path, topic: Topic, committed: Mapping[str, Offsets]) -> Saved:
    """Write one topic. Positions are counted, because compaction leaves holes in the offsets that a copy has not."""
    name, count = topic.under(settings.prefix), partitions_of(SPECS[topic], settings)
    reading = {group: of for group, of in committed.items() if any(name == one for one, _ in of)}
    positions = {group: [0] * count for group in reading}
    with ExitStack() as stack:
        files = [stack.enter_context(PartWriter(folder, topic.value, part)) for part in range(count)]
        for records in replay(settings, name):
            for record in records:
                file = files[record.partition]
                file.add(Kept(record.at_ms, record.key, record.value))
                for group, offsets in reading.items():
                    if record.offset < offsets.get((name, record.partition), 0):
                        positions[group][record.partition] = file.messages
        return Saved([file.finish() for file in files], positions)


def _committed(settings: Settings) -> dict[str, Offsets]:
    """Where each group stands; refuses while one has members."""
    parts = [
        TopicPartition(topic.under(settings.prefix), part)
        for topic in Topic
        for part in range(partitions_of(SPECS[topic], settings))
    ]
    with administration(settings) as admin:
        running = [group for group in READERS if _has_members(admin, f"{settings.prefix}.{group}")]
        if running:
            raise BackupRefused(f"these must be stopped first: {', '.join(running)}")
        return {group: _offsets_of(admin, f"{settings.prefix}.{group}", parts) for group in READERS}


def _has_members(admin: KafkaAdminClient, group: str) -> bool:
    return bool(admin.describe_groups([group])[group]["members"])


def _offsets_of(admin: KafkaAdminClient, group: str, parts: list[TopicPartition]) -> Offsets:
    found = admin.list_group_offsets({group: parts})[group]
    return {(one.topic, one.partition): at.offset for one, at in found.items() if at.offset >= 0}
