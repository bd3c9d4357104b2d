"""Decisions and judgements over HTTP: checked, recorded, sent once. The index is in memory."""

from pathlib import Path
from typing import Any

import pytest

from consumers.api.backend import Backend
from consumers.message import Message
from consumers.sending import Unsent
from schemas.events import Decision, Judgement
from schemas.settings import Settings
from schemas.terms import AuditKind, CaseStatus
from schemas.topics import Topic
from tests.officials import ACCUSING, LABOUR, ROADS, Audit, backend, browser, without_index

API = "/api/v1"
ACCEPT = {"kind": "accept", "reason": "属本单位职权", "version": 1, "request_id": "request-1"}
ASKED = ROADS.with_changes(asked_unit="411002-hrss", status=CaseStatus.TRANSFERRED)


@pytest.fixture
def console(tmp_path: Path, audit: Audit, sent: list[Message]) -> Backend:
    return without_index(backend(tmp_path, None, Settings(), audit, sent=sent))


def decide(console: Backend, official: str, case: str = LABOUR.case_id, **changed: Any) -> Any:
    return browser(console, official).post(f"{API}/cases/{case}/decisions", json=ACCEPT | changed)


def test_a_decision_is_recorded_sent_and_answered_with_its_id(
    console: Backend, audit: Audit, sent: list[Message]
) -> None:
    answer = decide(console, "labour")
    assert answer.status_code == 202
    (message,) = sent
    made = Decision.from_bytes(message.value)
    assert (message.topic, answer.json()["decision_id"]) == (Topic.DECISIONS, made.decision_id)
    assert (made.case_id, made.unit, made.by) == (LABOUR.case_id, "411002-hrss", "411002-hrss labour")
    assert [(one.kind, one.case_id) for one in audit.records] == [(AuditKind.DECIDED, LABOUR.case_id)]


def test_the_same_request_again_decides_nothing_new_and_another_one_does(
    console: Backend, audit: Audit, sent: list[Message]
) -> None:
    first, again = decide(console, "labour"), decide(console, "labour")
    assert first.json() == again.json()
    assert len(sent) == len(audit.records) == 1
    assert decide(console, "labour", request_id="request-2").status_code == 202
    assert len({Decision.from_bytes(one.value).decision_id for one in sent}) == 2
    used = decide(console, "labour", reason="另一理由")
    assert (used.status_code, used.json()["error"]["code"]) == (409, "request_used")


@pytest.mark.parametrize(
    ("official", "changed", "status", "code"),
    [
        ("roads", {}, 404, "not_found"),
        ("east", {}, 403, "forbidden"),  # a supervisor does not accept for the unit
        ("labour", {"kind": "terminate"}, 403, "forbidden"),
        ("labour", {"kind": "rate"}, 403, "forbidden"),
        ("labour", {"version": 2}, 409, "changed"),
        ("labour", {"kind": "decline"}, 422, "invalid"),
        ("labour", {"kind": "transfer"}, 422, "invalid"),
        ("labour", {"kind": "transfer", "unit": "411099-nobody"}, 422, "unknown_unit"),
        ("labour", {"reason": "联系电话13800001234"}, 422, "invalid"),
        ("labour", {"reason": ""}, 422, "invalid"),
        ("labour", {"kind": "unknown"}, 422, "invalid"),
        ("labour", {"request_id": "x"}, 422, "invalid"),
        ("east", {"kind": "reassign", "unit": "411023-transport"}, 403, "beyond_territory"),
    ],
)
def test_what_may_not_be_or_says_too_little_is_refused_and_leaves_nothing(
    console: Backend, sent: list[Message], official: str, changed: dict[str, Any], status: int, code: str
) -> None:
    answer = decide(console, official, **changed)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert sent == []
    assert "13800001234" not in answer.text


@pytest.mark.parametrize(
    ("unit", "status"), [("411002-housing", 409), ("411002-hrss", 202), ("411002-government", 202)]
)
def test_the_accused_unit_gets_the_case_from_nobody(console: Backend, unit: str, status: int) -> None:
    asked = {"kind": "reassign", "unit": unit, "version": ACCUSING.version}
    assert decide(console, "east", ACCUSING.case_id, **asked).status_code == status


def test_a_unit_under_the_accused_one_gets_it_neither(console: Backend) -> None:
    above = dict(console.superiors()) | {"411002-hrss": "411002-housing"}
    under = Backend(**{**vars(console), "superiors": lambda: above})
    asked = {"kind": "reassign", "unit": "411002-hrss", "version": ACCUSING.version}
    assert decide(under, "east", ACCUSING.case_id, **asked).json()["error"]["code"] == "accused_unit"


def test_who_was_asked_may_accept_or_object_for_itself_and_nothing_else(
    tmp_path: Path, audit: Audit, sent: list[Message]
) -> None:
    console = without_index(backend(tmp_path, None, Settings(), audit, sent=sent), asked=ASKED)
    told = browser(console, "labour").get(f"{API}/cases/{ASKED.case_id}/decisions").json()
    assert [one["kind"] for one in told["kinds"]] == ["object", "accept"]
    assert decide(console, "labour", ASKED.case_id, unit="411002-housing").status_code == 202
    assert Decision.from_bytes(sent[0].value).unit == "411002-hrss"


def test_what_may_be_decided_says_what_it_needs_and_which_version_it_is_about(console: Backend) -> None:
    told = browser(console, "labour").get(f"{API}/cases/{LABOUR.case_id}/decisions").json()
    needs = {one["kind"]: (one["needs_unit"], one["needs_article"]) for one in told["kinds"]}
    assert (needs["accept"], needs["decline"], needs["transfer"]) == ((False, False), (False, True), (True, False))
    assert (told["case_id"], told["version"]) == (LABOUR.case_id, LABOUR.version)


def test_what_cannot_be_recorded_or_kept_is_said_and_may_be_sent_again(
    tmp_path: Path, audit: Audit, sent: list[Message]
) -> None:
    is_away = True

    def send(messages: Any) -> None:
        if is_away:
            raise Unsent
        sent.extend(messages)

    made = without_index(backend(tmp_path, None, Settings(), audit))
    console = Backend(**{**vars(made), "send": send})
    audit.is_away = True
    assert decide(console, "labour").status_code == 503
    audit.is_away = False
    assert decide(console, "labour").json()["error"]["code"] == "unavailable"
    is_away = False
    assert decide(console, "labour").status_code == 202
    assert len({record.audit_id for record in audit.records}) == 1
    assert len(sent) == 1


PAIR = {"one": LABOUR.petitions[0].petition_id, "other": ROADS.petitions[0].petition_id}
WORDS = {"reason": "当面核实", "request_id": "request-1"}


@pytest.mark.parametrize(
    ("route", "asked", "opinion", "pair"),
    [
        ("judgements", PAIR | {"opinion": "same"}, "same", set(PAIR.values())),
        ("judgements", PAIR | {"opinion": "unsure"}, "unsure", set(PAIR.values())),
        (f"cases/{LABOUR.case_id}/merge", {"other": ROADS.case_id}, "same", set(PAIR.values())),
        (
            f"cases/{LABOUR.case_id}/split",
            {"petition_id": LABOUR.petitions[1].petition_id},
            "not_same",
            {one.petition_id for one in LABOUR.petitions},
        ),
    ],
)
def test_a_judgement_reaches_every_partition_and_is_recorded(
    console: Backend,
    audit: Audit,
    sent: list[Message],
    route: str,
    asked: dict[str, str],
    opinion: str,
    pair: set[str],
) -> None:
    client = browser(console, "city")
    answers = [client.post(f"{API}/{route}", json=asked | WORDS) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202], answers[0].text
    assert [one.partition for one in sent] == [0, 1, 2, 3]
    made = Judgement.from_bytes(sent[0].value)
    assert (made.opinion, set(made.pair)) == (opinion, pair)
    assert [one.kind for one in audit.records] == [AuditKind.JUDGED]


@pytest.mark.parametrize(
    ("official", "route", "asked", "status"),
    [
        ("east", "judgements", PAIR | {"opinion": "same"}, 404),  # sees one of the two only
        ("labour", "judgements", PAIR | {"opinion": "same"}, 403),
        ("city", "judgements", PAIR | {"opinion": "perhaps"}, 422),
        ("city", f"cases/{LABOUR.case_id}/merge", {"other": LABOUR.case_id}, 422),
        ("city", f"cases/{LABOUR.case_id}/split", {"petition_id": LABOUR.petitions[0].petition_id}, 422),
    ],
)
def test_a_judgement_needs_two_visible_petitions_and_a_supervisor(
    console: Backend, sent: list[Message], official: str, route: str, asked: dict[str, str], status: int
) -> None:
    answer = browser(console, official).post(f"{API}/{route}", json=asked | WORDS)
    assert (answer.status_code, sent) == (status, [])
