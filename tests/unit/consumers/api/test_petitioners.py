"""What petitioners see of their own petition, and that a receipt opens nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from consumers.api.backend import Backend
from consumers.api.petitioners import RULED, RULED_EN
from consumers.message import Message
from processors.rules.reasons import reason
from producers.keyring import KEY_BYTES, Keyring
from schemas.events import Case, CasePetition, Decision
from schemas.life import NotAccepted
from schemas.settings import Settings
from schemas.terms import CaseStatus, ClockKind, DecisionKind, Ground, Rating, Verdict
from tests.fakes_consumers import case, clock, petition
from tests.officials import Audit, Visible, asked_of, backend, browser

KEYRING = Keyring(b"p".ljust(KEY_BYTES), b"i".ljust(KEY_BYTES), "test")
OWN = petition("XF-1", clocks=(clock(due=date(2026, 3, 17)),))
OTHER = petition("XF-2", row=2, title="另一人的信", body="另一人的内容")
MATTER = case(
    OWN, OTHER, clocks=(clock(ClockKind.ASK_REVIEW, due=date(2026, 5, 1)).with_changes(is_petitioners=True),)
)
ANSWERED = MATTER.with_changes(status=CaseStatus.CONCLUDED)


class Index(Visible):
    """The case, whatever is asked; it counts how often it was."""

    asked = 0

    def search(self, body: Any, *, point: str = "") -> dict[str, Any]:
        """See `IndexReader.search`."""
        self.asked += 1
        return {"hits": {"hits": [{"_source": asked_of(one, body)} for one in self.documents[: body["size"]]]}}


def console(folder: Path, *cases: Case, sent: list[Message] | None = None) -> tuple[Backend, Index]:
    index = Index(*cases)
    made = backend(folder, None, Settings(), Audit(), sent=sent)
    found = replace(made, receipt_code=KEYRING.receipt_code, of_receipt=lambda county, number: index)  # type: ignore[arg-type, return-value]
    return found, index


def ask(made: Backend, what: str = "query", *, county: str = "411002", number: str = "XF-1", **more: Any) -> Any:
    code = more.pop("code", KEYRING.receipt_code(county, number))
    body = {"county": county, "number": number, "code": code, **more}
    return browser(made).post(f"/api/v1/petitions/{what}", json=body)


def test_a_petitioner_sees_state_unit_reason_and_what_is_due_next(tmp_path: Path) -> None:
    told = ask(console(tmp_path, MATTER)[0]).json()
    assert (told["received_on"], told["status_label"]) == ("2026-03-02", "已登记")
    assert told["unit_name"] == "魏都区人力资源和社会保障局"
    assert told["reason"] == MATTER.jurisdiction.reason
    assert [(one["kind"], one["due_on"], one["is_yours"]) for one in told["due"]] == [
        ("register", "2026-03-17", False),
        ("ask_review", "2026-05-01", True),
    ]
    assert not told["may_rate"]


def test_the_day_of_receipt_is_that_of_the_office_not_of_utc(tmp_path: Path) -> None:
    early = petition("XF-1", received_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    told = ask(console(tmp_path, case(early))[0]).json()
    assert told["received_on"] == "2026-03-02"


def test_cases_in_which_another_county_uses_the_number_do_not_hide_the_right_one(tmp_path: Path) -> None:
    others = [
        case(petition(f"XF-9{row}", row=row), petition("XF-1", row=9 + row, source=f"41102{row}"))
        for row in (3, 4, 5)
    ]
    told = ask(console(tmp_path, *others, MATTER)[0])
    assert (told.status_code, told.json()["received_on"]) == (200, "2026-03-02")


def test_a_petitioner_sees_nothing_of_other_petitions_and_no_text(tmp_path: Path) -> None:
    told = ask(console(tmp_path, MATTER)[0]).text
    assert not any(word in told for word in ("另一人", "工资", "XF-2", OTHER.petition_id, MATTER.case_id, "R0000"))


CONFLICT = {
    "ground": Ground.CONFLICT_OF_INTEREST,
    "article": "28",
    "reason": "信访人反映的对象是魏都区住房和城乡建设局，该单位与事项有利害关系应当回避，由许昌市信访局负责。",
}
DISCIPLINE = {"ground": Ground.STATUTORY_CHANNEL, "article": "30", "reason": "事项属检举控告，由区纪委受理。"}
LEVEL = {"ground": Ground.LEVEL, "article": "22", "reason": "信访人向上级（河南省）提出，依分级负责原则转回。"}


def determined(*petitions: CasePetition, unit_name: str = "许昌市信访局", **fields: Any) -> Case:
    made = case(*petitions)
    return made.with_changes(jurisdiction=made.jurisdiction.with_changes(unit_name=unit_name, **fields))


@pytest.mark.parametrize("number", ["XF-1", "XF-2"])
def test_who_joins_a_matter_does_not_learn_whom_another_letter_accuses(tmp_path: Path, number: str) -> None:
    """The accused office itself may send a letter about the matter; no answer tells that there is an accusation."""
    joined = OTHER.with_changes(verdict=Verdict.JOINING)
    told = [
        ask(console(tmp_path, determined(OWN, joined, **of))[0], number=number).json()
        for of in (CONFLICT, DISCIPLINE, LEVEL)
    ]
    assert {one["reason"] for one in told} == {"按照属地管理、分级负责的原则和管理权限，由许昌市信访局负责。"}
    assert {one["reason_en"] for one in told} == {"许昌市信访局 is accountable, by territory, level and power."}
    assert {one["article"] for one in told} == {"22"}


def test_a_further_volume_tells_nothing_of_the_letter_that_the_first_rests_on(tmp_path: Path) -> None:
    volume = determined(OWN, **CONFLICT).with_changes(volume_of="C0000000000000009")
    assert "住房" not in ask(console(tmp_path, volume)[0]).text


def test_who_is_alone_in_a_matter_is_told_why_another_unit_withdraws(tmp_path: Path) -> None:
    again = OTHER.with_changes(verdict=Verdict.REPEAT)
    for one in (determined(OWN, **CONFLICT), determined(OWN, again, **CONFLICT)):
        told = ask(console(tmp_path, one)[0]).json()
        assert (told["reason"], told["article"]) == (CONFLICT["reason"], "28")


def test_what_follows_from_the_matter_alone_is_told_to_all(tmp_path: Path) -> None:
    shared = determined(OWN, OTHER.with_changes(verdict=Verdict.JOINING))
    assert ask(console(tmp_path, shared)[0]).json()["reason"] == shared.jurisdiction.reason


@pytest.mark.parametrize(
    ("by", "office"),
    [
        ("许昌市信访局 li.supervisor", "许昌市信访局"),
        ("许昌市信访局 督查岗 李某", "许昌市信访局"),
        ("信访局", "信访局"),
    ],
)
def test_who_ruled_is_told_by_the_office_not_by_the_official(tmp_path: Path, by: str, office: str) -> None:
    sentences = [one.format(by=by, unit="区交通运输局") for one in (reason("decided").zh, reason("decided").en)]
    ruled = determined(OWN, ground=Ground.DECIDED, article="24", reason=sentences[0], reason_en=sentences[1])
    told = ask(console(tmp_path, ruled)[0]).json()
    assert told["reason"] == f"{office}决定由区交通运输局负责"
    assert told["reason_en"] == f"{office} decided that 区交通运输局 is accountable"


def test_a_ruling_is_said_in_words_in_which_the_office_is_found() -> None:
    assert reason("decided").zh.startswith("{by}" + RULED)
    assert reason("decided").en.startswith("{by}" + RULED_EN)


def test_why_it_is_not_accepted_again_is_told(tmp_path: Path) -> None:
    refused = OWN.with_changes(not_accepted=NotAccepted(article="19", rule_version="t", reason="正在办理期限内"))
    assert ask(console(tmp_path, case(refused))[0]).json()["not_accepted"] == "正在办理期限内"


@pytest.mark.parametrize(
    "asked",
    [
        {"code": "AAAAAAAAAAAA"},
        {"code": "电"},
        {"number": "XF-9"},
        {"number": "XF-9", "code": "AAAAAAAAAAAA"},
        {"county": "411023"},
        {"number": "XF-2", "code": KEYRING.receipt_code("411002", "XF-1")},
    ],
)
def test_all_that_is_wrong_gets_one_answer_after_the_same_work(tmp_path: Path, asked: dict[str, str]) -> None:
    made, index = console(tmp_path, MATTER)
    known = ask(made, number="XF-404")
    index.asked = 0
    answer = ask(made, **asked)
    assert (answer.status_code, answer.content, index.asked) == (404, known.content, 1)


def test_a_number_that_was_used_for_several_matters_opens_none(tmp_path: Path) -> None:
    again = petition("XF-1", row=5, mark="b")
    assert ask(console(tmp_path, MATTER, case(again))[0]).status_code == 404
    assert ask(console(tmp_path, case(again))[0]).status_code == 404


def test_a_code_cannot_be_found_by_trying(tmp_path: Path) -> None:
    made, _ = console(tmp_path, MATTER)
    answers = [ask(made, code=f"AAAAAAAAAA{n:02}").status_code for n in range(12)]
    assert answers == [404] * 10 + [429] * 2
    assert ask(made).status_code == 429, "nor is the right one told after that"


def test_lower_case_and_blanks_around_a_code_do_not_matter(tmp_path: Path) -> None:
    code = f" {KEYRING.receipt_code('411002', 'XF-1').lower()} "
    assert ask(console(tmp_path, MATTER)[0], code=code).status_code == 200


def test_a_number_and_a_code_may_be_typed_as_they_are_printed(tmp_path: Path) -> None:
    code = KEYRING.receipt_code("411002", "XF-1").translate({at: at + 0xFEE0 for at in range(0x21, 0x7F)})
    assert ask(console(tmp_path, MATTER)[0], number="ＸＦ－１", code=code).status_code == 200


def test_a_rating_is_a_decision_of_the_petitioner_said_once(tmp_path: Path) -> None:
    sent: list[Message] = []
    made, _ = console(tmp_path, ANSWERED, sent=sent)
    for _ in range(2):
        assert ask(made, "rating", rating="dissatisfied").status_code == 202
    decisions = [Decision.from_bytes(message.value) for message in sent]
    assert len({one.decision_id for one in decisions}) == 1
    assert (decisions[0].kind, decisions[0].rating) == (DecisionKind.RATE, Rating.DISSATISFIED)
    assert (decisions[0].by, decisions[0].petition_id) == ("信访人", "")


def test_who_goes_back_to_the_word_of_before_has_said_it_again(tmp_path: Path) -> None:
    """Also at once, while the index does not hold the first two yet; a click that is sent twice is still one."""
    sent: list[Message] = []
    made, _ = console(tmp_path, ANSWERED, sent=sent)
    for given in ("satisfied", "dissatisfied", "dissatisfied", "satisfied"):
        assert ask(made, "rating", rating=given).status_code == 202
    names = [Decision.from_bytes(message.value).decision_id for message in sent]
    assert names[1] == names[2]
    assert len(set(names)) == 3


@pytest.mark.parametrize(
    ("given", "asked", "status"),
    [
        (MATTER, {"rating": "satisfied"}, 409),
        (ANSWERED, {"rating": "satisfied", "code": "AAAAAAAAAAAA"}, 404),
        (ANSWERED, {"rating": "very"}, 422),
    ],
)
def test_what_has_no_answer_yet_or_is_not_ones_own_cannot_be_rated(
    tmp_path: Path, given: Case, asked: dict[str, str], status: int
) -> None:
    sent: list[Message] = []
    assert ask(console(tmp_path, given, sent=sent)[0], "rating", **asked).status_code == status
    assert sent == []


def test_codes_differ_by_county_number_and_key() -> None:
    other = Keyring(b"q".ljust(KEY_BYTES), b"i".ljust(KEY_BYTES), "test")
    codes = {
        KEYRING.receipt_code("411002", "1"),
        KEYRING.receipt_code("411002", "2"),
        KEYRING.receipt_code("4110", "021"),
        other.receipt_code("411002", "1"),
    }
    assert len(codes) == 4
    assert all(code.isalnum() and code.isupper() for code in codes)


def test_a_number_is_found_among_cases_that_have_it_from_another_county(tmp_path: Path) -> None:
    foreign = [case(petition(f"XF-{n}", row=n), petition("XF-1", row=n + 1, source="411023")) for n in (30, 40, 50)]
    assert ask(console(tmp_path, *foreign, MATTER)[0]).status_code == 200


def test_where_too_many_cases_bear_a_number_none_is_told(tmp_path: Path) -> None:
    foreign = [case(petition(f"XF-{n}", row=n)) for n in range(100, 199)]
    assert ask(console(tmp_path, MATTER, *foreign)[0]).status_code == 404
