"""The story of a case in order."""

from datetime import UTC, date, datetime
from typing import Any

import orjson

from consumers.api.views import full
from consumers.console.time_line import clocks, time_line
from consumers.search.documents import document
from schemas.events import Case
from schemas.life import CaseNote, CaseStep, Irregularity, Refusal
from schemas.terms import CaseStatus, ClockKind, StepKind
from tests.fakes_consumers import case, clock, petition

LATE_EVENING = datetime(2026, 3, 5, 17, 30, tzinfo=UTC)
"""The sixth already, where the offices are."""


def told(one: Case) -> dict[str, Any]:
    """The case as the interface tells it."""
    found: dict[str, Any] = full(orjson.loads(orjson.dumps(document(one))))
    return found


def test_what_happened_stands_in_order_and_what_is_due_behind_it() -> None:
    one = case(
        petition("A-1", clocks=(clock(due=date(2026, 3, 17)),)),
        petition("A-2", row=2, received_at=LATE_EVENING),
        clocks=(clock(ClockKind.CONCLUDE, due=date(2026, 5, 1)), clock(due=date(2026, 3, 9), met=date(2026, 3, 3))),
        notes=(CaseNote(at=datetime(2026, 3, 3, tzinfo=UTC), text="已转送。", by="clerk"),),
    )
    assert [(moment.on, moment.kind) for moment in time_line(told(one))] == [
        ("2026-03-02", "petition"),
        ("2026-03-03", "note"),
        ("2026-03-06", "petition"),
        ("2026-03-17", "due"),
        ("2026-05-01", "due"),
    ]


def test_a_period_says_whether_it_is_a_right_that_may_be_left_unused() -> None:
    made = case(clocks=(clock(ClockKind.OBJECT), clock(ClockKind.INFORM, due=date(2026, 4, 1))))
    assert [(one["kind"], one["is_right"]) for one in clocks(told(made))] == [("object", True), ("inform", False)]


def test_what_the_county_reported_is_told_once_and_its_registration_not_at_all() -> None:
    days = [datetime(2026, 3, day, 2, tzinfo=UTC) for day in range(3, 8)]
    steps = (
        CaseStep(step_id="t", kind=StepKind.TRANSFERRED, at=days[0], to_unit="411002-hrss"),
        CaseStep(step_id="o", kind=StepKind.OBJECTED, at=days[1], unit="411002-hrss"),
        CaseStep(step_id="d", kind=StepKind.DECLINED, at=days[2]),
        CaseStep(step_id="h", kind=StepKind.HANDLING, at=days[3], is_dated=False),
    )
    refusal = Refusal(
        step_id="o",
        at=days[1],
        unit="411002-hrss",
        sender="4110",
        article="22",
        due_on=days[4].date(),
        is_in_time=True,
        wrong_unit="",
        reason="无",
    )
    odd = Irregularity(step_id="d", kind=StepKind.DECLINED, at=days[2], status=CaseStatus.REGISTERED)
    one = case(
        petition("A-1", steps=steps, reported_status=CaseStatus.CONCLUDED, reported_status_at=days[4]),
        petition("A-2", row=2, reported_status=CaseStatus.REGISTERED),
        refusals=(refusal,),
        irregularities=(odd,),
    )
    told_steps = [moment for moment in time_line(told(one)) if moment.kind == "step"]
    assert [(moment.on, moment.what["kind"], moment.what["to_unit"]) for moment in told_steps] == [
        ("2026-03-03", "transferred", "411002-hrss"),
        ("2026-03-06", "handling", ""),
        ("2026-03-07", "concluded", ""),
    ]
    assert [moment.what["is_dated"] for moment in told_steps] == [True, False, True]
    assert {moment.what["of"]["record_no"] for moment in told_steps} == {"A-1"}


def test_nothing_is_due_any_more_in_a_closed_case() -> None:
    one = case(petition(clocks=(clock(),)), status=CaseStatus.CONCLUDED)
    assert [moment.kind for moment in time_line(told(one))] == ["petition"]


def test_running_periods_come_first_and_each_says_whose_it_is() -> None:
    one = case(
        petition("A-1", clocks=(clock(due=date(2026, 3, 17), met=date(2026, 3, 4)),)),
        clocks=(clock(ClockKind.CONCLUDE, due=date(2026, 5, 1)),),
    )
    running, met = clocks(told(one))
    assert (running["kind"], running["of"], running["is_working_days"]) == ("conclude", None, False)
    assert (met["met_on"], met["of"]["record_no"]) == ("2026-03-04", "A-1")
