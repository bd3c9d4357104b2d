"""To tell a petitioner is charged to who has to: whoever received a transfer, not the sender that is accountable."""

from datetime import date, timedelta
from typing import Any

import pytest

from consumers.alerts.rules import overdue, watched
from consumers.search.informing import informing
from consumers.search.queries import filter_clauses
from consumers.search.query_language import parse_query
from schemas.events import Case
from schemas.life import CaseNote, CaseStep, Clock
from schemas.terms import CaseStatus, ClockKind, DecisionKind, StepKind
from tests.fakes_consumers import START, case, petition
from tests.fakes_consumers import clock as any_clock

SENDER, ASKED, NEXT = "411002-hrss", "411002-housing", "411002-transport"
DUE = date(2026, 3, 17)
TODAY = DUE + timedelta(days=5)


def clock(*, met: int | None = None, after: int = 0) -> Clock:
    """To be told by a day; met so many days after the last one, begun so many after the first."""
    made = any_clock(ClockKind.INFORM, due=DUE, met=None if met is None else DUE + timedelta(days=met))
    return made.with_changes(started_on=START.date() + timedelta(days=after))


def sent(unit: str, *, after: int = 0) -> CaseNote:
    at = START + timedelta(days=after)
    return CaseNote(at=at, text="转送", decision_id=f"D{unit}{after}", kind=DecisionKind.TRANSFER, unit=unit)


def told(unit: str) -> Any:
    return petition().with_changes(steps=(CaseStep(step_id="S1", kind=StepKind.TRANSFERRED, at=START, to_unit=unit),))


WAITING: dict[str, Any] = {"asked_unit": ASKED, "notes": (sent(ASKED),)}

AGAIN: dict[str, Any] = {"asked_unit": ASKED, "notes": (sent(ASKED), sent(ASKED, after=1))}


@pytest.mark.parametrize(
    ("given", "kept", "late", "due"),
    [
        (case(clocks=(clock(),), **WAITING), [], [], {"asked": DUE}),
        (case(told(ASKED), clocks=(clock(),), asked_unit=ASKED), [], [], {"asked": DUE}),
        (case(petition(clocks=(clock(),)), **WAITING), [], [], {"unit": DUE}),  # of a petition, not of the transfer
        (case(clocks=(clock(),), asked_unit=NEXT, notes=(sent(ASKED), sent(NEXT, after=2))), [], [], {"unit": DUE}),
        (case(clocks=(clock(),), asked_unit=ASKED), [], [], {"unit": DUE}),  # nobody says when it was asked
        (case(clocks=(clock(met=0),), notes=(sent(ASKED),)), [ASKED], [], {}),  # it has objected, or told
        (case(clocks=(clock(met=1),), notes=(sent(ASKED),)), [], [ASKED], {}),
        (case(clocks=(clock(met=1),), notes=(sent(ASKED), sent(NEXT))), [], [SENDER], {}),  # one of two on a day
        (case(petition(clocks=(clock(met=-1),)), clocks=(clock(),), **WAITING), [SENDER], [], {"asked": DUE}),
        (
            case(clocks=(clock(met=1), clock(after=1)), asked_unit=ASKED, notes=(sent(ASKED), sent(ASKED, after=1))),
            [],
            [ASKED],
            {},
        ),
        (case(clocks=(clock(),), status=CaseStatus.TERMINATED, **WAITING), [], [], {}),
        (case(), [], [], {}),
    ],
)
def test_what_was_told_in_time_late_or_not_is_of_the_unit_that_had_to(
    given: Case, kept: list[str], late: list[str], due: dict[str, date]
) -> None:
    assert informing(given) == {"informed_by": kept, "informed_late_by": late, "uninformed": due}


@pytest.mark.parametrize(
    "given",
    [
        case(clocks=(clock(),), **WAITING),
        case(told(ASKED), clocks=(clock(),), asked_unit=ASKED),
        case(clocks=(clock(),), notes=(sent(ASKED),)),
        case(clocks=(clock(),), asked_unit=NEXT, notes=(sent(ASKED), sent(NEXT, after=2))),
        case(petition(clocks=(clock(),)), **WAITING),
    ],
)
def test_the_document_charges_the_unit_that_the_alert_names(given: Case) -> None:
    kept = watched(given)
    assert kept is not None
    (alert,) = overdue(kept, today=TODAY, now=START)
    (role,) = informing(given)["uninformed"]
    assert {"unit": alert.unit, "asked": given.asked_unit}[role] == (alert.owed_by or alert.unit)


def test_who_has_not_told_a_petitioner_is_found_as_the_accountable_or_as_the_asked_unit() -> None:
    (found,) = filter_clauses(parse_query(f"uninformed_by:{ASKED}"), TODAY)["filter"]
    roles = [
        {"bool": {"filter": [{"range": {f"uninformed.{role}": {"lt": "2026-03-22"}}}, {"terms": {of: [ASKED]}}]}}
        for role, of in (("unit", "unit"), ("asked", "asked_unit"))
    ]
    assert found == {"bool": {"should": roles, "minimum_should_match": 1}}
