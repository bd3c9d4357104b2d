"""A period told day by day: which day counts, which does not, and why (`petitions why CASE --clock`)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from processors.rules.working_days import WEEKENDS, is_working_day, why_free, why_free_in_english
from schemas.life import Clock

_DAY = timedelta(days=1)


class CountedDay(NamedTuple):
    """One day of a period: its number, or 0 and why it is not counted."""

    on: date
    number: int
    why: str = ""
    why_en: str = ""

    @property
    def is_counted(self) -> bool:
        """Whether the day is one of the period."""
        return self.number > 0


def explain(clock: Clock) -> Iterator[CountedDay]:
    """Every day from the one on which the period starts to the last.

    The first day is not counted. The rest follows from the clock alone: its days, whether they are working days, the
    days of a hearing; a last day that a province has moved is told as such.
    """
    yield CountedDay(clock.started_on, 0, "起算日不计入", "the first day does not count")
    on, number = clock.started_on, 0
    while number < clock.days:
        on += _DAY
        why, why_en = _left_out(clock, on)
        number += not why
        yield CountedDay(on, 0 if why else number, why, why_en)
    while on < clock.due_on:
        last, on = on, on + _DAY
        yield CountedDay(
            on,
            0,
            f"末日为{why_free(last) or '休息日'}，顺延（省定规则）",
            f"last day no working day ({why_free_in_english(last) or 'day off'}): moved (the province's rule)",
        )


def is_provisional(clock: Clock) -> bool:
    """Whether days were counted in a year whose holidays are not published yet: only weekends were left out."""
    return clock.rule_version.endswith(WEEKENDS)


def _left_out(clock: Clock, on: date) -> tuple[str, str]:
    """Why a day does not count, in Chinese and English; empty where it does."""
    if any(stop.first <= on <= stop.last for stop in clock.stops):
        return "听证期间不计入", "the days of a hearing do not count"
    if clock.is_working_days and not is_working_day(on)[0]:
        return f"{why_free(on)}，非工作日", f"{why_free_in_english(on)}, no working day"
    return "", ""
