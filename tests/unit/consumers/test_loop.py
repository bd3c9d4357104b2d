"""Offsets follow what is written; a sink that is away does not cost the place in the group."""

import time
from collections.abc import Sequence
from threading import Event

import pytest
from kafka.structs import TopicPartition

from consumers import loop
from consumers.loop import Loop, Record
from tests.fakes_consumers import FakeConsumer, record


class Step:
    """Writes to a list; fails as often as told, and notes what was committed when it wrote."""

    def __init__(self, consumer: FakeConsumer, fails: int = 0) -> None:
        self.consumer = consumer
        self.fails = fails
        self.written: list[int] = []
        self.attempts: list[list[int]] = []
        self.committed_at_attempts: list[int] = []

    def prepare(self, records: Sequence[Record]) -> list[Record]:
        return list(records)

    def attempt(self, work: list[Record]) -> list[Record]:
        self.committed_at_attempts.append(self.consumer.committed)
        if self.fails:
            self.fails -= 1
            return work
        self.attempts.append([one.offset for one in work])
        self.written += self.attempts[-1]
        return []


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(loop, "LONGEST_PAUSE_S", 0.002)
    monkeypatch.setattr(loop, "SLICE_S", 0.02)
    monkeypatch.setattr(loop, "QUIET_S", 0.06)


def messages(count: int) -> list[Record]:
    return [record(b"{}", offset=offset) for offset in range(count)]


def test_offsets_are_committed_after_the_write() -> None:
    consumer = FakeConsumer(messages(5))
    step = Step(consumer)
    runner = Loop(consumer, step, most_records=2)
    while runner.turn(Event()):
        pass
    assert step.written == [0, 1, 2, 3, 4]
    assert step.committed_at_attempts == [0, 2, 4]
    assert consumer.committed == 5


class Dripping(FakeConsumer):
    """Gives so many messages at once, however many are asked for."""

    def __init__(self, count: int, at_once: int) -> None:
        super().__init__(messages(count))
        self._at_once = at_once

    def poll(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Record]]:
        return super().poll(timeout_ms, min(self._at_once, max_records))


@pytest.mark.parametrize(
    ("count", "at_once", "most", "written_together"),
    [
        (300, loop.BUSY_FROM, 1_000, 300),
        (300, loop.BUSY_FROM, 120, 120),
        (300, loop.BUSY_FROM - 1, 1_000, loop.BUSY_FROM - 1),
        (1, 1, 1_000, 1),
    ],
)
def test_under_load_messages_wait_for_each_other_and_single_ones_never(
    count: int, at_once: int, most: int, written_together: int
) -> None:
    consumer = Dripping(count, at_once)
    assert Loop(consumer, Step(consumer), most_records=most).turn(Event()) == written_together


class Bursting(Dripping):
    """The same, and after each burst nothing comes for longer than a slice."""

    def __init__(self, count: int, at_once: int) -> None:
        super().__init__(count, at_once)
        self._silent_until = 0.0

    def poll(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Record]]:
        if time.monotonic() < self._silent_until:
            time.sleep(0.001)
            return {}
        self._silent_until = time.monotonic() + 1.5 * loop.SLICE_S
        return super().poll(timeout_ms, max_records)


def test_the_gap_between_two_bursts_is_not_the_end_of_a_load() -> None:
    consumer = Bursting(300, loop.BUSY_FROM)
    assert Loop(consumer, Step(consumer)).turn(Event()) == 300


def test_large_messages_do_not_wait_for_more_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "MOST_BYTES", loop.BUSY_FROM)
    consumer = Dripping(300, loop.BUSY_FROM)
    assert Loop(consumer, Step(consumer)).turn(Event()) == loop.BUSY_FROM


def test_a_sink_that_is_away_is_tried_again_while_paused_partitions_are_polled() -> None:
    consumer = FakeConsumer(messages(2))
    step = Step(consumer, fails=4)
    Loop(consumer, step).turn(Event())
    assert step.written == [0, 1]
    assert step.committed_at_attempts == [0, 0, 0, 0, 0]
    assert consumer.polls_while_paused >= 4
    assert consumer.paused() == set()
    assert consumer.committed == 2


def test_told_to_stop_while_waiting_nothing_is_committed() -> None:
    consumer = FakeConsumer(messages(2))
    stop = Event()

    class Stopping(Step):
        def attempt(self, work: list[Record]) -> list[Record]:
            stop.set()
            return work

    Loop(consumer, Stopping(consumer)).run(stop)
    assert consumer.committed == 0
    assert consumer.is_closed


def test_an_error_of_the_step_leaves_without_a_commit() -> None:
    consumer = FakeConsumer(messages(1))

    class Broken(Step):
        def attempt(self, work: list[Record]) -> list[Record]:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        Loop(consumer, Broken(consumer)).run(Event())
    assert (consumer.committed, consumer.is_closed) == (0, True)


def test_what_is_urgent_among_what_has_time_waits_for_no_more() -> None:
    consumer = Dripping(300, loop.BUSY_FROM)
    step = Step(consumer)
    Loop(consumer, step, has_time=lambda record: record.offset > 0).turn(Event())
    assert step.attempts[0] == [0]


def test_what_is_urgent_is_written_first_and_the_rest_in_parts_between_which_more_may_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loop, "PART_RECORDS", 2)
    consumer = Dripping(9, 5)
    step = Step(consumer)
    assert Loop(consumer, step, has_time=lambda record: record.offset not in {3, 6}).turn(Event()) == 9
    assert step.attempts == [[3], [0, 1], [6], [2, 4], [5, 7], [8]]
    assert consumer.committed == 9


def test_while_parts_wait_only_what_is_written_without_a_gap_is_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "PART_RECORDS", 2)
    monkeypatch.setattr(loop, "COMMIT_EVERY_S", 0.0)
    consumer = Dripping(6, 6)
    step = Step(consumer)
    Loop(consumer, step, has_time=lambda record: record.offset != 4).turn(Event())
    assert step.attempts == [[4], [0, 1], [2, 3], [5]]
    assert step.committed_at_attempts == [0, 0, 2, 5]


def test_told_to_stop_between_parts_what_is_not_written_is_not_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "PART_RECORDS", 2)
    consumer = Dripping(6, 6)
    stop = Event()

    class Stopping(Step):
        def attempt(self, work: list[Record]) -> list[Record]:
            stop.set()
            return super().attempt(work)

    step = Stopping(consumer)
    Loop(consumer, step, has_time=lambda record: True).turn(stop)
    assert step.attempts == [[0, 1]]
    assert consumer.committed == 0


def test_what_has_time_is_not_polled_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "PART_RECORDS", 2)
    consumer = Dripping(40, 40)
    asked: list[int] = []

    class Watched(Step):
        def attempt(self, work: list[Record]) -> list[Record]:
            asked.append(consumer.position)
            return super().attempt(work)

    Loop(consumer, Watched(consumer), most_records=10, has_time=lambda record: True).turn(Event())
    assert all(position - 2 * written <= 10 for written, position in enumerate(asked))
    assert consumer.committed == 40


def test_while_the_group_is_put_together_anew_parts_are_worked_off_without_a_poll(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loop, "PART_RECORDS", 2)
    consumer = Dripping(9, 5)
    consumer.is_joining = True
    step = Step(consumer)
    runner = Loop(consumer, step, has_time=lambda record: True)
    assert runner.turn(Event()) == 5
    assert step.attempts == [[0, 1], [2, 3], [4]]
    assert consumer.committed == 5


def test_of_a_partition_that_is_no_longer_ours_nothing_is_committed_between_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loop, "PART_RECORDS", 2)
    monkeypatch.setattr(loop, "COMMIT_EVERY_S", 0.0)
    consumer = Dripping(6, 6)
    consumer.has_lost_all = True
    step = Step(consumer)
    Loop(consumer, step, has_time=lambda record: True).turn(Event())
    assert step.committed_at_attempts == [0, 0, 0]


def test_a_commit_that_failed_is_made_up_for_when_nothing_more_comes() -> None:
    consumer = FakeConsumer(messages(3))
    consumer.fails_commits = 2
    runner = Loop(consumer, Step(consumer))
    assert runner.turn(Event()) == 3
    assert consumer.committed == 0
    for committed in (0, 3):
        assert runner.turn(Event()) == 0
        assert consumer.committed == committed
