"""How the counties report: on time, late, nothing, wrong. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from consumers.statistics.silence import DayReport, Reporting, missing_days
from schemas.terms import ReportKind


@dataclass(frozen=True, slots=True)
class FeedRow:
    """The reports of one county about the days of a period."""

    county: str
    reported: int
    """Days that it has reported about."""
    zero: int
    """Days of which it said that there was nothing (零报告)."""
    missing: tuple[date, ...]
    """Days since it joined that it has said nothing about (漏报)."""
    late: tuple[date, ...]
    """Days whose first report came later than allowed (迟报)."""
    wrong: tuple[date, ...]
    """Days with refused records, an incomplete delivery, or records beside a zero report (错报)."""
    corrections: int
    received: int
    rejected: int
    first_on: date | None
    """The day on which it joined: the first that it has ever reported about."""
    last_on: date | None
    """The last day that it has reported about."""


def feed_rows(reporting: Reporting, first: date, last: date, today: date) -> Iterator[FeedRow]:
    """The counties that have to report, by code; what is not due today is not missing."""
    days = [first + timedelta(days=one) for one in range((last - first).days + 1)]
    for county in reporting.counties:
        known = reporting.reports.get(county, {})
        told = {day: list(known[day]) for day in days if day in known}
        joined_on = reporting.joined_on(county)
        every = [report for reports in told.values() for report in reports]
        yield FeedRow(
            county=county,
            reported=len(told),
            zero=sum(any(_is_zero(one) for one in reports) for reports in told.values()),
            missing=missing_days(reporting, county, first, last, today),
            late=tuple(day for day, reports in told.items() if _came_after(reports) > reporting.late_after),
            wrong=tuple(day for day, reports in told.items() if _is_wrong(reports)),
            corrections=sum(one.kind is ReportKind.CORRECTION for one in every),
            received=sum(one.received for one in every),
            rejected=sum(one.rejected for one in every),
            first_on=joined_on,
            last_on=max(known, default=None),
        )


def _is_zero(report: DayReport) -> bool:
    return report.kind is ReportKind.ZERO


def _came_after(reports: Sequence[DayReport]) -> int:
    """When the first word came; a correction is never late."""
    return min((one.came_after for one in reports if one.kind is not ReportKind.CORRECTION), default=0)


def _is_wrong(reports: Sequence[DayReport]) -> bool:
    has_records = any(one.received for one in reports)
    is_denied = has_records and any(_is_zero(one) for one in reports)
    return is_denied or any(one.rejected or not one.is_complete for one in reports)
