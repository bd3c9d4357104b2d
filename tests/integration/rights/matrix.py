"""Who may ask what: every route with the officials whose role has its right, and a console that is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

from consumers.api.application import PREFIX
from consumers.api.backend import Backend
from consumers.api.limits import Limits
from consumers.elastic import connect
from consumers.saved.matching import hit
from schemas.events import Alert
from schemas.search_events import SavedSearch
from schemas.settings import Settings
from schemas.terms import AlertRule, Notice
from tests.officials import CASES, OFFICIALS, VISIBLE, backend, browser, filled

IDENTITY: Final = {"name": "某人", "id_number": "1", "phone": "2", "residence": "3"}
PUBLIC: Final = {
    ("POST", f"{PREFIX}/session"),
    ("GET", f"{PREFIX}/openid/start"),
    ("GET", f"{PREFIX}/openid/callback"),
    ("POST", f"{PREFIX}/petitions/query"),
    ("POST", f"{PREFIX}/petitions/rating"),
    ("GET", "/health"),
    ("GET", f"{PREFIX}/openapi.json"),
    ("HEAD", f"{PREFIX}/openapi.json"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/preferences"),
    ("GET", "/assets/{name}"),
    ("GET", "/my-petition"),
    ("POST", "/my-petition"),
    ("POST", "/my-petition/rating"),
}
"""Routes for those who are not signed in yet; what they answer is tested in `tests/unit/consumers/api`."""
ANYBODY: Final = {("GET", f"{PREFIX}/session"), ("DELETE", f"{PREFIX}/session"), ("GET", "/"), ("POST", "/sign-out")}
SEARCHERS: Final = {"east", "west", "city", "whole", "labour", "roads", "housing", "accused"}
SUPERVISORS: Final = {"east", "west", "city", "whole", "accused"}
READERS: Final = {
    ("GET", f"{PREFIX}/cases"): SEARCHERS,
    ("GET", f"{PREFIX}/cases/{{name}}"): SEARCHERS,
    ("GET", f"{PREFIX}/cases/{{name}}/related"): SEARCHERS,
    ("POST", f"{PREFIX}/cases/{{name}}/petitions/{{petition_id}}/identity"): SEARCHERS,
    ("GET", f"{PREFIX}/exports/cases.{{form}}"): SUPERVISORS,
    ("GET", f"{PREFIX}/reports/{{period}}.{{form}}"): SUPERVISORS,
    ("GET", f"{PREFIX}/searches"): SEARCHERS,
    ("POST", f"{PREFIX}/searches"): SEARCHERS,
    ("GET", f"{PREFIX}/searches/estimate"): SEARCHERS,
    ("GET", f"{PREFIX}/searches/stream"): SEARCHERS,
    ("DELETE", f"{PREFIX}/searches/{{search_id}}"): SEARCHERS,
    ("GET", f"{PREFIX}/searches/{{search_id}}/found"): SEARCHERS,
    ("GET", f"{PREFIX}/alerts"): SEARCHERS,
    ("GET", f"{PREFIX}/alerts/stream"): SEARCHERS,
    ("GET", f"{PREFIX}/alerts/digest"): SEARCHERS,
    ("POST", f"{PREFIX}/alerts/{{alert_id}}/acknowledge"): SUPERVISORS,
    ("POST", f"{PREFIX}/alerts/{{alert_id}}/snooze"): SUPERVISORS,
    ("GET", f"{PREFIX}/statistics"): SEARCHERS,
    ("GET", f"{PREFIX}/contests"): SEARCHERS,
    ("POST", f"{PREFIX}/contests"): SUPERVISORS - {"whole"},
    ("POST", f"{PREFIX}/contests/{{contest_id}}/answer"): SUPERVISORS,
    ("GET", f"{PREFIX}/cases/{{name}}/decisions"): SEARCHERS,
    ("POST", f"{PREFIX}/cases/{{name}}/decisions"): SEARCHERS,
    ("GET", f"{PREFIX}/reviews"): SUPERVISORS,
    ("POST", f"{PREFIX}/judgements"): SUPERVISORS,
    ("POST", f"{PREFIX}/cases/{{name}}/merge"): SUPERVISORS,
    ("POST", f"{PREFIX}/cases/{{name}}/split"): SUPERVISORS,
    ("GET", f"{PREFIX}/feeds"): SUPERVISORS,
    ("GET", f"{PREFIX}/dead-letters"): SUPERVISORS,
    ("POST", f"{PREFIX}/dead-letters/{{letter_id}}/replay"): SUPERVISORS,
    ("GET", f"{PREFIX}/audit"): {"east", "west", "city", "whole", "accused", "auditor"},
    ("GET", f"{PREFIX}/users"): {"root"},
    ("GET", "/today"): SEARCHERS,
    ("GET", "/search"): SEARCHERS,
    ("GET", "/cases/{name}"): SEARCHERS,
    ("GET", "/cases/{name}/clocks"): SEARCHERS,
    ("POST", "/cases/{name}/petitions/{petition_id}/identity"): SEARCHERS,
    ("POST", "/cases/{name}/decisions"): SEARCHERS,
    ("GET", "/searches"): SEARCHERS,
    ("POST", "/searches"): SEARCHERS,
    ("POST", "/searches/{search_id}/delete"): SEARCHERS,
    ("GET", "/reviews"): SUPERVISORS,
    ("POST", "/reviews"): SUPERVISORS,
    ("POST", "/alerts/{alert_id}/acknowledge"): SUPERVISORS,
    ("POST", "/alerts/{alert_id}/snooze"): SUPERVISORS,
    ("GET", "/alerts"): SEARCHERS,
    ("GET", "/statistics"): SEARCHERS,
    ("POST", "/contests"): SUPERVISORS - {"whole"},
    ("POST", "/contests/{contest_id}/answer"): SUPERVISORS,
    ("GET", "/feeds"): SUPERVISORS,
    ("GET", "/dead-letters"): SUPERVISORS,
    ("POST", "/dead-letters/{letter_id}/replay"): SUPERVISORS,
    ("GET", "/audit"): {"east", "west", "city", "whole", "accused", "auditor"},
    ("GET", "/users"): {"root"},
}
"""Route → the officials whose role may ask it; what they get is decided by `VISIBLE`."""
ALERTED: Final = [*(one.case_id for one in CASES.values()), "411002"]


@contextmanager
def guarded_console(settings: Settings, users: Path) -> Iterator[Backend]:
    """A console of all officials over all cases: an alert about each of `ALERTED`, and searches that found all."""
    known = {(one.petitions[0].source, one.petitions[0].record_no): IDENTITY for one in CASES.values()}
    with connect(settings) as client:
        made = backend(users, client, settings, filled(client, settings), identities=known)
        made.alerts.add(enumerate([alert(f"A{number}", subject) for number, subject in enumerate(ALERTED)], 1))
        for user in OFFICIALS:
            search = kept_search(user.name, "")
            made.shelf.put(search)
            finds = [hit(search, one.case_id, search.created_at) for one in CASES.values()]
            made.finds.add(enumerate(finds, made.finds.newest + 1))
        # Each request comes a second after the last: here it is rights that refuse, never the rate.
        yield replace(made, limits=Limits(count().__next__))


def kept_search(official: str, query: str) -> SavedSearch:
    """Kept before anything came to any case."""
    before = min(one.updated_at for one in CASES.values()) - timedelta(minutes=1)
    return SavedSearch(
        search_id=f"Q-{official}", owner=official, name="x", query=query, notice=Notice.AT_ONCE, created_at=before
    )


def alert(alert_id: str, subject: str) -> Alert:
    is_case = subject.startswith("C")
    return Alert(
        alert_id=alert_id,
        rule=AlertRule.OVERDUE if is_case else AlertRule.COUNTY_SILENT,
        subject=subject,
        raised_at=datetime(2026, 4, 1, tzinfo=UTC),
        unit="411002-hrss" if is_case else "",
        division="411002",
        message=f"{subject} 超期",
    )


def path(template: str, name: str, petition_id: str = "P0000000000000000") -> str:
    form = "xlsx" if "/reports/" in template else "csv"
    names = {
        "name": name,
        "petition_id": petition_id,
        "alert_id": "A0",
        "search_id": "Q0",
        "contest_id": "K0",
        "letter_id": "0",
        "period": "week",
    }
    asked = template.format(**names, form=form)
    return f"{asked}?follow=false" if asked.endswith("/stream") else asked


def ask(console: Backend, official: str, method: str, where: str, **options: Any) -> Any:
    return browser(console, official).request(method, where, **options)


def ids(console: Backend, official: str, query: str = "", **parameters: Any) -> set[str]:
    answer = ask(console, official, "GET", f"{PREFIX}/cases", params={"q": query, **parameters})
    assert answer.status_code == 200, answer.text
    return {hit["case"]["case_id"] for hit in answer.json()["cases"]}


def expected(official: str) -> set[str]:
    return {CASES[name].case_id for name in VISIBLE[official]}
