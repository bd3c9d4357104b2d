"""The week, month or year that a report is about. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, assert_never

PeriodKind = Literal["week", "month", "year"]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included."""

    kind: PeriodKind
    name: str
    """In Chinese, as it stands in the title of a report."""
    first: date
    last: date

    @property
    def query(self) -> str:
        """What its cases have in common: their latest petition was received in it."""
        return f"from:{self.first} to:{self.last}"


def period_of(kind: PeriodKind, day: date) -> Period:
    """The period that a day lies in; weeks begin on Monday and are counted as in ISO 8601.

    Raises `OverflowError` for a week that ends after the last day that can be written.
    """
    match kind:
        case "week":
            year, week, weekday = day.isocalendar()
            first = day - timedelta(days=weekday - 1)
            return Period(kind, f"{year}年第{week}周", first, first + timedelta(days=6))
        case "month":
            last = monthrange(day.year, day.month)[1]
            return Period(kind, f"{day.year}年{day.month}月", day.replace(day=1), day.replace(day=last))
        case "year":
            return Period(kind, f"{day.year}年", date(day.year, 1, 1), date(day.year, 12, 31))
        case _:
            assert_never(kind)
