"""Creates an instance's topics from the table in `schemas.topics`, and the starting offsets of its workers."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kafka import TopicPartition
from kafka.admin import ConfigResource, KafkaAdminClient
from kafka.errors import KafkaError, NoError, TopicAlreadyExistsError
from kafka.structs import OffsetAndMetadata

from schemas.connections import kafka_python
from schemas.settings import Settings
from schemas.topics import FOR_EVER, TOPICS, WORKER_SOURCES, TopicSpec

log = logging.getLogger(__name__)

RETENTION = "retention.ms"
LARGEST_MESSAGE = 16 * 1024 * 1024
COORDINATION_LIMIT_S = 60.0


class TopicMismatch(RuntimeError):
    """A topic exists with another number of partitions; keys would no longer live where they did."""


@contextmanager
def administration(settings: Settings) -> Iterator[KafkaAdminClient]:
    """A client for topics and groups, closed afterwards."""
    with KafkaAdminClient(**kafka_python(settings)) as admin:
        yield admin


def partitions_of(spec: TopicSpec, settings: Settings) -> int:
    """How many partitions a topic has in this instance."""
    return settings.partitions if spec.is_partitioned else 1


def topic_configs(spec: TopicSpec) -> dict[str, str]:
    """Retention or compaction of one topic, and the size of its messages."""
    configs = {"max.message.bytes": str(LARGEST_MESSAGE), "compression.type": "producer"}
    if spec.is_compacted:
        return configs | {
            "cleanup.policy": "compact",
            # only closed segments are compacted; a changelog is read back whole, so close and clean them often
            "segment.bytes": str(64 * 1024 * 1024),
            "segment.ms": str(3600 * 1000),
            "min.cleanable.dirty.ratio": "0.3",
            "delete.retention.ms": str(24 * 3600 * 1000),
        }
    return configs | {"cleanup.policy": "delete", RETENTION: str(spec.retention_ms), "retention.bytes": "-1"}


def create_topics(settings: Settings) -> None:
    """Create what is missing, with starting offsets for the workers; raises where partitions differ.

    A topic that is there keeps its settings, but for a retention shorter than that of the table.
    """
    wanted = {spec.topic.under(settings.prefix): spec for spec in TOPICS}
    with administration(settings) as admin:
        existing = set(admin.list_topics())
        missing = {name: spec for name, spec in wanted.items() if name not in existing}
        if missing:
            _create(admin, missing, settings)
        present = {name: spec for name, spec in wanted.items() if name in existing}
        _check(admin, present, settings)
        lengthen(admin, {name: spec for name, spec in present.items() if spec.retention_ms != FOR_EVER})
    for group, topics in WORKER_SOURCES.items():
        for topic in topics:
            commit_starting_offsets(settings, f"{settings.prefix}.{group}", topic.under(settings.prefix))


def _create(admin: KafkaAdminClient, missing: dict[str, TopicSpec], settings: Settings) -> None:
    requests = {
        name: {
            "num_partitions": partitions_of(spec, settings),
            "replication_factor": settings.replication,
            "configs": topic_configs(spec),
        }
        for name, spec in missing.items()
    }
    try:
        admin.create_topics(requests, wait_for_metadata=True)
    except TopicAlreadyExistsError:
        _check(admin, missing, settings)  # somebody else made them meanwhile


def _check(admin: KafkaAdminClient, wanted: dict[str, TopicSpec], settings: Settings) -> None:
    if not wanted:
        return
    for described in admin.describe_topics(list(wanted)):
        expected, found = partitions_of(wanted[described["name"]], settings), len(described["partitions"])
        if found != expected:
            raise TopicMismatch(f"{described['name']} has {found} partitions, the settings say {expected}")


def lengthen(admin: KafkaAdminClient, wanted: dict[str, TopicSpec]) -> None:
    """Keep what is in topics at least as long as the table says; where Kafka does not let us, the log says which.

    A shorter time loses petitions that wait; a longer one is the choice of who has set it.
    """
    if not wanted:
        return
    asked = [ConfigResource("TOPIC", name, [RETENTION]) for name in wanted]
    found = admin.describe_configs(asked, config_filter="all").get("topic", {})
    kept = {name: int(found[name][RETENTION]["value"]) for name in wanted if RETENTION in found.get(name, {})}
    short = [name for name, spec in wanted.items() if FOR_EVER != kept.get(name, FOR_EVER) < spec.retention_ms]
    changes = [ConfigResource("TOPIC", name, {RETENTION: str(wanted[name].retention_ms)}) for name in short]
    outcome = admin.alter_configs(changes, raise_on_unknown=False).get("topic", {}) if changes else {}
    for name in wanted:
        if name not in kept or outcome.get(name, "OK") != "OK":
            log.warning("not known to be kept as long as needed: see the runbook", extra={"topic": name})


def commit_starting_offsets(settings: Settings, group: str, topic: str) -> None:
    """Commit offset 0 wherever the group has committed nothing yet, so that no partition starts without one.

    A partition without a committed offset is where Faust loses messages in a rebalance.
    """
    with administration(settings) as admin:
        _when_coordinated(lambda: _commit_start(admin, group, topic))


def _commit_start(admin: KafkaAdminClient, group: str, topic: str) -> None:
    (described,) = admin.describe_topics([topic])
    partitions = [TopicPartition(topic, one["partition_index"]) for one in described["partitions"]]
    committed = admin.list_group_offsets({group: partitions})[group]
    fresh = [one for one in partitions if one not in committed or committed[one].offset < 0]
    if fresh:
        outcome = admin.alter_group_offsets(group, {one: OffsetAndMetadata(0, "", None) for one in fresh})
        for error in outcome.values():
            if error is not NoError:
                raise error(f"starting offset of {group} in {topic}")


def _when_coordinated(act: Callable[[], None]) -> None:
    """Do it again while a young broker is still choosing the group's coordinator."""
    deadline = time.monotonic() + COORDINATION_LIMIT_S
    while True:
        try:
            return act()
        except KafkaError as error:
            if not error.retriable or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
