"""How often a sudden rise is called where there is none: measured by simulation, with a fixed seed."""

from datetime import date

import numpy as np
import pytest

from consumers.alerts.rise import chance
from consumers.alerts.table import load_rules
from consumers.alerts.tally import first_day, week_of

ROW = load_rules().sudden_rise
TRIALS = 1_000


def alarms(weeks: np.ndarray, rate: float) -> float:
    """The share of last weeks that are called a rise."""
    return float(np.mean([chance(int(row[-1]), row[:-1].tolist()) <= rate for row in weeks]))


@pytest.mark.parametrize("mean", [0.2, 1, 3, 20])
def test_without_a_rise_no_more_alarms_are_raised_than_stated(mean: float) -> None:
    weeks = np.random.default_rng(7).poisson(mean, (TRIALS, ROW.weeks + 1))
    assert alarms(weeks, 0.01) <= 0.01 + 3 * (0.01 * 0.99 / TRIALS) ** 0.5
    assert alarms(weeks, ROW.false_alarm_rate) <= 2 / TRIALS


@pytest.mark.parametrize(("mean", "times"), [(3, 2), (10, 3)])
def test_letters_that_come_in_bunches_raise_few_more(mean: float, times: float) -> None:
    """Negative binomial with a variance of so many times the mean."""
    chance_of_end = 1 / times
    shape = mean * chance_of_end / (1 - chance_of_end)
    weeks = np.random.default_rng(7).negative_binomial(shape, chance_of_end, (TRIALS, ROW.weeks + 1))
    assert alarms(weeks, 0.01) <= 0.025
    assert alarms(weeks, ROW.false_alarm_rate) <= 4 / TRIALS


@pytest.mark.parametrize(("usual", "now"), [(1, 9), (3, 15), (20, 45)])
def test_a_real_rise_is_seen(usual: int, now: int) -> None:
    past = np.random.default_rng(7).poisson(usual, ROW.weeks).tolist()
    assert chance(now, past) <= ROW.false_alarm_rate


@pytest.mark.parametrize(("now", "past", "found"), [(0, [0] * 9, 1.0), (1, [0] * 9, 0.1), (2, [0] * 9, 0.01)])
def test_a_first_letter_is_as_likely_in_any_week(now: int, past: list[int], found: float) -> None:
    assert chance(now, past) == pytest.approx(found)


def test_weeks_begin_on_monday() -> None:
    assert first_day(week_of(first_day(100_000))) == first_day(100_000)
    assert first_day(week_of(date(2026, 3, 8))).isoformat() == "2026-03-02"
