"""Which counties have not said what they received in a period, so that its numbers are not complete. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Silence:
    """A county that was silent for longer than it may be."""

    county: str
    days: int
    """Most days in a row of which it has reported neither records nor that there were none."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """What is known of the counties that have to report."""

    days_of: Mapping[str, Collection[date]]
    """County → the days that it has reported about."""
    allowed: Mapping[str, int]
    """County → days that its profile lets it be silent."""
    usually_allowed: int = 0
    """For counties without a profile."""

    @property
    def counties(self) -> list[str]:
        """Those with a profile, and those that have ever reported."""
        return sorted({*self.days_of, *self.allowed})


def silences(reporting: Reporting, first: date, last: date) -> Iterator[Silence]:
    """The counties of which days are missing from the first to the last: all of them, or more than allowed."""
    for county in reporting.counties:
        days = [day for day in reporting.days_of.get(county, ()) if first <= day <= last]
        missing = _longest_gap(days, first, last)
        if not days or missing > reporting.allowed.get(county, reporting.usually_allowed):
            yield Silence(county, missing)


def _longest_gap(days: Collection[date], first: date, last: date) -> int:
    marks = (first - _DAY, *sorted(days), last + _DAY)
    return max((later - earlier).days - 1 for earlier, later in pairwise(marks))
