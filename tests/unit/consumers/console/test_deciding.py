"""Forms that decide and judge do what the interface does, and refuse what it refuses. The index is in memory."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import orjson
import pytest

from consumers.api.backend import Backend
from consumers.console.deciding import units_near
from consumers.message import Message
from consumers.search.documents import document_bytes
from consumers.sending import Unsent
from schemas.alert_events import AlertAction
from schemas.events import Alert, Decision
from schemas.life import CaseNote
from schemas.office_time import office_day
from schemas.settings import Settings
from schemas.terms import AlertActionKind, AlertRule, DecisionKind
from tests.officials import LABOUR, Audit, Visible, backend, browser, without_index

DECISION = {"kind": "accept", "reason": "属本单位职权", "version": "1", "request_id": "request-1"}


@pytest.fixture
def console(tmp_path: Path, sent: list[Message]) -> Backend:
    return without_index(backend(tmp_path, None, Settings(), Audit(), sent=sent))


def send(console: Backend, official: str, where: str, fields: dict[str, str], **changed: str) -> Any:
    client = browser(console, official)
    token = client.headers.pop("X-CSRF-Token")
    return client.post(where, data=fields | {"csrf": token} | changed)


def test_a_form_decides_and_leads_back_to_the_case(console: Backend, sent: list[Message]) -> None:
    answer = send(console, "labour", f"/cases/{LABOUR.case_id}/decisions", DECISION)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{LABOUR.case_id}?done=accept")
    assert [Decision.from_bytes(one.value).reason for one in sent] == ["属本单位职权"]


@pytest.mark.parametrize(
    ("official", "changed", "status", "told"),
    [
        ("labour", {"csrf": "x"}, 403, "页面已过期"),
        ("labour", {"reason": ""}, 422, "须写明理由"),
        ("labour", {"reason": "电话13800001234"}, 422, "须写明理由"),
        ("labour", {"kind": "decline"}, 422, "依据的条款"),
        ("labour", {"kind": "transfer", "unit": "411099-nobody"}, 422, "没有这个单位"),
        ("labour", {"version": "7"}, 409, "已有变化"),
        ("labour", {"surprise": "x"}, 422, "不符合要求"),
        ("east", {}, 403, "没有这项权限"),
        ("roads", {}, 404, "不存在"),
    ],
)
def test_a_form_that_is_refused_says_why_in_words(
    console: Backend, sent: list[Message], official: str, changed: dict[str, str], status: int, told: str
) -> None:
    answer = send(console, official, f"/cases/{LABOUR.case_id}/decisions", DECISION, **changed)
    assert (answer.status_code, sent) == (status, [])
    assert told in answer.text
    assert "13800001234" not in answer.text


WRONG_UNIT = {"kind": "transfer", "unit": "411099-nobody", "reason": '转<b>交</b>\n"另一单位"', "version": "1"}


def test_a_form_with_a_wrong_unit_comes_back_as_it_was_filled_in(console: Backend, sent: list[Message]) -> None:
    where, client = f"/cases/{LABOUR.case_id}/decisions", browser(console, "labour")
    token = client.headers.pop("X-CSRF-Token")
    answer = client.post(where, data=DECISION | WRONG_UNIT | {"csrf": token})
    (form,) = re.findall(r'<details class="decide" id="form-transfer" open>.*?</details>', answer.text, re.DOTALL)
    assert (answer.status_code, sent, form.count('role="alert"')) == (422, [], 1)
    assert 'name="kind" value="transfer"' in form and "没有这个单位" in form
    assert 'value="411099-nobody" aria-invalid="true" aria-describedby="wrong-unit" autofocus>' in form
    assert WRONG_UNIT["reason"] in unescape(form) and "<b>" not in answer.text
    assert f"{where[:-10]}&" not in answer.text and f"back={where}" not in answer.text, "no link asks for a form"
    fields = dict(re.findall(r'name="(\w+)" [^>]*?value="([^"]*)"', form))
    again = client.post(where, data=fields | {"reason": WRONG_UNIT["reason"], "unit": "411002-housing"})
    assert (again.status_code, [Decision.from_bytes(one.value).unit for one in sent]) == (303, ["411002-housing"])


def test_a_form_that_comes_back_stays_about_the_version_that_was_read(console: Backend) -> None:
    too_long = WRONG_UNIT | {"unit": "4" * 65, "version": "7"}
    answer = send(console, "labour", f"/cases/{LABOUR.case_id}/decisions", DECISION, **too_long)
    assert answer.status_code == 422
    assert re.findall(r'name="version" value="7"', answer.text) == ['name="version" value="7"']


def test_the_number_of_a_person_does_not_come_back_with_what_was_typed_around_it(console: Backend) -> None:
    typed = {"kind": "transfer", "unit": "411002-housing", "reason": "电话１３８００００１２３４，转（住建）"}
    answer = send(console, "labour", f"/cases/{LABOUR.case_id}/decisions", DECISION, **typed)
    assert answer.status_code == 422
    assert "电话〔号码〕，转（住建）" in answer.text and 'value="411002-housing"' in answer.text
    assert not re.search("[1１][3３][8８]", answer.text) and "不得写入个人号码" in answer.text


DECIDED = CaseNote(
    at=datetime(2026, 3, 9, 2, 30, tzinfo=UTC),
    text="受理：已受理",
    by="魏都区人力资源和社会保障局 other",
    decision_id="D1",
    kind=DecisionKind.ACCEPT,
)


def changed_meanwhile(console: Backend, **changed: Any) -> Backend:
    now = LABOUR.with_changes(version=2, notes=(DECIDED,), updated_at=DECIDED.at, **changed)
    return replace(console, cases=lambda viewer: Visible(now))


def as_read() -> dict[str, str]:
    return DECISION | {"kind": "extend", "reason": "情况复杂", "read_at": LABOUR.updated_at.isoformat()}


def test_what_was_decided_meanwhile_is_told_and_the_form_comes_back_about_the_case_as_it_is_now(
    console: Backend, sent: list[Message]
) -> None:
    where, made = f"/cases/{LABOUR.case_id}/decisions", changed_meanwhile(console)
    answer = send(made, "labour", where, as_read())
    assert (answer.status_code, sent) == (409, [])
    (note,) = re.findall(r'<section class="note warn changed".*?</section>', answer.text, re.DOTALL)
    for told in ("事项已有变化", "2026-03-09 10:30", "受理：已受理", "人力资源和社会保障局 other", "#form-extend"):
        assert told in note
    (form,) = re.findall(r'<details class="decide" id="form-extend" open>.*?</details>', answer.text, re.DOTALL)
    assert "情况复杂</textarea>" in form and 'name="version" value="2"' in form
    client = browser(made, "labour")
    token = client.headers.pop("X-CSRF-Token")
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)) | {"reason": "情况复杂", "csrf": token}
    assert client.post(where, data=fields).status_code == 303
    assert [Decision.from_bytes(one.value).kind for one in sent] == [DecisionKind.EXTEND]


def test_what_was_typed_is_shown_where_it_cannot_be_decided_any_more(console: Backend, sent: list[Message]) -> None:
    passed_on = LABOUR.jurisdiction.with_changes(accountable_unit="411002-housing")
    made = changed_meanwhile(console, jurisdiction=passed_on)
    answer = send(made, "labour", f"/cases/{LABOUR.case_id}/decisions", as_read())
    assert (answer.status_code, sent) == (409, [])
    (note,) = re.findall(r'<section class="note warn changed".*?</section>', answer.text, re.DOTALL)
    assert "现在不能再作出“延期”的决定" in note and "理由：情况复杂" in note
    assert 'id="form-extend"' not in answer.text


def test_a_case_that_changed_otherwise_tells_when(console: Backend) -> None:
    def told(read_at: str) -> str:
        late = as_read() | {"read_at": read_at}
        answer = send(changed_meanwhile(console), "labour", f"/cases/{LABOUR.case_id}/decisions", late)
        (note,) = re.findall(r'<section class="note warn changed".*?</section>', answer.text, re.DOTALL)
        return str(note)

    note = told((DECIDED.at + timedelta(hours=1)).isoformat())
    assert "最近一次变化：2026-03-09 10:30" in note and "已受理" not in note
    of_a_report = told(orjson.loads(document_bytes(LABOUR.with_changes(updated_at=DECIDED.at)))["updated_at"])
    assert "以下是现在的情况" in of_a_report and "最近一次变化" not in of_a_report, (
        "what a county reports has no moment"
    )
    late = as_read() | {"read_at": DECIDED.at.isoformat()}
    odd = send(console, "labour", f"/cases/{LABOUR.case_id}/decisions", late | {"version": "7", "read_at": "x"})
    assert odd.status_code == 409


def test_a_form_of_which_it_is_not_certain_that_it_was_kept_comes_back_as_the_same_act(
    console: Backend, sent: list[Message]
) -> None:
    def away(messages: Iterable[Message]) -> None:
        raise Unsent

    answer = send(replace(console, send=away), "labour", f"/cases/{LABOUR.case_id}/decisions", DECISION)
    assert answer.status_code == 503
    (form,) = re.findall(r'<details class="decide" id="form-accept" open>.*?</details>', answer.text, re.DOTALL)
    assert 'name="request_id" value="request-1"' in form and "属本单位职权</textarea>" in form
    assert "服务暂时不可用" in form


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "decline", "article": "14", "unit": "x" * 65},
        {"kind": "nonsense", "reason": ""},
        {"kind": "reassign", "unit": "411099-nobody"},
    ],
)
def test_what_is_no_field_of_a_form_of_the_viewer_does_not_come_back(
    console: Backend, changed: dict[str, str]
) -> None:
    answer = send(console, "labour", f"/cases/{LABOUR.case_id}/decisions", DECISION, **(WRONG_UNIT | changed))
    assert answer.status_code in (403, 422)
    assert WRONG_UNIT["unit"] not in answer.text


def test_a_case_offers_what_its_viewer_may_decide(console: Backend) -> None:
    def offered(official: str) -> set[str]:
        page = browser(console, official).get(f"/cases/{LABOUR.case_id}").text
        return set(re.findall(r'name="kind" value="(\w+)"', page))

    where = f"/api/v1/cases/{LABOUR.case_id}/decisions"
    for official in ("labour", "east", "city"):
        told = browser(console, official).get(where).json()
        assert offered(official) == {one["kind"] for one in told["kinds"]} != set()


def test_a_supervisor_acknowledges_an_alert_and_puts_another_off_by_form(
    console: Backend, sent: list[Message]
) -> None:
    console.alerts.add([(1, overdue("A1")), (2, overdue("A2"))])
    seen = send(console, "east", "/alerts/A1/acknowledge", {})
    assert (seen.status_code, seen.headers["location"]) == (303, "/alerts")
    until = office_day(console.sessions.now) + timedelta(days=3)
    assert send(console, "east", "/alerts/A2/snooze", {"until": until.isoformat()}).status_code == 303
    said = [AlertAction.from_bytes(one.value) for one in sent]
    assert [(one.alert_id, one.kind, one.until) for one in said] == [
        ("A1", AlertActionKind.ACKNOWLEDGED, None),
        ("A2", AlertActionKind.SNOOZED, until),
    ]
    page = browser(console, "east").get("/alerts").text
    assert "已确认" in page and f"暂缓提醒 {until}" in page
    too_far = send(console, "east", "/alerts/A2/snooze", {"until": "2999-01-01"})
    assert (too_far.status_code, "三十天以内" in too_far.text) == (422, True)


def overdue(alert_id: str) -> Alert:
    return Alert(
        alert_id=alert_id,
        rule=AlertRule.OVERDUE,
        subject=LABOUR.case_id,
        raised_at=datetime(2026, 4, 1, tzinfo=UTC),
        unit="411002-hrss",
        division="411002",
        message=f"事项 {LABOUR.case_id} 超期。",
    )


def test_the_units_to_choose_from_are_those_of_the_county_and_above(console: Backend) -> None:
    assert {code for code, _ in units_near(console, "411002")} == {
        code for code in console.offices() if not code.startswith("411023")
    }
