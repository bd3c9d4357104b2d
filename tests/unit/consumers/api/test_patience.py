"""A page soon gives up an index that stands still; what takes long, and nobody looks at meanwhile, does not."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest

from consumers.api import process
from consumers.api.backend import Backend
from consumers.message import Message
from consumers.rights.viewer import Viewer
from consumers.saved.watcher import Watcher
from consumers.search.reader import IndexUnavailable
from consumers.statistics.numbers import NUMBERS
from consumers.statistics.silence import Reporting
from schemas.search_events import SavedSearch
from schemas.settings import Settings
from schemas.terms import Notice, Role
from tests.officials import LABOUR, Audit, backend, browser

PATIENT_S = 30.0
ALL_FOUND: dict[str, Any] = {"hits": {"hits": [], "total": {"value": 0}}}


class Elastic:
    """Notes how long each request may take."""

    def __init__(self, limits: list[float], limit_s: float = PATIENT_S) -> None:
        self.limits, self._limit_s = limits, limit_s

    def options(self, *, request_timeout: float) -> Self:
        return type(self)(self.limits, request_timeout)

    def search(self, **_: Any) -> SimpleNamespace:
        self.limits.append(self._limit_s)
        return SimpleNamespace(body=ALL_FOUND)


class Away:
    """An index that took longer than a page waits."""

    def search(self, body: Mapping[str, Any], *, point: str = "") -> dict[str, Any]:
        raise IndexUnavailable("ConnectionTimeout")

    def open_point(self) -> str:
        raise IndexUnavailable("ConnectionTimeout")


class Slow:
    """The same, by the end of the longer time."""

    def open_point(self) -> str:
        return "kept"

    def close_point(self, point: str) -> None: ...

    def search(self, body: Mapping[str, Any], *, point: str = "") -> dict[str, Any]:
        counts = {one.name: {"doc_count": 0} for one in NUMBERS} if "aggs" in body else {}
        return ALL_FOUND | {"aggregations": counts | {"groups": {"buckets": []}} if counts else {}}


class FoundSlowly(Slow):
    def search(self, body: Mapping[str, Any], *, point: str = "") -> dict[str, Any]:
        return {"hits": {"hits": [{"_source": {"case_id": LABOUR.case_id}}], "total": {"value": 1}}}


def slow(console: Backend, index: Slow) -> Backend:
    """The console over an index that answers after a page has given up."""
    away, patient = (lambda viewer: Away()), (lambda viewer: index)
    return replace(console, cases=away, patient_cases=patient)  # type: ignore[arg-type]


def test_what_a_page_asks_is_given_up_soon_and_what_takes_long_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "Sender", lambda settings: SimpleNamespace(send=None))
    given: dict[str, Any] = {one.name: dict for one in fields(process.Provided)}
    limits: list[float] = []
    made = process._backend(Settings(home=tmp_path), Elastic(limits), "http://127.0.0.1:1", process.Provided(**given))
    viewer = Viewer("whole", Role.PROVINCE, "41-petition", "41")
    for reader in (made.cases(viewer), made.audits(viewer), made.of_receipt("411002", "1")):
        reader.search({})
    made.cases_at_length(viewer).search({})
    *soon, late = limits
    assert (len(soon), late) == (3, PATIENT_S)
    assert all(5 <= limit_s <= 10 for limit_s in soon)


@pytest.mark.parametrize("where", ["/exports/cases.csv", "/reports/month.xlsx?on=2026-03-14"])
def test_exports_and_reports_wait_longer_than_pages(tmp_path: Path, audit: Audit, where: str) -> None:
    console = slow(backend(tmp_path, None, Settings(), audit), Slow())
    official = browser(replace(console, reporting=lambda: Reporting({}, {})), "city")
    assert official.get(f"/api/v1{where}").status_code == 200
    assert official.get("/today").status_code == 503


def test_kept_searches_wait_longer_than_pages(tmp_path: Path, sent: list[Message]) -> None:
    console = slow(backend(tmp_path, None, Settings(), Audit(), sent=sent), FoundSlowly())
    kept = {"owner": "east", "name": "工资", "query": "", "notice": Notice.AT_ONCE}
    console.shelf.put(SavedSearch(search_id="Q1", created_at=console.sessions.now, **kept))
    assert Watcher(console, FoundSlowly()).match([LABOUR.case_id]) == 1  # type: ignore[arg-type]
