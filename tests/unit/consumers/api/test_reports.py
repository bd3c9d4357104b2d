"""A report is made of what its viewer may see, and leaves an audit record; silent counties of others stay unnamed."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from consumers.api.backend import Backend
from consumers.statistics.numbers import NUMBERS
from consumers.statistics.reported import ReportsUnavailable
from consumers.statistics.silence import Reporting
from schemas.settings import Settings
from schemas.terms import AuditKind
from tests.officials import Audit, backend, browser

MARCH = "/api/v1/reports/month.{}?on=2026-03-14"


class Index:
    """Counts seven cases in whatever is asked, at one kept moment."""

    def __init__(self) -> None:
        self.points: list[str] = []
        self.totals = 0

    def open_point(self) -> str:
        self.points.append("kept")
        return "kept"

    def close_point(self, point: str) -> None:
        self.points.remove(point)

    def search(self, body: Any, *, point: str = "") -> dict[str, Any]:
        assert point in self.points
        self.totals += "open" in body["aggs"]
        counts = {one.name: {"doc_count": 1} for one in NUMBERS}
        return {"hits": {"total": {"value": 7}}, "aggregations": counts | {"groups": {"buckets": []}}}


@pytest.fixture
def made(tmp_path: Path, audit: Audit) -> Backend:
    console = backend(tmp_path, None, Settings(), audit)
    days = {date(2026, 3, day): () for day in range(1, 32)}
    known = Reporting({"411002": days}, {"411002": 2, "411023": 2})
    return replace(console, cases=lambda viewer: Index(), reporting=lambda: known)


def cover(answer: Any) -> str:
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_name("说明").to_python()
    return "\n".join(str(row[0]) for row in rows)


@pytest.mark.parametrize(("form", "begins"), [("xlsx", b"PK"), ("pdf", b"%PDF-")])
def test_a_report_is_a_file_and_leaves_an_audit_record(made: Backend, audit: Audit, form: str, begins: bytes) -> None:
    answer = browser(made, "city").get(MARCH.format(form))
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(begins)
    assert answer.headers["content-disposition"] == f'attachment; filename="report-month-2026-03-01.{form}"'
    (record,) = audit.records
    assert (record.kind, record.by, record.count) == (AuditKind.EXPORTED, "city", 7)


@pytest.mark.parametrize(("official", "names"), [("city", True), ("whole", True), ("west", True), ("east", False)])
def test_silent_counties_are_named_to_their_superiors_only(made: Backend, official: str, names: bool) -> None:
    told = cover(browser(made, official).get(MARCH.format("xlsx")))
    assert ("411023" in told.partition("\n")[2]) is names
    assert ("完整：应报送的1个县（市、区）均已报送。" in told) is (official == "east")


def test_without_the_right_to_export_there_is_no_report(made: Backend, audit: Audit) -> None:
    assert browser(made, "labour").get(MARCH.format("pdf")).status_code == 403
    assert not audit.records


def test_no_report_is_given_while_nobody_can_tell_who_is_silent(made: Backend, audit: Audit) -> None:
    def away() -> Reporting:
        raise ReportsUnavailable

    answer = browser(replace(made, reporting=away), "city").get(MARCH.format("pdf"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    assert not audit.records


def test_no_report_is_given_that_leaves_no_record(made: Backend, audit: Audit) -> None:
    audit.is_away = True
    assert browser(made, "city").get(MARCH.format("pdf")).status_code == 503


@pytest.mark.parametrize("where", ["/api/v1/reports/day.pdf", "/api/v1/reports/week.csv", MARCH.format("pdf") + "x"])
def test_what_is_no_period_form_or_day_is_refused(made: Backend, where: str) -> None:
    assert browser(made, "city").get(where).status_code in (400, 404, 422)


@pytest.mark.parametrize(
    ("period", "on", "status"),
    [
        ("week", "9999-12-31", 422),
        ("week", "0001-01-01", 200),
        ("month", "9999-12-31", 200),
        ("year", "0001-01-01", 200),
    ],
)
def test_a_week_that_does_not_end_is_refused(made: Backend, period: str, on: str, status: int) -> None:
    answer = browser(made, "city").get(f"/api/v1/reports/{period}.xlsx?on={on}")
    assert (answer.status_code, status == 200 or answer.json()["error"]["field"]) == (status, status == 200 or "on")


def test_a_report_counts_all_cases_once_however_it_splits_them_up(made: Backend) -> None:
    index: Any = Index()
    assert browser(replace(made, cases=lambda viewer: index), "city").get(MARCH.format("xlsx")).status_code == 200
    assert (index.totals, index.points) == (1, [])
