"""Whatever a county reports and people decide, in whatever order: the whole way from records to cases and alerts."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from consumers.alerts.rules import overdue, refused, watched
from deploy.stages_alone import StagesAlone
from processors.rulebook import Rulebook
from schemas.events import Case, Decision
from schemas.keys import case_id, digest, petition_id
from schemas.petition import IntakeRecord
from schemas.terms import CaseStatus, DecisionKind
from tests.petitions import START, intake_record
from tests.small_register import HEYANG, LINQUAN, SHIQIAO, small_register

REGISTER = small_register()
RULEBOOK = Rulebook(REGISTER)
LETTERS = (
    "河阳县石桥镇南头的生产路路面塌陷，坑洼不平，请求修路。",
    "河阳县石桥镇政府强占我家耕地修路，没有补偿。",
    "河阳县公安局不予立案，我被人打伤，石桥镇没有人管。",
    "河阳县政府强行征收石桥镇的土地。另外工地拖欠农民工工资，夜间施工噪音扰民。",
    "河阳县石桥镇通村公路坑洼不平，道路破损，出行难。工地噪音扰民，粉尘很大，县生态环境局不作为。",
)
UNITS = (
    f"{SHIQIAO}-government",
    f"{HEYANG}-government",
    f"{HEYANG}-public_security",
    f"{HEYANG}-environment",
    f"{HEYANG}-transport",
    f"{LINQUAN}-government",
)
NUMBERS = ("1", "2")
LATER = START + timedelta(days=4_000)

records = st.builds(
    lambda number, letter, day, who, status, row: intake_record(
        source=HEYANG,
        record_no=number,
        title="",
        body=LETTERS[letter],
        day=day,
        row=row,
        delivery_id=f"d{row}",
        petitioner_ref=who,
        reported_status=status,
        reported_status_at=START + timedelta(days=day + 3) if status else None,
    ),
    st.sampled_from(NUMBERS),
    st.integers(0, len(LETTERS) - 1),
    st.integers(0, 40),
    st.sampled_from(("R1", "R2", None)),
    st.sampled_from((None, CaseStatus.TRANSFERRED, CaseStatus.ACCEPTED, CaseStatus.CONCLUDED)),
    st.integers(1, 10_000),
)


def decision(number: str, kind: DecisionKind, unit: str, day: int) -> Decision:
    """What somebody decides about the case that is named after a number."""
    named = case_id(petition_id(HEYANG, number))
    return Decision(
        decision_id="D" + digest(number, kind.value, unit, str(day)),
        kind=kind,
        case_id=named,
        home="8101",
        by="江州市信访局 督查岗",
        at=START + timedelta(days=day),
        reason="核实",
        unit=unit if kind is not DecisionKind.CONCLUDE else "",
        article="三定方案",
    )


KINDS = (
    DecisionKind.REASSIGN,
    DecisionKind.ACCEPT,
    DecisionKind.TRANSFER,
    DecisionKind.OBJECT,
    DecisionKind.CONCLUDE,
)
decisions = st.builds(
    decision, st.sampled_from("1112"), st.sampled_from(KINDS), st.sampled_from(UNITS), st.integers(1, 90)
)
events = st.builds(
    lambda letter, others: [intake_record(source=HEYANG, record_no="1", title="", body=LETTERS[letter]), *others],
    st.integers(0, len(LETTERS) - 1),
    st.lists(st.one_of(decisions, decisions, records), min_size=2, max_size=7),
)


def worked_off(*rounds: Iterable[IntakeRecord | Decision]) -> list[Case]:
    """The cases after all of these, one after the other."""
    stages = StagesAlone(RULEBOOK)
    for events in rounds:
        for event in events:
            if isinstance(event, Decision):
                stages.decide((event,))
            else:
                list(stages.receive((event,)))
    return sorted(stages.cases(), key=lambda case: case.case_id)


def kept_away(case: Case) -> set[str]:
    """The units complained about, and every unit below one of them."""
    accused = {case.jurisdiction.accused_unit, *case.jurisdiction.also_accused} - {""}
    found = set(accused)
    for unit in REGISTER.units:
        current: Any = unit
        while current is not None and current.code not in accused:
            current = REGISTER.unit(current.superior, START.date())
        if current is not None:
            found.add(unit.code)
    return found


@settings(max_examples=40, deadline=None)
@given(events)
def test_the_accused_unit_and_those_below_it_are_addressed_by_nothing(made: list[Any]) -> None:
    """Accountable, assisting and alerted units are those that get a petitioner's letter."""
    for case in worked_off(made):
        watch = watched(case)
        alerts = [*overdue(watch, today=LATER.date(), now=LATER), *refused(watch, now=LATER)] if watch else []
        addressed = {case.jurisdiction.accountable_unit, *(alert.unit for alert in alerts)}
        addressed |= {unit.unit for unit in case.jurisdiction.assisting}
        addressed |= {tenure.unit for tenure in case.tenures}
        assert addressed.isdisjoint(kept_away(case))


REVISED_TO_A_LATER_DAY = [
    intake_record(source=HEYANG, record_no="1", title="", body=LETTERS[letter], day=day, row=day + 1, **fields)
    for letter, day, fields in ((0, 0, {}), (1, 1, {}), (0, 2, {"petitioner_ref": None}))
]
"""A number that was used twice; what the second letter is unsurely linked to has come after it since."""


@settings(max_examples=15, deadline=None)
@given(events)
@example(REVISED_TO_A_LATER_DAY)
def test_replaying_all_events_gives_the_same_cases(made: list[Any]) -> None:
    once = worked_off(made)
    assert worked_off(made) == once
    assert [as_decided(case) for case in worked_off(made, made)] == [as_decided(case) for case in once]


def as_decided(case: Case) -> Case:
    """All but how often it was written."""
    return case.with_changes(version=1)


@settings(max_examples=15, deadline=None)
@given(events)
def test_every_case_has_exactly_one_unit_in_force_at_every_moment(made: list[Any]) -> None:
    for case in worked_off(made):
        tenures = case.tenures
        assert REGISTER.unit(case.jurisdiction.accountable_unit, START.date()) is not None
        if tenures:
            assert tenures[0].since == case.opened_at
            assert tenures[-1].unit == case.jurisdiction.accountable_unit
            assert [t.since for t in tenures] == sorted(t.since for t in tenures)
