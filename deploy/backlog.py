"""What the processes have not worked off, asked again and again over one connection."""

import logging
import time
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient, OffsetSpec
from kafka.errors import KafkaError

from schemas.settings import Settings
from schemas.topics import WAY, Topic

log = logging.getLogger(__name__)

ASK_AGAIN_S = 1.0
NOTHING_COMMITTED = -1


class Queue(NamedTuple):
    """One partition on the way of a record: up to which offset it is written, and up to which it is worked off."""

    written: int
    done: int


class Backlog:
    """Asks with two requests: a pace must not cost what it saves."""

    def __init__(
        self,
        admin: KafkaAdminClient,
        settings: Settings,
        of: Collection[Topic],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`of` are the topics to ask about."""
        self._admin = admin
        self._pause = pause
        self._groups = {
            f"{settings.prefix}.{process}": [
                TopicPartition(topic.under(settings.prefix), number)
                for topic in topics
                if topic in of
                for number in range(settings.partitions)
            ]
            for process, topics in WAY.items()
        }

    def queues(self) -> dict[TopicPartition, Queue]:
        """All partitions. Offsets are committed once a second: some more is worked off than is told.

        While Kafka is away this waits for it.
        """
        while True:
            try:
                return self._queues()
            except KafkaError as error:
                log.warning("Kafka does not say what waits", extra={"error": type(error).__name__})
                self._pause(ASK_AGAIN_S)

    def _queues(self) -> dict[TopicPartition, Queue]:
        told = self._admin.list_group_offsets(self._groups)
        done = {
            place: told[group][place].offset if place in told[group] else NOTHING_COMMITTED
            for group, of_group in self._groups.items()
            for place in of_group
        }
        ends = self._offsets(done, OffsetSpec.LATEST)
        # Where a group has committed nothing, what retention has taken away does not wait for it.
        unread = [place for place, offset in done.items() if offset <= NOTHING_COMMITTED]
        done |= self._offsets(unread, OffsetSpec.EARLIEST) if unread else {}
        return {place: Queue(end, done[place]) for place, end in ends.items()}

    def _offsets(self, places: Iterable[TopicPartition], spec: OffsetSpec) -> dict[TopicPartition, int]:
        found = self._admin.list_partition_offsets(dict.fromkeys(places, spec))
        return {place: info.offset for place, info in found.items()}
