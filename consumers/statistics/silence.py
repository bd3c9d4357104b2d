"""Which counties have not said what they received in a period, so that its numbers are not complete. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from schemas.terms import ReportKind


@dataclass(frozen=True, slots=True)
class Silence:
    """A county that was silent for longer than it may be."""

    county: str
    days: int
    """Most days in a row of which it has reported neither records nor that there were none."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A county that has left days out, though never so many in a row that it would be silent."""

    county: str
    days: tuple[date, ...]


class DayReport(NamedTuple):
    """What a county reported about one day, once."""

    kind: ReportKind
    received: int = 0
    rejected: int = 0
    came_after: int = 0
    """Days after the day that it is about."""
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class Reporting:
    """What is known of the counties that have to report."""

    reports: Mapping[str, Mapping[date, Collection[DayReport]]]
    """County → day → what was reported about it."""
    allowed: Mapping[str, int]
    """County → days that its profile lets it be silent."""
    usually_allowed: int = 0
    """For counties without a profile."""
    late_after: int = 0
    """Days after which a report is late."""
    speaks_back: Mapping[str, int] = field(default_factory=dict)
    """County that reports less often than daily → days before its own of which a report speaks, too."""

    @property
    def counties(self) -> list[str]:
        """Those with a profile, and those that have ever reported."""
        return sorted({*self.reports, *self.allowed})

    def joined_on(self, county: str) -> date | None:
        """The first day that a county has ever reported about; None for one that has a profile and never did.

        Counties join one after the other. From that day on each day is asked for; what came before is in the ledgers
        that a county sends when it joins.
        """
        return min(self.reports.get(county, ()), default=None)

    def told(self, county: str, first: date, last: date) -> set[date]:
        """The days from the first to the last of which a county has said something, be it in a later report."""
        back = self.speaks_back.get(county, 0)
        start, end = first.toordinal(), last.toordinal()
        reports = (day.toordinal() for day in self.reports.get(county, ()))
        return {
            date.fromordinal(day)
            for on in reports
            if start <= on <= end + back
            for day in range(max(start, on - back), min(end, on) + 1)
        }

    def asked_for(self, county: str, first: date, last: date, today: date) -> tuple[date, date]:
        """The first and the last day of a period of which a county's reports would have to be there today.

        Days before it joined are not asked for, nor those whose report may still come.
        """
        back = self.speaks_back.get(county, 0)
        since = max(first, self.joined_on(county) or first)
        return since, min(last, _days_before(today, back)) if back else last

    def of(self, concerns: Callable[[str], bool]) -> "Reporting":
        """The same, of some counties only."""
        return replace(
            self,
            reports={county: days for county, days in self.reports.items() if concerns(county)},
            allowed={county: days for county, days in self.allowed.items() if concerns(county)},
            speaks_back={county: days for county, days in self.speaks_back.items() if concerns(county)},
        )


@dataclass(frozen=True, slots=True)
class Completeness:
    """Whether every county has said what it received from the first to the last day."""

    first: date
    last: date
    counties: int
    """How many have to report; where there is none, nobody can tell."""
    silent: tuple[Silence, ...] = ()
    late: tuple[Silence, ...] = ()
    """Those that are behind, though not for longer than they may be silent."""
    missing: tuple[Missing, ...] = ()
    """Of the others those that have left days out."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing is known to be missing, and that can be known."""
        return bool(self.counties) and not self.silent and not self.late and not self.missing


def completeness(reporting: Reporting, first: date, last: date, today: date | None = None) -> Completeness:
    """Who is silent or behind in a period, or has left days out; `today` is its last day unless it is said.

    A report that is not late yet lacks nobody.
    """
    today = today or last
    silent = tuple(silences(reporting, first, last, today))
    known = {one.county for one in silent}
    behind = (
        Silence(county, (last - max(days)).days)
        for county, days in ((one, reporting.told(one, first, last)) for one in reporting.counties)
        if days and county not in known
    )
    late = tuple(
        one for one in behind if one.days > max(reporting.late_after, reporting.speaks_back.get(one.county, 0))
    )
    known |= {one.county for one in late}
    missing = tuple(left_out(reporting, first, min(last, _days_before(today, reporting.late_after)), today, known))
    return Completeness(first, last, len(reporting.counties), silent, late, missing)


def silences(reporting: Reporting, first: date, last: date, today: date) -> Iterator[Silence]:
    """The counties of which days are missing from the first to the last: all of them, or more than allowed.

    Days before a county joined are not missing, nor are those whose report may still come today.
    """
    for county in reporting.counties:
        since, until = reporting.asked_for(county, first, last, today)
        days = reporting.told(county, since, until)
        missing = _longest_gap(days, since, until) if since <= until else 0
        # of a county that does not report daily a day is missing where the report that speaks of it has not come,
        # which is so many days later: as long it has been silent
        silent = missing + reporting.speaks_back.get(county, 0)
        if missing and (silent > reporting.allowed.get(county, reporting.usually_allowed) or not days):
            yield Silence(county, silent)


def left_out(
    reporting: Reporting, first: date, last: date, today: date, known: Collection[str] = ()
) -> Iterator[Missing]:
    """The counties that lack days from the first to the last, with these days; but not those that are known to."""
    for county in reporting.counties:
        days = missing_days(reporting, county, first, last, today) if county not in known else ()
        if days:
            yield Missing(county, days)


def missing_days(reporting: Reporting, county: str, first: date, last: date, today: date) -> tuple[date, ...]:
    """Days since it joined of which a county has not even said that there was nothing (漏报).

    Of one that reports less often than daily those whose report did not come in time, as the alert judges silence.
    """
    since, until = reporting.asked_for(county, first, last, today)
    told = reporting.told(county, since, until) if since <= until else ()
    days = map(date.fromordinal, range(since.toordinal(), until.toordinal() + 1))
    return tuple(day for day in days if day not in told)


def _days_before(day: date, days: int) -> date:
    return date.fromordinal(max(1, day.toordinal() - days))


def _longest_gap(days: Collection[date], first: date, last: date) -> int:
    marks = (first.toordinal() - 1, *sorted(day.toordinal() for day in days), last.toordinal() + 1)
    return max(later - earlier - 1 for earlier, later in pairwise(marks))
