"""What is written and what is worked off, of every partition on the way of a record."""

from types import SimpleNamespace
from typing import Any

from kafka import TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import KafkaConnectionError
from kafka.structs import OffsetAndMetadata

from deploy.backlog import Backlog, Queue
from schemas.settings import Settings
from schemas.topics import Topic

SETTINGS = Settings(partitions=2)
PLACES = [TopicPartition(Topic.CASES.under(SETTINGS.prefix), number) for number in range(2)]


class Admin:
    """Logs that begin at 40 and end at 100, and what groups have committed."""

    def __init__(self, committed: dict[TopicPartition, int], fails: int = 0) -> None:
        self._committed = committed
        self._fails = fails

    def list_group_offsets(self, groups: dict[str, Any]) -> dict[str, dict[TopicPartition, OffsetAndMetadata]]:
        if self._fails:
            self._fails -= 1
            raise KafkaConnectionError
        told = {place: OffsetAndMetadata(offset, "", -1) for place, offset in self._committed.items()}
        return dict.fromkeys(groups, told)

    def list_partition_offsets(self, specs: dict[TopicPartition, OffsetSpec]) -> dict[TopicPartition, Any]:
        ends = {OffsetSpec.EARLIEST: 40, OffsetSpec.LATEST: 100}
        return {place: SimpleNamespace(offset=ends[spec]) for place, spec in specs.items()}


def queues(committed: dict[TopicPartition, int], fails: int = 0) -> dict[TopicPartition, Queue]:
    pauses: list[float] = []
    found = Backlog(Admin(committed, fails), SETTINGS, [Topic.CASES], pauses.append).queues()
    assert len(pauses) == fails
    return found


def test_each_partition_by_itself() -> None:
    assert queues({PLACES[0]: 70, PLACES[1]: 100}) == {PLACES[0]: Queue(100, 70), PLACES[1]: Queue(100, 100)}


def test_what_retention_has_taken_away_does_not_wait_for_a_group_that_committed_nothing() -> None:
    assert queues({PLACES[0]: -1}) == dict.fromkeys(PLACES, Queue(100, 40))


def test_a_kafka_that_is_away_is_waited_for() -> None:
    assert queues(dict.fromkeys(PLACES, 99), fails=3) == dict.fromkeys(PLACES, Queue(100, 99))
