"""Read topics from the beginning to their present end: for proofs, for memory after a start, for a new index."""

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import TypeVar

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from consumers.loop import Record
from schemas.connections import without_group
from schemas.settings import Settings

BATCH = 5_000
FILL_S = 0.05
"""A batch is given as soon as nothing more has come for so long: waiting for a full one would cost more."""
SILENCE_S = 30.0
ASK_AGAIN_S = 0.1
SOON_KNOWN = {
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
}

T = TypeVar("T")

Positions = dict[tuple[str, int], int]
"""Topic and partition → the next offset to read."""


class TopicUnreadable(Exception):
    """A topic that is not there, or whose partitions do not answer."""


def replay(
    settings: Settings, *topics: str, since: Mapping[tuple[str, int], int] | None = None
) -> Generator[list[Record]]:
    """All messages that the topics hold now, in batches, in order within a partition; with `since` the later ones."""
    consumer = _open(settings)
    try:
        ends = _ends(consumer, topics)
        starts = [
            TopicPartition(topic, partition, (since or {}).get((topic, partition), OFFSET_BEGINNING))
            for topic, partition in ends
        ]
        consumer.assign(starts)
        yield from _until(consumer, ends)
    finally:
        consumer.close()


def end_positions(settings: Settings, *topics: str) -> Positions:
    """Where each partition of the topics ends now."""
    consumer = _open(settings)
    try:
        return _ends(consumer, topics)
    finally:
        consumer.close()


def positions_at(settings: Settings, at_s: float, *topics: str) -> Positions:
    """Where in each partition of the topics stands what was written since a moment; the end, where nothing was."""
    consumer = _open(settings)
    try:
        ends = _ends(consumer, topics)
        moment = [TopicPartition(*where, round(at_s * 1_000)) for where in ends]
        found = patiently(lambda: consumer.offsets_for_times(moment, timeout=SILENCE_S))
        places = {(part.topic, part.partition): part.offset for part in found}
        return {where: end if places[where] < 0 else places[where] for where, end in ends.items()}
    finally:
        consumer.close()


def behind(settings: Settings, group: str, *topics: str) -> dict[str, int]:
    """How many messages of each topic a group has not worked off; all of them where it has committed nothing."""
    consumer = _open(settings, group)
    try:
        ends = _ends(consumer, topics)
        lag = dict.fromkeys(topics, 0)
        places = [TopicPartition(*where) for where in ends]
        for part in patiently(lambda: consumer.committed(places, timeout=SILENCE_S)):
            reached = part.offset if part.offset >= 0 else _watermarks(consumer, part)[0]
            lag[part.topic] += max(0, ends[part.topic, part.partition] - reached)
        return lag
    finally:
        consumer.close()


def _open(settings: Settings, group: str = "") -> Consumer:
    return Consumer(
        without_group(settings)
        | ({"group.id": group} if group else {})
        | {
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 50,
            "log_level": 2,
        }
    )


def _ends(consumer: Consumer, topics: tuple[str, ...]) -> Positions:
    ends: Positions = {}
    for topic in topics:
        found = consumer.list_topics(topic, timeout=SILENCE_S).topics.get(topic)
        if found is None or found.error is not None:
            raise TopicUnreadable(topic)
        for partition in found.partitions:
            where = TopicPartition(topic, partition)
            ends[topic, partition] = _watermarks(consumer, where)[1]
    return ends


def _watermarks(consumer: Consumer, where: TopicPartition) -> tuple[int, int]:
    """First and next offset of a partition, whose leader may be missing just after the topic or Kafka began."""
    return patiently(lambda: consumer.get_watermark_offsets(where, timeout=SILENCE_S))


def patiently(ask: Callable[[], T]) -> T:
    """Ask again while the broker says that it will know soon; raises what it said last when it never does."""
    until = time.monotonic() + SILENCE_S
    while True:
        try:
            return ask()
        except KafkaException as error:
            if error.args[0].code() not in SOON_KNOWN or time.monotonic() > until:
                raise
        time.sleep(ASK_AGAIN_S)


def _until(consumer: Consumer, ends: Positions) -> Iterator[list[Record]]:
    """Read until each partition has passed its end; the end itself may be compacted away, then its EOF tells."""
    open_parts = {where for where, end in ends.items() if end > 0}
    heard_at = time.monotonic()
    while open_parts:
        messages = consumer.consume(BATCH, timeout=FILL_S)
        if messages:
            heard_at = time.monotonic()
        elif time.monotonic() - heard_at > SILENCE_S:
            raise TopicUnreadable(", ".join(sorted({topic for topic, _ in open_parts})))
        records: list[Record] = []
        for message in messages:
            where = (str(message.topic()), int(message.partition() or 0))
            error = message.error()
            if error is not None:
                if error.code() != KafkaError._PARTITION_EOF:
                    raise KafkaException(error)
                open_parts.discard(where)
                continue
            offset = int(message.offset() or 0)
            if offset + 1 >= ends[where]:
                open_parts.discard(where)
            if offset < ends[where]:
                _, at_ms = message.timestamp()
                records.append(Record(*where, offset, message.key(), message.value(), at_ms))
        if records:
            yield records
