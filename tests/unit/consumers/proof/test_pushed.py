"""Each status event became a step of its petition, waits for it, or is in the dead letters; else it is named."""

from base64 import b64encode
from datetime import timedelta

import pytest

from consumers.proof import rows
from consumers.proof.account import Evidence, Kind
from consumers.proof.pushed import PushedTally, pushed
from schemas.events import Case, DeadLetter
from schemas.keys import pushed_step_id
from schemas.life import CaseStep
from schemas.petition import IntakeBatch, RoutedStatus, StatusEvent
from schemas.terms import DecisionKind, RejectReason, Stage, StepKind
from tests.fakes_consumers import START, case, intake, petition

UNIT = "411002-transport"
EVENT = StatusEvent(
    receipt="00000000000000aa",
    source=intake("1").source,
    record_no="1",
    kind=DecisionKind.TRANSFER,
    at=START + timedelta(microseconds=5),
    ingested_at=START,
    unit=UNIT,
)
MEMBER = petition("1")
STEP = CaseStep(
    step_id=pushed_step_id(MEMBER.petition_id, "transfer", EVENT.at, UNIT, ""), kind=StepKind.TRANSFERRED, at=EVENT.at
)
TOLD = case(MEMBER.with_changes(steps=(STEP,)))
UNTOLD = case(MEMBER)


def evidence(*events: StatusEvent, records: bool = True, cases: tuple[Case, ...] = ()) -> Evidence:
    batch = IntakeBatch(records=(intake("1"),) if records else (), statuses=events)
    decoded = rows.decode_intake(batch.to_bytes())
    found = Evidence()
    for event in decoded.statuses:
        found.push(event)
    for record in decoded.records:
        found.receive(record)
    for one in cases:
        filed = rows.decode_case(one.to_bytes())
        for member in filed.petitions:
            found.hold(member, filed.case_id)
    return found


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (evidence(), PushedTally()),
        (evidence(EVENT, cases=(TOLD,)), PushedTally(1, applied=1)),
        (evidence(EVENT, EVENT, cases=(TOLD,)), PushedTally(1, applied=1)),
        (evidence(EVENT, EVENT.with_changes(receipt="b"), cases=(TOLD,)), PushedTally(2, applied=2)),
        (evidence(EVENT, records=False), PushedTally(1, waiting=1)),
    ],
)
def test_each_event_became_exactly_one_thing(found: Evidence, expected: PushedTally) -> None:
    assert pushed(found) == (expected, [])
    assert expected.adds_up


def test_an_event_that_left_no_trace_is_named() -> None:
    tally, differences = pushed(evidence(EVENT, cases=(UNTOLD,)))
    assert not tally.adds_up
    assert [(one.kind, one.subject) for one in differences] == [(Kind.MISSING_STEP, EVENT.receipt)]


@pytest.mark.parametrize("raw", [EVENT, RoutedStatus(petition_id=MEMBER.petition_id, route="r", event=EVENT)])
def test_an_event_in_the_dead_letters_is_rejected_until_it_was_sent_back(raw: StatusEvent | RoutedStatus) -> None:
    letter = DeadLetter(
        letter_id="1",
        stage=Stage.LINKING,
        reason=RejectReason.INVALID,
        source="411002",
        at=START,
        raw=b64encode(raw.to_bytes()).decode(),
    )
    buried = {rows.buried_receipt(letter.to_bytes())}
    refused, sent_back = evidence(EVENT, cases=(UNTOLD,)), evidence(EVENT, cases=(TOLD,))
    refused.buried = sent_back.buried = buried
    assert pushed(refused) == (PushedTally(1, rejected=1), [])
    assert pushed(sent_back) == (PushedTally(1, applied=1), [])


def test_an_event_waits_for_a_record_that_was_refused() -> None:
    found = evidence(EVENT)
    found.buried = {intake("1").receipt}
    assert pushed(found) == (PushedTally(1, waiting=1), [])


def test_one_unreadable_event_does_not_hide_the_others() -> None:
    value = IntakeBatch(records=(intake("1"),), statuses=(EVENT, EVENT.with_changes(receipt="b"))).to_bytes()
    found = rows.decode_intake(value.replace(b'"00000000000000aa"', b"17"))
    assert [event.receipt for event in found.statuses] == ["b"]
    assert len(found.records) == 1
