"""Least rights at Kafka: each process has a name of its own and may do what the table says, and nothing else.

`setup` creates topics and starting offsets, `operator` runs the commands; who gives the rights is neither of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)

from deploy.topic_users import GROUPS, PROCESSES, READERS, WITHOUT_GROUP, WRITERS
from deploy.topics import administration
from schemas.connections import NO_GROUP
from schemas.settings import Settings
from schemas.topics import WAY, WORKER_SOURCES, Topic

SETUP, OPERATOR = "setup", "operator"
USERS = (*PROCESSES, SETUP, OPERATOR)

CLUSTER = "kafka-cluster"
"""Kafka's own name for itself."""

Resource = Literal["topic", "group", "cluster"]
Operation = Literal["read", "write", "create", "describe", "describe_configs"]


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One line of the list of rights of Kafka."""

    user: str
    operation: Operation
    resource: Resource
    name: str
    is_prefix: bool = False
    """All resources whose names begin so."""


class RightsRefused(RuntimeError):
    """Kafka did not take rights."""


def user_at_kafka(prefix: str, user: str) -> str:
    """The name that a process signs in with: instances that share a cluster do not share names."""
    return f"{prefix}-{user}"


def rights(prefix: str) -> tuple[Right, ...]:
    """All rights of an instance, in order. Reading and writing include that a topic can be seen."""
    found = {*_topic_rights(prefix), *_group_rights(prefix), *_setup_rights(prefix)}
    return tuple(sorted(found))


def _topic_rights(prefix: str) -> Iterator[Right]:
    tables: tuple[tuple[Operation, dict[Topic, tuple[str, ...]]], ...] = (("read", READERS), ("write", WRITERS))
    for operation, table in tables:
        for topic, programs in table.items():
            for program in programs:
                user = OPERATOR if program.startswith("petitions ") else program
                yield Right(user_at_kafka(prefix, user), operation, "topic", topic.under(prefix))
    yield Right(user_at_kafka(prefix, OPERATOR), "describe", "topic", f"{prefix}.", is_prefix=True)


def _group_rights(prefix: str) -> Iterator[Right]:
    for process, groups in GROUPS.items():
        for group in groups:
            yield Right(user_at_kafka(prefix, process), "read", "group", f"{prefix}.{group}")
    for group, topics in WAY.items():
        yield Right(user_at_kafka(prefix, "alerts"), "describe", "group", f"{prefix}.{group}")
        for topic in topics:
            yield Right(user_at_kafka(prefix, "alerts"), "describe", "topic", topic.under(prefix))
    for process in WITHOUT_GROUP:
        yield Right(user_at_kafka(prefix, process), "describe", "group", f"{prefix}.{NO_GROUP}")
    yield Right(user_at_kafka(prefix, OPERATOR), "describe", "group", f"{prefix}.", is_prefix=True)
    yield Right(user_at_kafka(prefix, OPERATOR), "describe", "cluster", CLUSTER)


def _setup_rights(prefix: str) -> Iterator[Right]:
    setup = user_at_kafka(prefix, SETUP)
    yield Right(setup, "create", "topic", f"{prefix}.", is_prefix=True)
    yield Right(setup, "describe", "topic", f"{prefix}.", is_prefix=True)
    yield Right(setup, "describe_configs", "topic", f"{prefix}.", is_prefix=True)
    for group, topics in WORKER_SOURCES.items():
        yield Right(setup, "read", "group", f"{prefix}.{group}")
        for topic in topics:  # whoever commits an offset must be able to read there
            yield Right(setup, "read", "topic", topic.under(prefix))


def missing_rights(settings: Settings) -> tuple[Right, ...]:
    """What Kafka does not know yet. Asking needs the rights of whoever gives rights."""
    everything = ACLFilter(
        principal=None,
        host=None,
        operation=ACLOperation.ANY,
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
    )
    with administration(settings) as admin:
        known = set(admin.describe_acls(everything)[0])
    return tuple(right for right in rights(settings.prefix) if _as_acl(right) not in known)


def give_rights(settings: Settings, wanted: Iterable[Right]) -> None:
    """Make Kafka know these rights; returns when it does."""
    with administration(settings) as admin:
        failed = admin.create_acls([_as_acl(right) for right in wanted])["failed"]
    if failed:
        raise RightsRefused("Kafka did not take all rights: " + ", ".join(sorted({one.__name__ for one in failed})))


def _as_acl(right: Right) -> ACL:
    kind = ACLResourcePatternType.PREFIXED if right.is_prefix else ACLResourcePatternType.LITERAL
    return ACL(
        principal=f"User:{right.user}",
        host="*",
        operation=ACLOperation[right.operation.upper()],
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=ResourcePattern(ResourceType[right.resource.upper()], right.name, kind),
    )
