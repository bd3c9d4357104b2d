"""Zero, late, missing and wrong reports are told by county; who does not supervise a county learns nothing of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from consumers.search.days import today
from consumers.statistics.feeds import FeedRow, feed_rows
from consumers.statistics.silence import DayReport, Reporting
from schemas.settings import Settings
from schemas.terms import ReportKind
from tests.officials import Audit, backend, browser

DAY = date(2026, 3, 2)
ZERO, DATA = DayReport(ReportKind.ZERO), DayReport(ReportKind.DATA, received=8)
CORRECTION = DayReport(ReportKind.CORRECTION, received=1, came_after=20)


def row(reports: Sequence[DayReport]) -> FeedRow:
    told = {"411002": {DAY: reports} if reports else {}}
    (found,) = feed_rows(Reporting(told, {}, late_after=2), DAY, DAY, DAY)
    return found


@pytest.mark.parametrize(
    ("reports", "counted"),
    [
        ([], {"missing": (DAY,)}),
        ([ZERO], {"reported": 1, "zero": 1}),
        ([DATA], {"reported": 1, "received": 8}),
        ([DATA, DATA._replace(came_after=9)], {"reported": 1, "received": 16}),
        ([DATA._replace(came_after=2)], {"reported": 1, "received": 8}),
        ([DATA._replace(came_after=3)], {"reported": 1, "received": 8, "late": (DAY,)}),
        ([DATA, CORRECTION], {"reported": 1, "received": 9, "corrections": 1}),
        ([CORRECTION], {"reported": 1, "received": 1, "corrections": 1}),
        ([DATA._replace(rejected=1)], {"reported": 1, "received": 8, "rejected": 1, "wrong": (DAY,)}),
        ([DATA._replace(is_complete=False)], {"reported": 1, "received": 8, "wrong": (DAY,)}),
        ([ZERO, DATA], {"reported": 1, "zero": 1, "received": 8, "wrong": (DAY,)}),
    ],
)
def test_a_day_is_reported_missing_late_or_wrong(reports: Sequence[DayReport], counted: dict[str, object]) -> None:
    day = DAY if reports else None
    nothing = FeedRow("411002", 0, 0, (), (), (), 0, 0, 0, day, day)
    assert row(reports) == replace(nothing, **counted)


def test_days_before_a_county_joined_are_not_missing() -> None:
    known = Reporting({"411002": {DAY: [ZERO]}}, {"411023": 2})
    day = timedelta(days=1)
    joined, never = feed_rows(known, DAY - day, DAY + day, DAY + 2 * day)
    assert (joined.missing, joined.first_on) == ((DAY + day,), DAY)
    assert (never.missing, never.first_on) == ((DAY - day, DAY, DAY + day), None)


@pytest.mark.parametrize(("later", "missing"), [(8, 0), (9, 1), (12, 4)])
def test_a_county_that_reports_weekly_lacks_days_once_their_report_is_due(later: int, missing: int) -> None:
    day = timedelta(days=1)
    known = Reporting({"411002": {DAY: [ZERO]}}, {"411002": 8}, speaks_back={"411002": 8})
    (found,) = feed_rows(known, DAY, DAY + 4 * day, DAY + later * day)
    assert found.missing == tuple(DAY + one * day for one in range(1, missing + 1))


@pytest.mark.parametrize(
    ("official", "counties"),
    [("east", ["411002"]), ("west", ["411023"]), ("city", ["411023", "411002"]), ("whole", ["411023", "411002"])],
)
def test_reports_are_told_to_those_who_supervise_the_county_silent_ones_first(
    tmp_path: Path, official: str, counties: list[str]
) -> None:
    days = {"411002": {today() - timedelta(days=one): [ZERO] for one in range(40)}}
    known = Reporting(days, {"411023": 2}, late_after=2)
    console = replace(backend(tmp_path, None, Settings(), Audit()), reporting=lambda: known)
    told = browser(console, official).get("/api/v1/feeds").json()
    assert [one["county"] for one in told["counties"]] == counties
    assert [one["is_silent"] for one in told["counties"]] == [one == "411023" for one in counties]
    page = browser(console, official).get("/feeds").text
    assert [one for one in ("411002", "411023") if one in page] == sorted(counties)


@pytest.mark.parametrize(
    "asked", ["first=2026-03-02&last=2026-03-01", "first=2020-01-01", "first=2999-01-01", "last=0001-01-05"]
)
def test_reports_are_of_days_that_have_passed_and_of_a_year_at_most(tmp_path: Path, asked: str) -> None:
    console = backend(tmp_path, None, Settings(), Audit())
    answer = browser(console, "city").get(f"/api/v1/feeds?{asked}")
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "first")
