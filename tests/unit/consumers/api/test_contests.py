"""A county contests a number, a level above answers; both are events, audited, and seen by no other territory."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consumers.api.backend import Backend
from consumers.message import Message
from consumers.reading import reader
from consumers.statistics.contests import Contests
from schemas.settings import Settings
from schemas.statistics_events import NumberContest
from schemas.terms import AuditKind, ContestKind
from schemas.topics import Topic
from tests.officials import Audit, backend, browser

API = "/api/v1"
ASKED = {"number": "cases", "reason": "台账晚报一天", "request_id": "request-1", "claimed": 3}
ANSWER = {"kind": "upheld", "reason": "已逐件核对", "request_id": "answer-1"}


class Counting:
    """An index that counts five of everything."""

    def search(self, body: dict[str, Any], *, point: str = "") -> dict[str, Any]:
        """See `IndexReader.search`."""
        counts = {name: {"doc_count": 5, "buckets": []} for name in body["aggs"]}
        return {"hits": {"total": {"value": 5}}, "aggregations": counts}


@pytest.fixture
def console(tmp_path: Path, audit: Audit, sent: list[Message]) -> Backend:
    counting: Any = Counting()
    return replace(backend(tmp_path, None, Settings(), audit, sent=sent), cases=lambda viewer: counting)


def contested(console: Backend) -> str:
    made = browser(console, "east").post(f"{API}/contests", json=ASKED)
    assert made.status_code == 202, made.text
    return str(made.json()["contest_id"])


def seen(console: Backend, official: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser(console, official).get(f"{API}/contests").json()["contests"]
    return found


def test_a_contest_is_an_event_with_what_was_shown_and_an_audit_record(
    console: Backend, audit: Audit, sent: list[Message]
) -> None:
    contested(console)
    made = NumberContest.from_bytes(sent[0].value)
    assert (sent[0].topic, made.kind, made.division, made.unit) == (
        Topic.CONTESTS,
        ContestKind.RAISED,
        "411002",
        "411002-petition",
    )
    assert (made.number, made.shown, made.claimed, made.reason) == ("cases", 5, 3, "台账晚报一天")
    assert [record.kind for record in audit.records] == [AuditKind.NUMBER_CONTESTED]


def test_the_same_request_contests_once(console: Backend, sent: list[Message]) -> None:
    assert contested(console) == contested(console)
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("official", "sees", "may_answer"),
    [
        ("east", True, False),
        ("accused", True, False),
        ("city", True, True),
        ("whole", True, True),
        ("west", False, False),
        ("labour", False, False),
        ("roads", False, False),
    ],
)
def test_a_contest_is_seen_with_the_number_and_answered_from_above(
    console: Backend, official: str, sees: bool, may_answer: bool
) -> None:
    contested(console)
    assert [one["may_answer"] for one in seen(console, official)] == ([may_answer] if sees else [])


@pytest.mark.parametrize(("official", "status"), [("east", 403), ("west", 404), ("labour", 403), ("whole", 202)])
def test_nobody_answers_what_the_own_level_contests_or_another_territory(
    console: Backend, official: str, status: int
) -> None:
    answer = browser(console, official).post(f"{API}/contests/{contested(console)}/answer", json=ANSWER)
    assert answer.status_code == status


@pytest.mark.parametrize(("kind", "stands"), [("upheld", False), ("accepted", True)])
def test_a_number_is_in_doubt_until_a_level_above_upholds_it(console: Backend, kind: str, stands: bool) -> None:
    where = f"{API}/contests/{contested(console)}/answer"
    assert seen(console, "east")[0]["stands"]
    assert browser(console, "city").post(where, json=ANSWER | {"kind": kind}).status_code == 202
    (found,) = seen(console, "east")
    assert (found["stands"], found["state"], found["answer"]["reason"]) == (stands, kind, "已逐件核对")


def test_a_contest_is_answered_also_after_a_restart(console: Backend, sent: list[Message]) -> None:
    where = f"{API}/contests/{contested(console)}/answer"
    restarted = replace(console, contests=Contests())
    restarted.contests.take([reader(NumberContest)(sent[0].value)])
    assert browser(restarted, "city").post(where, json=ANSWER).status_code == 202
    raised, answered = (NumberContest.from_bytes(one.value) for one in sent)
    changed = {name: getattr(answered, name) for name in ("step_id", "kind", "reason", "by", "unit", "at")}
    assert answered == raised.with_changes(**changed)


def test_a_contest_is_answered_once(console: Backend) -> None:
    where = f"{API}/contests/{contested(console)}/answer"
    assert browser(console, "city").post(where, json=ANSWER).status_code == 202
    again = browser(console, "whole").post(where, json=ANSWER | {"kind": "accepted"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "answered")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"number": "nothing"}, "number"),
        ({"reason": "电话 13800138000"}, "reason"),
        ({"q": "plaec:41"}, "q"),
        ({"claimed": -1}, "claimed"),
    ],
)
def test_a_contest_names_a_number_and_no_person(
    console: Backend, sent: list[Message], changed: dict[str, Any], field: str
) -> None:
    refused = browser(console, "east").post(f"{API}/contests", json=ASKED | changed)
    assert (refused.status_code // 100, refused.json()["error"]["field"]) == (4, field)
    assert sent == []


def test_contests_read_again_in_any_company_are_the_same(console: Backend, sent: list[Message]) -> None:
    where = f"{API}/contests/{contested(console)}/answer"
    browser(console, "city").post(where, json=ANSWER)
    steps = [NumberContest.from_bytes(one.value) for one in sent]
    later = steps[1].with_changes(kind=ContestKind.ACCEPTED, step_id="N0")
    again = Contests()
    again.take([*steps, later, *steps])
    assert again.all() == console.contests.all()
    assert again.all()[0].state is ContestKind.UPHELD
