"""What leaves the producers, and the seam behind which Kafka is."""

from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from schemas.contract import Contract
from schemas.events import CountyReport, DeadLetter
from schemas.identity import SealedIdentity
from schemas.keys import partition_of
from schemas.petition import IntakeBatch, IntakeRecord, StatusEvent
from schemas.topics import SPECS, Topic

MOST_BATCH_BYTES = 600_000
"""A message stays well under the broker's limit of 1 MiB, however long the petitions in it are."""
CHARACTER_BYTES = 3
RECORD_OVERHEAD_BYTES = 600
Told = TypeVar("Told", bound=IntakeRecord | StatusEvent)
"""What a county tells."""


class Unavailable(RuntimeError):
    """Kafka is away: the same messages again, after a pause of so many seconds."""

    def __init__(self, retry_after: float = 1.0) -> None:
        super().__init__("Kafka does not acknowledge")
        self.retry_after = retry_after


class Message(NamedTuple):
    """One message for one partition."""

    topic: Topic
    key: bytes
    value: bytes
    partition: int


class Entry(NamedTuple, Generic[Told]):
    """One accepted record or status event, the key of its number, and its sealed petitioner if it has one."""

    record: Told
    key: str
    sealed: SealedIdentity | None


AnyEntry = Entry[IntakeRecord] | Entry[StatusEvent]


class Ticket(Protocol):
    """Messages on their way."""

    def wait(self) -> None:
        """Return when all are acknowledged; raises `Unavailable` when that is not to be had now."""


class Publisher(Protocol):
    """Sends messages in order, partition by partition."""

    def send(self, messages: Sequence[Message]) -> Ticket:
        """Begin to send; raises `Unavailable`."""

    def close(self) -> None:
        """Let go of what is under way and of the connections."""


def messages(
    entries: Sequence[AnyEntry],
    letters: Iterable[DeadLetter],
    reports: Iterable[CountyReport],
    *,
    partitions: int,
    batch_records: int,
) -> list[Message]:
    """All that one parcel says: identities first, then refusals and records, reports last."""
    found = [
        Message(Topic.IDENTITY, entry.key.encode(), entry.sealed.to_bytes(), partition_of(entry.key, partitions))
        for entry in entries
        if entry.sealed is not None
    ]
    found += [_single(Topic.INTAKE_DEAD, letter.source, letter) for letter in letters]
    found += _batches(entries, partitions, batch_records)
    found += [_single(Topic.REPORTS, report.county, report) for report in reports]
    return found


def _batches(entries: Sequence[AnyEntry], partitions: int, batch_records: int) -> list[Message]:
    """Records that go to one partition, in their order, so many to a message as number and bytes allow."""
    groups: dict[int, list[IntakeRecord]] = {}
    statuses: dict[int, list[StatusEvent]] = {}
    for entry in entries:
        number = partition_of(entry.key, partitions)
        if isinstance(entry.record, StatusEvent):
            statuses.setdefault(number, []).append(entry.record)
        else:
            groups.setdefault(number, []).append(entry.record)
    return [
        Message(Topic.INTAKE, f"p{partition}".encode(), IntakeBatch(records=tuple(batch)).to_bytes(), partition)
        for partition, records in groups.items()
        for batch in _split(records, batch_records)
    ] + [
        Message(Topic.INTAKE, b"p%d" % number, IntakeBatch(records=(), statuses=tuple(told)).to_bytes(), number)
        for number, told in statuses.items()
    ]


def _split(records: list[IntakeRecord], most: int) -> Iterable[list[IntakeRecord]]:
    batch: list[IntakeRecord] = []
    size = 0
    for record in records:
        added = RECORD_OVERHEAD_BYTES + CHARACTER_BYTES * (len(record.body) + len(record.title))
        if batch and (len(batch) >= most or size + added > MOST_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += added
    if batch:
        yield batch


def _single(topic: Topic, key: str, event: Contract) -> Message:
    if SPECS[topic].is_partitioned:
        raise ValueError(f"{topic} has several partitions")
    return Message(topic, key.encode(), event.to_bytes(), 0)
