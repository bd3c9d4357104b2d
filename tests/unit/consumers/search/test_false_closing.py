"""What came again after it was closed, what was closed at the last moment, what was passed on, what had no unit."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from consumers.search.documents import document
from schemas.events import Case
from schemas.life import CaseNote, CaseStep, Tenure
from schemas.petition import AnswerImprint
from schemas.terms import CaseStatus, ClockKind, DecisionKind, Ground, StepKind, Verdict
from tests.fakes_consumers import START, case, clock, petition

CLOSED = START + timedelta(days=10)


def closed(at: datetime = CLOSED) -> CaseNote:
    return CaseNote(at=at, text="办结", kind=DecisionKind.CONCLUDE)


def again(days: float, verdict: Verdict = Verdict.REPEAT) -> Case:
    later = petition("XF-2", row=2, verdict=verdict, received_at=CLOSED + timedelta(days=days))
    return case(petition(), later, notes=(closed(),))


@pytest.mark.parametrize(("days", "found"), [(-1, False), (0, False), (1, True), (90, True), (91, False)])
def test_a_letter_on_a_later_day_within_90_days_of_a_conclusion_came_again(days: int, found: bool) -> None:
    assert document(again(days))["came_again"] is found


def test_a_copy_to_another_office_does_not_come_again_and_a_joining_letter_does() -> None:
    assert not document(again(5, Verdict.SENT_TO_MANY))["came_again"]
    assert document(again(5, Verdict.JOINING))["came_again"]


@pytest.mark.parametrize(
    "first",
    [
        petition(reported_status=CaseStatus.CONCLUDED, reported_status_at=CLOSED),
        petition().model_copy(update={"steps": (CaseStep(step_id="s", kind=StepKind.CONCLUDED, at=CLOSED),)}),
    ],
)
def test_a_conclusion_that_a_county_dated_counts_like_one_that_was_decided(first: Any) -> None:
    later = petition("XF-2", row=2, verdict=Verdict.REPEAT, received_at=CLOSED + timedelta(days=30))
    assert document(case(first, later))["came_again"]


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (datetime(2026, 5, 1, 14, 59, tzinfo=UTC), False),
        (datetime(2026, 5, 1, 15, 0, tzinfo=UTC), True),
        (datetime(2026, 5, 1, 15, 59, tzinfo=UTC), True),
        (datetime(2026, 5, 1, 16, 0, tzinfo=UTC), False),
    ],
)
def test_the_last_hour_is_that_before_midnight_of_the_last_day_in_china(at: datetime, found: bool) -> None:
    last = clock(ClockKind.CONCLUDE, due=date(2026, 5, 1), met=date(2026, 5, 1))
    assert document(case(clocks=(last,), notes=(closed(at),)))["closed_in_last_hour"] is found
    other = clock(ClockKind.INFORM, due=date(2026, 5, 1))
    assert not document(case(clocks=(other,), notes=(closed(at),)))["closed_in_last_hour"]


def test_transfers_and_assignments_are_known_from_decisions_and_from_counties() -> None:
    transferred = CaseNote(at=START, text="转送", kind=DecisionKind.TRANSFER, unit="411002-hrss")
    reported = petition(reported_status=CaseStatus.ASSIGNED)
    assert document(case())["passed"] == []
    assert document(case(reported, notes=(transferred, closed())))["passed"] == ["assigned", "transferred"]


@pytest.mark.parametrize(("minutes", "unit", "found"), [(0, "u", False), (1, "u", True), (0, "", True)])
def test_a_moment_without_an_accountable_unit_is_seen(minutes: int, unit: str, found: bool) -> None:
    tenures = (Tenure(unit=unit, since=START + timedelta(minutes=minutes), ground=Ground.COMPETENCE),)
    assert document(case(tenures=tenures))["was_unowned"] is found


ANSWER, OTHER = AnswerImprint(digest="a" * 16, length=80), AnswerImprint(digest="b" * 16, length=60)


def test_a_document_bears_the_imprints_of_the_answers_with_which_its_petitions_were_concluded() -> None:
    concluded = petition(reported_status=CaseStatus.CONCLUDED, answer=ANSWER)
    step = CaseStep(step_id="s", kind=StepKind.CONCLUDED, at=CLOSED, answer=OTHER)
    stepped = petition("XF-2", row=2).model_copy(update={"steps": (step, step)})
    found = document(case(concluded, stepped))
    assert (found["answers"], found["matter"]) == ([ANSWER.digest, OTHER.digest], found["case_id"])
    assert document(case(concluded, volume_of="C1"))["matter"] == "C1"


@pytest.mark.parametrize(
    "told",
    [
        petition(),
        petition(reported_status=CaseStatus.CONCLUDED),
        petition(reported_status=CaseStatus.DECLINED, answer=ANSWER),
        petition().model_copy(
            update={"steps": (CaseStep(step_id="s", kind=StepKind.DECLINED, at=CLOSED, answer=ANSWER),)}
        ),
    ],
)
def test_what_was_said_at_another_step_is_no_answer_that_concludes(told: Any) -> None:
    found = document(case(told))
    assert (found["answers"], found["matter"]) == ([], None)
