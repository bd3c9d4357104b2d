"""Every form that is refused comes back as it was filled in; what lacks the token is never done."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient

from consumers.api.backend import Backend
from consumers.message import Message
from consumers.search.reader import IndexUnavailable
from consumers.sending import Unsent
from schemas.events import Alert
from schemas.office_time import office_day
from schemas.search_events import SavedSearch
from schemas.settings import Settings
from schemas.statistics_events import NumberContest
from schemas.terms import AlertRule, Notice, Stage
from tests.dead_letters import LettersInMemory, dead_letter
from tests.officials import CASES, HOST_HEADERS, LABOUR, VISIBLE, Audit, Visible, backend, browser, without_index

PETITION = LABOUR.petitions[0].petition_id
DECISIONS = f"/cases/{LABOUR.case_id}/decisions"
IDENTITY = f"/cases/{LABOUR.case_id}/petitions/{PETITION}/identity"
CONTEST = {"number": "overdue", "q": "工资", "claimed": "3", "reason": "三件已办结", "request_id": "request-1"}
KEEP = {"query": "工资", "name": "工资方面", "notice": "daily", "request_id": "request-1"}
EXTEND = {"kind": "extend", "reason": "情况复杂", "version": "1", "request_id": "request-1"}
UPHELD = {"kind": "upheld", "reason": "已核对", "request_id": "request-1"}
TYPED: dict[str, tuple[str, str, dict[str, str]]] = {
    "decision": (
        "labour",
        DECISIONS,
        EXTEND,
    ),
    "judgement": (
        "city",
        "/reviews?left_open=true",
        {"one": PETITION, "other": "P1", "opinion": "same", "reason": "同一工地", "request_id": "request-1"},
    ),
    "identity": ("east", IDENTITY, {"purpose": "hearing"}),
    "contest": ("east", "/contests?q=工资&by=category", CONTEST),
    "answer": (
        "city",
        "/contests/K1/answer?by=category",
        {"kind": "upheld", "reason": "已核对", "request_id": "request-1"},
    ),
    "search": ("labour", "/searches", KEEP),
    "snooze": ("east", "/alerts/A1/snooze", {"until": "2999-01-01"}),
}
"""Who sends what, where."""


class Whole(Visible):
    """The cases in memory with what a search counts, too."""

    def search(self, body: Mapping[str, Any], *, point: str = "") -> dict[str, Any]:
        """See `IndexReader.search`."""
        counts = {name: {"doc_count": 5, "buckets": []} for name in body.get("aggs", {})}
        found = super().search(body, point=point)["hits"]["hits"]
        return {"hits": {"hits": found, "total": {"value": 5}}, "aggregations": counts}


@pytest.fixture
def console(tmp_path: Path, sent: list[Message]) -> Backend:
    made = replace(
        without_index(backend(tmp_path, None, Settings(), Audit(), sent=sent)),
        cases=lambda viewer: Whole(*(CASES[name] for name in VISIBLE[viewer.name])),
        letters=LettersInMemory(dead_letter("L1"), dead_letter("L2", stage=Stage.INTAKE)),
    )
    at = datetime(2026, 4, 1, tzinfo=UTC)
    made.alerts.add([(1, overdue("A1", at))])
    about = {"number": "overdue", "query": "", "division": "411002", "shown": 5, "unit": "411002-petition"}
    contest = {"contest_id": "K1", "kind": "raised", "by": "east", "reason": "已办结", "step_id": "N1", "at": at}
    made.contests.take([NumberContest.model_validate(about | contest)])
    return made


def overdue(alert_id: str, at: datetime) -> Alert:
    told = {"subject": LABOUR.case_id, "unit": "411002-hrss", "division": "411002", "message": "超期。"}
    return Alert(alert_id=alert_id, rule=AlertRule.OVERDUE, raised_at=at, **told)


def away(messages: Iterable[Message]) -> None:
    raise Unsent


def at(console: Backend, official: str) -> tuple[TestClient, str]:
    client = browser(console, official)
    return client, client.headers.pop("X-CSRF-Token")


def send(console: Backend, official: str, where: str, fields: Mapping[str, str], **headers: str) -> Any:
    client, token = at(console, official)
    return client.post(where, data={**fields, "csrf": token}, headers=headers)


class Forms(HTMLParser):
    """The forms of a page, with what a browser would send of each; of a choice what is chosen."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._name, self._typed = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See `HTMLParser`."""
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((told.get("action", ""), {}))
        elif tag in ("input", "select", "textarea") and self.found:
            self._name, self._typed = told["name"], tag == "textarea"
            self.found[-1][1][self._name] = told.get("value", "")
        elif tag == "option" and ("selected" in told or not self.found[-1][1][self._name]):
            self.found[-1][1][self._name] = told.get("value", "")

    def handle_data(self, data: str) -> None:
        """See `HTMLParser`."""
        if self._typed:
            self.found[-1][1][self._name] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        """See `HTMLParser`."""
        self._typed = self._typed and tag != "textarea"


def form_to(page: str, action: str, **known: str) -> dict[str, str]:
    """What a browser would send of the one form that is sent there and holds what is known of it."""
    forms = [fields for to, fields in Forms(page).found if unquote(to).partition("?")[0] == action.partition("?")[0]]
    (form,) = (fields for fields in forms if known.items() <= fields.items())
    return form


@pytest.mark.parametrize("token", ["", "x", "the one of another session"])
@pytest.mark.parametrize("name", [name for name in TYPED if name != "judgement"])
def test_a_form_without_the_token_of_now_comes_back_as_it_was_filled_in_with_that_token_and_nothing_is_done(
    console: Backend, sent: list[Message], name: str, token: str
) -> None:
    official, where, fields = TYPED[name]
    client, fresh = at(console, official)
    answer = client.post(where, data=fields | {"csrf": token}, headers=HOST_HEADERS)
    assert (answer.status_code, sent, "页面已过期，没有执行任何操作" in answer.text) == (403, [], True)
    known = {"kind": "extend"} if name == "decision" else {"purpose": "hearing"} if name == "identity" else {}
    again = form_to(answer.text, where, **known)
    assert again["csrf"] == fresh
    pressed = {"kind", "opinion"} - again.keys()
    assert {field: again.get(field) for field in fields if field not in pressed} == {
        field: value for field, value in fields.items() if field not in pressed
    }
    sure = client.post(where, data=again | {field: fields[field] for field in pressed & fields.keys()})
    assert sure.status_code == {"snooze": 422, "identity": 404}.get(name, 303)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.test"},
        {"Origin": "null"},
        HOST_HEADERS | {"Sec-Fetch-Site": "same-site"},
        HOST_HEADERS | {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("name", TYPED)
def test_what_another_site_filled_in_is_not_shown_to_be_sent(
    console: Backend, sent: list[Message], name: str, headers: dict[str, str]
) -> None:
    official, where, fields = TYPED[name]
    client, _ = at(console, official)
    answer = client.post(where, data=fields | {"csrf": "x"}, headers=headers)
    assert (answer.status_code, sent) == (403, [])
    assert fields.get("reason", fields.get("name", "no reason")) not in answer.text
    assert re.findall(r'<form method="post" action="(.*?)"', answer.text) == ["/sign-out"]


@pytest.mark.parametrize("official", ["roads", "west", "auditor"])
@pytest.mark.parametrize("where", ["/alerts/A1/acknowledge", IDENTITY, DECISIONS])
def test_a_form_without_the_token_tells_nothing_that_its_sender_may_not_see(
    console: Backend, official: str, where: str
) -> None:
    console.alerts.add([(2, overdue("A1", datetime(2026, 4, 1, tzinfo=UTC)))])
    for script in ({}, {"HX-Request": "true"}):
        client, _ = at(console, official)
        answer = client.post(where, data={"csrf": "x", "reason": "情况复杂"}, headers=HOST_HEADERS | script)
        assert answer.status_code == 403
        assert "拖欠工资" not in answer.text and "人力资源" not in answer.text


def test_who_was_signed_out_meanwhile_keeps_what_was_filled_in(console: Backend, sent: list[Message]) -> None:
    official, where, fields = TYPED["decision"]
    answer = browser(console).post(where, data=fields | {"csrf": "old"}, headers=HOST_HEADERS)
    assert (answer.status_code, 'href="/sign-in" target="_blank"' in answer.text) == (401, True)
    assert "情况复杂" in answer.text and "延期" in answer.text and "拖欠工资" not in answer.text
    client, fresh = at(console, official)
    back = client.post(where, data=form_to(answer.text, where), headers=HOST_HEADERS)
    again = form_to(back.text, where, kind="extend")
    assert (back.status_code, again["csrf"], again["reason"]) == (403, fresh, "情况复杂")
    assert sent == []
    assert client.post(where, data=again).status_code == 303


def test_who_was_signed_out_and_has_filled_in_nothing_is_led_to_the_sign_in(console: Backend) -> None:
    for where in ("/alerts/A1/acknowledge", "/sign-out"):
        answer = browser(console).post(where, data={"csrf": "old"}, headers=HOST_HEADERS)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2F")
    other = browser(console).post(DECISIONS, data=TYPED["decision"][2])
    assert other.status_code == 303


def test_a_form_whose_page_cannot_be_made_now_can_be_sent_again(console: Backend, sent: list[Message]) -> None:
    class Gone:
        def search(self, *_: Any, **__: Any) -> Any:
            raise IndexUnavailable

    def gone(_viewer: Any) -> Any:
        return Gone()

    official, where, fields = TYPED["contest"]
    answer = send(replace(console, cases=gone), official, where, fields | {"reason": "电话13800001234，三件已办结"})
    assert (answer.status_code, answer.headers["retry-after"], sent) == (503, "10", [])
    again = form_to(answer.text, where)
    assert {name: again[name] for name in CONTEST} == CONTEST | {"reason": "电话〔号码〕，三件已办结"}
    assert browser(console, official) and "13800001234" not in answer.text


@pytest.mark.parametrize(
    ("changed", "told", "field"),
    [
        ({"reason": "　"}, "须写明理由", "reason"),
        ({"reason": "电话13800001234"}, "不得写入个人号码", "reason"),
        ({"claimed": "-1"}, "零或正整数", "claimed"),
    ],
)
def test_a_contest_that_is_refused_comes_back_beside_what_was_counted(
    console: Backend, sent: list[Message], changed: dict[str, str], told: str, field: str
) -> None:
    official, where, fields = TYPED["contest"]
    answer = send(console, official, where, fields | changed)
    assert (answer.status_code, sent, answer.text.count('id="wrong"')) == (422, [], 1)
    assert told in answer.text and '<option value="category" selected>' in answer.text
    (wrong,) = re.findall(r'name="(\w+)"[^>]*aria-invalid="true"', answer.text)
    assert wrong == field
    again = form_to(answer.text, "/contests")
    assert again["number"] == "overdue" and again["request_id"] != "request-1"
    assert again[field] == (fields | changed)[field].replace("13800001234", "〔号码〕")


def test_a_contest_of_which_it_is_not_certain_that_it_was_kept_comes_back_as_the_same_act(console: Backend) -> None:
    official, where, fields = TYPED["contest"]
    answer = send(replace(console, send=away), official, where, fields)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert {name: form_to(answer.text, "/contests")[name] for name in CONTEST} == CONTEST


def test_an_answer_that_came_too_late_is_shown_at_the_contest_that_was_answered(console: Backend) -> None:
    official, where, fields = TYPED["answer"]
    assert send(console, official, where, fields).headers["location"].startswith("/statistics?q=&by=category")
    late = send(console, "whole", where, fields | {"kind": "accepted", "reason": "应予更正"})
    (contest,) = re.findall(r'<div class="contest" id="K1".*?</div>', late.text, re.DOTALL)
    assert late.status_code == 409
    assert "该异议已经答复" in contest and "您填写的内容：理由：应予更正" in contest and "<form" not in contest
    gone = send(console, official, "/contests/K9/answer", fields | {"request_id": "request-9"})
    assert (gone.status_code, "您填写的内容：理由：已核对" in gone.text) == (404, True)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"query": "电话13800001234"}, "检索式不得含有个人号码"),
        ({"query": "状态:无此状态"}, "检索式有误"),
        ({"name": "王某13800001234"}, "须写明名称，且不得写入个人号码"),
        ({"notice": "hourly"}, "不符合要求"),
    ],
)
def test_a_search_that_is_not_kept_comes_back_as_it_was_filled_in(
    console: Backend, changed: dict[str, str], told: str
) -> None:
    told = told.replace("写明名称", "填写名称")
    answer = send(console, "labour", "/searches", KEEP | changed)
    assert answer.status_code in (400, 422) and told in answer.text and "13800001234" not in answer.text
    again = form_to(answer.text, "/searches")
    same = KEEP.keys() - changed.keys() - {"request_id"}
    assert {name: again[name] for name in same} == {name: KEEP[name] for name in same}
    for name in changed.keys() - {"notice"}:
        assert again[name] == changed[name].replace("13800001234", "〔号码〕")
    assert ("query" in changed) is bool(re.search(r'<input name="query"[^>]*autofocus', answer.text))


def test_a_search_that_could_not_be_let_go_says_so_beside_it(console: Backend) -> None:
    made = {"search_id": "Q1", "owner": "labour", "name": "工资方面", "query": "工资", "notice": Notice.DAILY}
    console.shelf.put(SavedSearch.model_validate(made | {"created_at": console.sessions.now}))
    answer = send(replace(console, send=away), "labour", "/searches/Q1/delete", {})
    (card,) = re.findall(r'data-kept="Q1">.*?</div>\s*<p class="note bad"', answer.text, re.DOTALL)
    assert (answer.status_code, "工资方面" in card) == (503, True)
    gone = send(console, "labour", "/searches/Q9/delete", {})
    assert (gone.status_code, gone.text.count('id="wrong"')) == (404, 1)


@pytest.mark.parametrize(("letter", "status"), [("L2", 409), ("L9", 404)])
def test_a_letter_that_cannot_go_back_says_why(console: Backend, letter: str, status: int) -> None:
    answer = send(console, "east", f"/dead-letters/{letter}/replay", {"request_id": "request-1"})
    assert (answer.status_code, answer.text.count('id="wrong"'), 'class="letter"' in answer.text) == (status, 1, True)


def test_a_letter_of_which_it_is_not_certain_that_it_goes_back_is_the_same_act_again(console: Backend) -> None:
    where = "/dead-letters/L1/replay"
    answer = send(replace(console, send=away), "east", where, {"request_id": "request-1"})
    assert (answer.status_code, form_to(answer.text, where)["request_id"]) == (503, "request-1")


def test_an_alert_that_is_not_put_off_comes_back_with_the_day(console: Backend, sent: list[Message]) -> None:
    official, where, fields = TYPED["snooze"]
    page = send(console, official, where, fields)
    line = send(console, official, where, fields, **{"HX-Request": "true"})
    for answer in (page, line):
        assert (answer.status_code, sent, "三十天以内" in answer.text) == (422, [], True)
        assert form_to(answer.text, where)["until"] == "2999-01-01"
        assert '<details class="put-off" open>' in answer.text
    assert ("<html" in page.text, "<html" in line.text) == (True, False)
    assert line.headers["hx-reswap"] == "outerHTML"
    until = office_day(console.sessions.now) + timedelta(days=3)
    kept = send(console, official, where, {"until": until.isoformat()}, **{"HX-Request": "true"})
    assert (kept.status_code, "hx-reswap" in kept.headers) == (200, False)


def test_a_purpose_that_is_missing_is_asked_for_at_its_petition(console: Backend) -> None:
    answer = send(console, "east", IDENTITY, {})
    assert (answer.status_code, answer.text.count('<details class="identity" open>')) == (422, 1)
    assert "请选择用途" in answer.text
