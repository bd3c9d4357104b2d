"""A takeover feeds as much as the pipeline takes, and not more: a live petition does not queue behind it."""

from collections.abc import Mapping

import pytest

from deploy.backlog import Queue
from deploy.pacing import LEAST_ROWS, MOST_GATHERED_S, MOST_WAIT_S, PARCEL_ROWS, Pace

ROWS_A_MESSAGE = 50


class Pipeline:
    """Works off so many rows a second; the clock goes on while the pace waits."""

    def __init__(self, rate: float, taken_s: float = 0.05) -> None:
        self.rate = rate
        self.now = 0.0
        self.fed = 0
        self.done = 0.0
        self.most = 0.0
        self._taken_s = taken_s

    def queues(self) -> Mapping[str, Queue]:
        """One topic before the work, in messages, and one that nothing passes."""
        waiting = -(-int(self.fed - self.done) // ROWS_A_MESSAGE)
        return {"intake": Queue(7 + self.fed // ROWS_A_MESSAGE, waiting), "idle": Queue(3, 3)}

    def pass_time(self, seconds: float) -> None:
        """Work."""
        self.now += seconds
        self.done = min(self.fed, self.done + self.rate * seconds)

    def feed(self, pace: Pace, parcels: int) -> None:
        """Send parcels as the pace allows."""
        for _ in range(parcels):
            pace(PARCEL_ROWS)
            self.fed += PARCEL_ROWS
            self.most = max(self.most, self.fed - self.done)
            self.pass_time(self._taken_s)


def paced(pipeline: Pipeline) -> Pace:
    return Pace(pipeline.queues, clock=lambda: pipeline.now, pause=pipeline.pass_time)


@pytest.mark.parametrize("rate", [100, 500, 1_500])
def test_what_is_under_way_is_little_work_at_any_speed(rate: float) -> None:
    pipeline = Pipeline(rate)
    pipeline.feed(paced(pipeline), 200)
    assert pipeline.most <= max(LEAST_ROWS, MOST_WAIT_S * rate) * 1.1 + PARCEL_ROWS + ROWS_A_MESSAGE


@pytest.mark.parametrize("rate", [400, 1_500])
def test_the_pipeline_is_kept_busy(rate: float) -> None:
    pipeline = Pipeline(rate)
    pipeline.feed(paced(pipeline), 200)
    assert pipeline.done / pipeline.now >= 0.85 * rate


class Committing(Pipeline):
    """Three desks, one behind the other, that commit once a second, and an index that gathers for three."""

    def __init__(self, rate: float) -> None:
        super().__init__(rate, taken_s=0.02)
        self.finished = [0.0, 0.0, 0.0]
        self.waits: list[float] = []
        self._committed = [0.0, 0.0, 0.0, 0.0]
        self._commit_at = [0.0, 0.3, 0.6, 3.0]
        self._sent: list[tuple[float, int]] = []

    def queues(self) -> Mapping[str, Queue]:
        """Four topics; what is worked off shows only once it is committed."""
        written = [self.fed, *self.finished]
        return {
            name: Queue(int(there // rows), int((there - known) // rows))
            for name, rows, there, known in zip(
                ("intake", "registered", "linked", "cases"), (50, 50, 50, 1), written, self._committed, strict=True
            )
        }

    def pass_time(self, seconds: float) -> None:
        """Work, in steps shorter than anything that happens."""
        if not self._sent or self._sent[-1][1] < self.fed:
            self._sent.append((self.now, self.fed))
        for _ in range(round(seconds / 0.02)):
            self.now += 0.02
            for desk, before in enumerate((self.fed, *self.finished[:2])):
                self.finished[desk] = min(before, self.finished[desk] + self.rate * 0.02)
            for place, reached in enumerate((*self.finished, self.finished[2])):
                if self.now >= self._commit_at[place]:
                    self._committed[place] = reached
                    self._commit_at[place] += 3.0 if place == 3 else 1.0
            while self._sent and self.finished[2] >= self._sent[0][1]:
                self.waits.append(self.now - self._sent.pop(0)[0])


@pytest.mark.parametrize("rate", [250, 500, 900])
def test_what_only_is_not_committed_yet_does_not_slow_the_feed_down(rate: float) -> None:
    pipeline = Committing(rate)
    pace = Pace(pipeline.queues, ["cases"], clock=lambda: pipeline.now, pause=pipeline.pass_time)
    for _ in range(round(rate / 2)):
        pace(PARCEL_ROWS)
        pipeline.fed += PARCEL_ROWS
        pipeline.pass_time(0.02)
    assert pipeline.finished[2] / pipeline.now >= 0.9 * rate
    assert sorted(pipeline.waits)[-len(pipeline.waits) // 20] <= 3


def test_an_index_that_falls_behind_holds_the_feed() -> None:
    pipeline = Pipeline(rate=100)
    pace = Pace(pipeline.queues, ["intake"], clock=lambda: pipeline.now, pause=pipeline.pass_time)
    pipeline.feed(pace, 100)
    assert pipeline.fed - pipeline.done <= max(2 * LEAST_ROWS, MOST_GATHERED_S * pipeline.rate) + PARCEL_ROWS


def test_a_feed_slower_than_the_pipeline_is_never_held() -> None:
    pipeline = Pipeline(rate=10_000, taken_s=1.0)
    pipeline.feed(paced(pipeline), 50)
    assert pipeline.now == 50


def test_while_nothing_is_worked_off_nothing_more_is_fed() -> None:
    class Stopped(Exception):
        pass

    pipeline = Pipeline(rate=0)

    def pause(seconds: float) -> None:
        pipeline.pass_time(seconds)
        if pipeline.now > 60:
            raise Stopped

    pace = Pace(pipeline.queues, clock=lambda: pipeline.now, pause=pause)
    with pytest.raises(Stopped):
        pipeline.feed(pace, 100)
    assert pipeline.fed <= LEAST_ROWS + PARCEL_ROWS
