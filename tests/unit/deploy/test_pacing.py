"""A takeover feeds as much as the pipeline takes, and not more: a live petition does not queue behind it."""

import itertools
from collections.abc import Mapping

import pytest
from kafka import TopicPartition

from deploy.backlog import Queue
from deploy.pacing import FIRST_RATE, INDEX_PATIENCE_S, LOOK_AGAIN_S, PARCEL_ROWS, PATIENCE_S, Pace

ROWS_A_MESSAGE = 50
TICK_S = 0.02
DESKS = ("intake", "registered", "linked")


class Pipeline:
    """Three desks, one behind the other, that commit once a second, and an index; time passes while one waits."""

    def __init__(self, rate: float, index_rate: float = 5_000, *, gathers_s: float = 1.0) -> None:
        self.rate = rate
        self.index_rate = index_rate
        self.now = 0.0
        self.fed = 0
        self.waits: list[float] = []
        self._finished = [0.0, 0.0, 0.0, 0.0]
        self._committed = [0.0, 0.0, 0.0, 0.0]
        self._commit_at = [0.0, 0.3, 0.6, gathers_s]
        self._commits_each_s = [1.0, 1.0, 1.0, gathers_s]
        self._sent: list[tuple[float, int]] = []

    @property
    def done(self) -> float:
        """Rows that all desks have worked off."""
        return self._finished[2]

    @property
    def indexed(self) -> float:
        """Rows in the index."""
        return self._finished[3]

    def queues(self) -> Mapping[TopicPartition, Queue]:
        """Four topics of one partition; what is worked off shows only once it is committed."""
        written = [self.fed, *self._finished[:3]]
        return {
            TopicPartition(name, 0): Queue(7 + int(there // ROWS_A_MESSAGE), 7 + int(known // ROWS_A_MESSAGE))
            for name, there, known in zip((*DESKS, "cases"), written, self._committed, strict=True)
        }

    def pass_time(self, seconds: float) -> None:
        """Work, in steps shorter than anything that happens."""
        for _ in range(max(1, round(seconds / TICK_S))):
            self.now += TICK_S
            for place, rate in enumerate((5_000, 5_000, self.rate, self.index_rate)):
                before = self._finished[place - 1] if place else self.fed
                self._finished[place] = min(before, self._finished[place] + rate * TICK_S)
                if self.now >= self._commit_at[place]:
                    self._committed[place] = self._finished[place]
                    self._commit_at[place] += self._commits_each_s[place]
            while self._sent and self.done >= self._sent[0][1]:
                self.waits.append(self.now - self._sent.pop(0)[0])

    def feed(self, pace: Pace, until: float, taken_s: float = TICK_S) -> None:
        """Send parcels as the pace allows; `taken_s` is what reading one takes."""
        while self.now < until:
            pace(PARCEL_ROWS)
            self.fed += PARCEL_ROWS
            self._sent.append((self.now, self.fed))
            self.pass_time(taken_s)


def paced(pipeline: Pipeline) -> Pace:
    return Pace(pipeline.queues, "cases", clock=lambda: pipeline.now, pause=pipeline.pass_time)


@pytest.mark.parametrize("rate", [150, 400, 1_500])
def test_old_records_wait_little_and_keep_the_pipeline_busy(rate: float) -> None:
    pipeline = Pipeline(rate)
    pace = paced(pipeline)
    pipeline.feed(pace, 60)
    known, done, began = len(pipeline.waits), pipeline.done, pipeline.now
    pipeline.feed(pace, 240)
    assert (pipeline.done - done) / (pipeline.now - began) >= 0.85 * rate
    waits = sorted(pipeline.waits[known:])
    assert waits[int(0.95 * len(waits))] <= PATIENCE_S + PARCEL_ROWS / rate


def test_it_begins_slowly_and_finds_its_rate_within_a_minute() -> None:
    pipeline = Pipeline(800)
    pace = paced(pipeline)
    pipeline.feed(pace, 2)
    assert pipeline.fed <= 3 * FIRST_RATE + PARCEL_ROWS
    pipeline.feed(pace, 40)
    before = pipeline.fed
    pipeline.feed(pace, 60)
    assert pipeline.fed - before >= 0.8 * 800 * 20


def test_a_pipeline_that_becomes_slower_is_fed_less() -> None:
    pipeline = Pipeline(800)
    pace = paced(pipeline)
    pipeline.feed(pace, 60)
    pipeline.rate = 200
    pipeline.feed(pace, 90)
    known = len(pipeline.waits)
    pipeline.feed(pace, 180)
    waits = sorted(pipeline.waits[known:])
    assert waits[int(0.9 * len(waits))] <= PATIENCE_S + PARCEL_ROWS / 200


def test_an_index_that_falls_behind_holds_the_feed() -> None:
    pipeline = Pipeline(2_000, index_rate=100)
    pace = paced(pipeline)
    pipeline.feed(pace, 120)
    assert pipeline.done - pipeline.indexed <= 3 * INDEX_PATIENCE_S * 100


def test_what_the_index_gathers_does_not_hold_the_feed() -> None:
    gathering, at_once = Pipeline(500, gathers_s=INDEX_PATIENCE_S - 2), Pipeline(500)
    for pipeline in (gathering, at_once):
        pipeline.feed(paced(pipeline), 60)
    assert gathering.fed == at_once.fed


def test_a_feed_slower_than_its_pace_is_never_held_and_does_not_raise_it() -> None:
    pipeline = Pipeline(10_000)
    pace = paced(pipeline)
    pipeline.feed(pace, 300, taken_s=4.0)
    assert pipeline.fed == PARCEL_ROWS * 300 / 4
    before = pipeline.fed
    pipeline.feed(pace, 302)
    assert pipeline.fed - before <= 3 * FIRST_RATE + PARCEL_ROWS


def test_while_nothing_is_worked_off_nothing_more_is_fed() -> None:
    class Stopped(Exception):
        pass

    pipeline = Pipeline(rate=0)

    def pause(seconds: float) -> None:
        pipeline.pass_time(seconds)
        if pipeline.now > 60:
            raise Stopped

    pace = Pace(pipeline.queues, "cases", clock=lambda: pipeline.now, pause=pause)
    with pytest.raises(Stopped):
        pipeline.feed(pace, 61)
    assert pipeline.fed <= 3 * PARCEL_ROWS


def test_a_delay_costs_a_fifth_of_the_rate_however_long_it_lasts() -> None:
    def fed_after_a_delay_of(seconds: float) -> int:
        pipeline = Pipeline(500)

        def pause(pause_s: float) -> None:
            pipeline.pass_time(pause_s)
            pipeline.rate = 0 if 60 < pipeline.now < 60 + seconds else 10_000

        pace = Pace(pipeline.queues, "cases", clock=lambda: pipeline.now, pause=pause)
        pipeline.feed(pace, 60 + seconds)
        before = pipeline.fed
        pipeline.feed(pace, 70 + seconds)
        return pipeline.fed - before

    assert fed_after_a_delay_of(60) >= 0.8 * fed_after_a_delay_of(10)


def test_it_never_pauses_for_less_than_no_time_while_the_clock_goes_on() -> None:
    ticking = itertools.count(step=0.013)
    pauses: list[float] = []
    pace = Pace(dict, "cases", clock=lambda: next(ticking), pause=pauses.append)
    for _ in range(100):
        pace(5)
    assert pauses
    assert min(pauses) >= 0


def test_one_partition_that_lags_is_not_hidden_by_the_others() -> None:
    clock = itertools.count(step=LOOK_AGAIN_S)
    now, held = [0.0], [0]

    def queues() -> Mapping[TopicPartition, Queue]:
        messages = 10 + int(10 * now[0])
        others = {TopicPartition("linked", n): Queue(messages, messages) for n in (1, 2, 3)}
        return {TopicPartition("linked", 0): Queue(10, 9), **others}

    def pause(seconds: float) -> None:
        now[0] = next(clock)
        held[0] += 1
        if now[0] > 10:
            raise TimeoutError

    pace = Pace(queues, "cases", clock=lambda: now[0], pause=pause)
    with pytest.raises(TimeoutError):
        for _ in range(1_000):
            pace(1)
            now[0] = next(clock)
    assert held[0] >= (10 - PATIENCE_S) / LOOK_AGAIN_S - 2
