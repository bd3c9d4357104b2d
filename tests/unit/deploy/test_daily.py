"""What has to happen daily happens at the start, once on each day, and again soon where it failed."""

import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from deploy.daily import RETRY_S, DailyRun
from deploy.processes import ProcessSpec
from schemas.settings import Settings

DAY = date(2026, 6, 30)


class ScriptSpec(ProcessSpec):
    """Appends a line to a file and ends as it is told."""

    @property
    def command(self) -> list[str]:
        """The line."""
        return [sys.executable, "-S", "-c", self.role]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An instance without servers."""
    return Settings(home=tmp_path)


def ended(run: DailyRun, settings: Settings, now: float, today: date) -> bool:
    """Whether a glance started the command, which has then ended and was noted."""
    run.glance(settings, now, today)
    if run.child is None:
        return False
    run.child.wait()
    run.glance(settings, now, today)
    return True


def test_it_runs_at_the_start_and_once_on_each_day(settings: Settings) -> None:
    run = DailyRun(ScriptSpec("daily", "none", ""))
    days = [DAY, DAY, DAY + timedelta(1), DAY + timedelta(1)]
    assert [ended(run, settings, 0.0, today) for today in days] == [True, False, True, False]


def test_a_run_that_failed_is_made_again_after_a_pause(settings: Settings) -> None:
    run = DailyRun(ScriptSpec("daily", "none", "raise SystemExit(1)"))
    moments = [0.0, RETRY_S / 2, RETRY_S]
    assert [ended(run, settings, now, DAY) for now in moments] == [True, False, True]
    assert run.done_on is None


def test_a_run_that_outlasts_midnight_counts_for_the_day_on_which_it_began(settings: Settings) -> None:
    run = DailyRun(ScriptSpec("daily", "none", ""))
    run.glance(settings, 0.0, DAY)
    assert run.child is not None
    run.child.wait()
    run.glance(settings, 1.0, DAY + timedelta(1))
    assert ended(run, settings, 1.0, DAY + timedelta(1))


def test_a_run_that_is_under_way_is_ended_with_the_supervisor(settings: Settings) -> None:
    run = DailyRun(ScriptSpec("daily", "none", "import signal; signal.pause()"))
    run.glance(settings, 0.0, DAY)
    run.stop()
    assert run.child is not None
    assert run.child.returncode is not None
