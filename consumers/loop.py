"""The one poll → write → commit loop. Offsets are committed only after all that came before them is written."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from threading import Event
from typing import Generic, Protocol, TypeVar

from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata, TopicPartition

from consumers.membership import GroupMember
from schemas.connections import kafka_python
from schemas.settings import Settings

log = logging.getLogger(__name__)

POLL_MS = 500
"""How long a poll waits for a first message. It returns with the first."""
BUSY_FROM = 50
"""So many messages at once are load: then more are waited for, slice by slice, while so many come again in time."""
SLICE_S, QUIET_S = 0.2, 0.6
"""Workers write in bursts: only when this time has brought few messages the load is over."""
FILL_S = 3.0
"""The longest wait under load."""
COMMIT_MS = 10_000
MOST_RECORDS = 5_000
MOST_BYTES = 32_000_000
"""From so many bytes on no more are waited for: what is in work is held in memory several times over."""
PART_RECORDS = 150
"""Of what has time so many are written at once: something urgent that comes then waits for no more than that."""
COMMIT_EVERY_S = 1.0
"""How often it is said what is written, while there always is more."""
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 15.0

Work = TypeVar("Work")


@dataclass(frozen=True, slots=True)
class Record:
    """One message of a topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    at_ms: int = 0
    """When it was written, in milliseconds; told by `replay` only."""

    @property
    def origin(self) -> str:
        """Where the message can be found again."""
        return f"{self.topic}:{self.partition}:{self.offset}"


class Step(Protocol[Work]):
    """What a consumer does with messages: prepare once, attempt until nothing is left."""

    def prepare(self, records: Sequence[Record]) -> list[Work]:
        """Decode; what cannot be decoded is a dead letter here."""
        ...

    def attempt(self, work: list[Work]) -> list[Work]:
        """Write; returns what has to be tried again later, empty when all is done."""
        ...


def never(record: Record) -> bool:
    """Nothing has time."""
    return False


class _Taken:
    """What was polled and is not written yet."""

    def __init__(self, has_time: Callable[[Record], bool]) -> None:
        self._has_time = has_time
        self._polled: dict[TopicPartition, int] = {}
        self.hurried: list[Record] = []
        self.waiting: list[Record] = []
        """What has time."""
        self.count = 0
        """How many messages came in all."""

    def add(self, records: Sequence[Record]) -> None:
        """Take more, in the order of their offsets."""
        self.count += len(records)
        for record in records:
            (self.waiting if self._has_time(record) else self.hurried).append(record)
            self._polled[TopicPartition(record.topic, record.partition)] = record.offset + 1

    def next_parts(self) -> Iterator[list[Record]]:
        """What is urgent, then a part of the rest; they are no longer here."""
        hurried, self.hurried = self.hurried, []
        part, self.waiting = self.waiting[:PART_RECORDS], self.waiting[PART_RECORDS:]
        return filter(None, (hurried, part))

    def written(self) -> dict[TopicPartition, int]:
        """Up to where each partition is written without a gap, once nothing is urgent."""
        first = {TopicPartition(record.topic, record.partition): record.offset for record in reversed(self.waiting)}
        return self._polled | first


class Loop(Generic[Work]):
    """Runs one step over the messages of a group, for ever; stays in the group while the step cannot write."""

    def __init__(
        self,
        consumer: GroupMember,
        step: Step[Work],
        *,
        most_records: int = MOST_RECORDS,
        has_time: Callable[[Record], bool] = never,
    ) -> None:
        """The consumer must not commit by itself. What `has_time` is true of is written after everything else."""
        self._has_time = has_time
        self._consumer = consumer
        self._step = step
        self._most_records = most_records
        self._owes_commit = False

    def run(self, stop: Event) -> None:
        """Work until told to stop, then leave the group; what is written and not committed comes again."""
        try:
            while not stop.is_set():
                self.turn(stop)
        finally:
            self._consumer.close(autocommit=False)

    def turn(self, stop: Event) -> int:
        """One poll, its writes and its commit; returns how many messages came."""
        records = self._poll(POLL_MS)
        if not records:
            if self._owes_commit:
                self._commit()
            return 0
        taken = _Taken(self._has_time)
        taken.add(records)
        if len(records) >= BUSY_FROM:
            self._fill(taken)
        self._work_off(taken, stop)
        if not stop.is_set():
            self._commit()
        return taken.count

    def _work_off(self, taken: _Taken, stop: Event) -> None:
        """Write all, what has time last and in parts, between which whatever has come by then is looked at."""
        said_at = time.monotonic()
        while (taken.hurried or taken.waiting) and not stop.is_set():
            for part in taken.next_parts():
                if not stop.is_set():
                    self._write(part, stop)
            if not taken.waiting or stop.is_set():
                return
            if time.monotonic() - said_at >= COMMIT_EVERY_S:
                self._commit(self._ours(taken.written()))
                said_at = time.monotonic()
            if self._has_room(taken.waiting) and not self._consumer.is_joining:
                taken.add(self._poll(0, self._most_records - len(taken.waiting)))

    def _ours(self, offsets: Mapping[TopicPartition, int]) -> dict[TopicPartition, OffsetAndMetadata]:
        """Of the partitions that are ours still, as a commit takes it."""
        ours = self._consumer.assignment()
        return {place: OffsetAndMetadata(offset, "", -1) for place, offset in offsets.items() if place in ours}

    def _write(self, records: Sequence[Record], stop: Event) -> None:
        left = self._step.attempt(self._step.prepare(records))
        if left:
            self._insist(left, stop)

    def _fill(self, taken: _Taken) -> None:
        """Under load: fuller requests cost the index less, and a case that changes meanwhile is written once.

        It ends soon after the load, so that what comes then does not wait, and with the first urgent one among those
        that have time.
        """
        now = busy_at = time.monotonic()
        until, counted = now + FILL_S, taken.count
        while now < min(until, busy_at + QUIET_S) and self._has_room(taken.hurried or taken.waiting):
            if taken.hurried and taken.waiting:
                return
            taken.add(self._slice(self._most_records - taken.count))
            if taken.count - counted >= BUSY_FROM:
                busy_at, counted = now, taken.count
            now = time.monotonic()

    def _has_room(self, records: list[Record]) -> bool:
        return len(records) < self._most_records and sum(len(one.value or b"") for one in records) < MOST_BYTES

    def _slice(self, most: int) -> list[Record]:
        until = time.monotonic() + SLICE_S
        arrived: list[Record] = []
        while len(arrived) < most and (left := until - time.monotonic()) > 0:
            arrived += self._poll(int(left * 1000) + 1, most - len(arrived))
        return arrived

    def _insist(self, work: list[Work], stop: Event) -> None:
        """Try again with growing pauses, for ever; polling paused partitions keeps us in the group meanwhile."""
        pause = FIRST_PAUSE_S
        attempt = 1
        while work and not stop.is_set():
            log.warning("waiting to write again", extra={"count": len(work), "attempt": attempt, "seconds": pause})
            work = work + self._rest(pause, stop)
            work = self._step.attempt(work)
            pause = min(LONGEST_PAUSE_S, pause * 2)
            attempt += 1
        self._consumer.resume(*self._consumer.paused())

    def _rest(self, seconds: float, stop: Event) -> list[Work]:
        """Sit out a pause inside the group. A rebalance may bring new partitions: their first messages are kept."""
        until = time.monotonic() + seconds
        arrived: list[Work] = []
        while not stop.is_set() and (left := until - time.monotonic()) > 0:
            self._consumer.pause(*self._consumer.assignment())
            arrived += self._step.prepare(self._poll(int(min(POLL_MS, left * 1000)) + 1))
        return arrived

    def _poll(self, timeout_ms: int, most: int | None = None) -> list[Record]:
        polled = self._consumer.poll(timeout_ms=timeout_ms, max_records=most or self._most_records)
        return [
            Record(message.topic, message.partition, message.offset, message.key, message.value)
            for message in chain.from_iterable(polled.values())
        ]

    def _commit(self, written: dict[TopicPartition, OffsetAndMetadata] | None = None) -> None:
        """Say what is written: everything that was polled, or what lies before these offsets."""
        try:
            self._consumer.commit(written, timeout_ms=COMMIT_MS)
            self._owes_commit = False
        except KafkaError as error:
            # Nothing is lost: the same messages come again, and the index knows their versions already. Or they do
            # not, because the partition stayed ours: then nobody else would say that they are written.
            self._owes_commit = True
            log.warning("offsets not committed", extra={"error": type(error).__name__})


def in_group(settings: Settings, group: str, *, least_bytes: int = 1, wait_ms: int = 500) -> GroupMember:
    """A consumer of a group from the earliest message on, without commits of its own; not yet subscribed.

    The broker answers as soon as it has `least_bytes`, or after `wait_ms` with less.
    """
    return GroupMember(
        **kafka_python(settings),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=settings.session_timeout_s * 1000,
        heartbeat_interval_ms=settings.session_timeout_s * 1000 // 5,
        max_partition_fetch_bytes=16 * 1024 * 1024,
        fetch_min_bytes=least_bytes,
        fetch_max_wait_ms=wait_ms,
    )
