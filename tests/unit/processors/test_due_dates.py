"""No edit, transfer, merge or resend moves a due date; the same events give the same case."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.casebook import Casebook
from processors.rulebook import Rulebook
from processors.rules.registration import Entries, register
from processors.rules.repeat import History, Reading, link
from processors.tables import MemoryTable
from schemas.events import Case, Decision
from schemas.keys import petition_id, record_key
from schemas.petition import Classification, Place
from schemas.terms import CaseStatus, ClockKind, Confidence, DecisionKind, Level
from tests.petitions import NOISE, ROAD, START, intake_record
from tests.small_register import HEYANG, LINQUAN, SHIQIAO, small_register

RULEBOOK = Rulebook(small_register())
PLACE = Place(code=SHIQIAO, name="甲江省江州市河阳县石桥镇", level=Level.TOWNSHIP, confidence=Confidence.CERTAIN)
UNITS = (f"{SHIQIAO}-government", f"{HEYANG}-transport", f"{HEYANG}-government", f"{LINQUAN}-government")
DueDates = dict[tuple[str, str], date]


class Desk:
    """Registration, linking and cases with the real rules and dictionaries for tables."""

    def __init__(self) -> None:
        self.entries: dict[str, Entries] = {}
        self.histories: dict[str, History] = {}
        self.table = MemoryTable()
        self.book = Casebook(self.table, RULEBOOK.rules)

    def receive(self, **fields: Any) -> None:
        record = intake_record(source=HEYANG, **fields)
        key = record_key(record.source, record.record_no)
        result = register(record, self.entries.get(key, ()))
        self.entries[key] = result.entries
        if result.petition is None:
            return
        history = self.histories.get(result.petition.route, ())
        linking = link(result.petition, Reading(PLACE, Classification(category="traffic"), HEYANG), history)
        self.histories[result.petition.route] = linking.history
        self.book.add(linking.petition, RULEBOOK.member(linking.petition))
        self.book.finish()

    def decide(self, number: int, record_no: str, kind: DecisionKind, *, after: int, unit: str = "") -> None:
        case = self.book.case("C" + petition_id(HEYANG, record_no).removeprefix("P"))
        if case is None:
            return
        made = Decision(
            decision_id=f"D{number}",
            kind=kind,
            case_id=case.case_id,
            home=case.home,
            by="江州市信访局",
            at=START + timedelta(days=after),
            reason="核实",
            unit=unit,
            article="三定方案",
        )
        if RULEBOOK.knows_unit(made):
            self.book.decide(made)
            self.book.finish()

    def cases(self) -> list[Case]:
        stored = [Case.from_bytes(value) for key, value in self.table.items() if key.startswith(b"C")]
        return sorted((c for c in stored if c.status is not CaseStatus.MERGED), key=lambda c: c.opened_at)

    def petitions_due(self) -> DueDates:
        """The last day of each petition's own period."""
        return {
            (member.petition_id, ""): clock.due_on
            for case in self.cases()
            for member in case.petitions
            for clock in member.clocks
        }

    def cases_due(self) -> DueDates:
        """The last days of the case's periods that no leader can prolong and no hearing stops."""
        return {
            (kind.value, clock.started_on.isoformat()): clock.due_on
            for case in self.cases()
            for clock in case.clocks
            for kind in (clock.kind,)
        }


def begun() -> Desk:
    """A case that was transferred and accepted, and another one of the same petitioner."""
    desk = Desk()
    desk.receive(record_no="1", reported_status=CaseStatus.TRANSFERRED, reported_status_at=START + timedelta(days=2))
    desk.decide(1, "1", DecisionKind.ACCEPT, after=4)
    desk.receive(record_no="9", day=7, body=NOISE, title="油烟扰民", petitioner_ref="R9")
    return desk


def edit(desk: Desk, number: int, draw: Any) -> None:
    """The county changes whatever a row holds."""
    status = draw(st.sampled_from([None, CaseStatus.REGISTERED, CaseStatus.TRANSFERRED, CaseStatus.ACCEPTED]))
    desk.receive(
        record_no="1",
        row=number,
        day=draw(st.integers(0, 30)),
        body=ROAD + draw(st.sampled_from(["", "补充：路灯也不亮。", "请尽快。"])),
        office=draw(st.sampled_from(["", "河阳县信访局", "河阳县交通运输局"])),
        reported_status=status,
        reported_status_at=draw(st.sampled_from([None, *(START + timedelta(days=n) for n in range(4, 40, 5))])),
    )


def resend(desk: Desk, number: int, draw: Any) -> None:
    """The same row in another delivery."""
    desk.receive(
        record_no="1",
        row=number,
        delivery_id="again",
        reported_status=CaseStatus.TRANSFERRED,
        reported_status_at=START + timedelta(days=2),
    )


def transfer(desk: Desk, number: int, draw: Any) -> None:
    """A unit passes the case on, refuses or takes it."""
    kinds = [DecisionKind.TRANSFER, DecisionKind.ASSIGN, DecisionKind.OBJECT, DecisionKind.ACCEPT]
    kind = draw(st.sampled_from([*kinds, DecisionKind.REASSIGN]))
    desk.decide(number, "1", kind, after=draw(st.integers(5, 60)), unit=draw(st.sampled_from(UNITS)))


def repeat(desk: Desk, number: int, draw: Any) -> None:
    """The petitioner writes again; another one joins; one letter holds both matters and unites the cases."""
    who, body = draw(st.sampled_from([("R1", ROAD), ("R2", "我也是这个村的。" + ROAD), ("R9", NOISE + ROAD)]))
    desk.receive(record_no=f"again-{number}", row=number, day=8 + number, body=body, petitioner_ref=who)


EVENTS = (edit, resend, transfer, repeat)
DECIDED = st.lists(st.tuples(st.sampled_from(list(DecisionKind)), st.integers(1, 90)), min_size=1, max_size=7)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_edit_transfer_merge_or_resend_moves_a_due_date(data: Any) -> None:
    desk = begun()
    for number in range(2, 2 + data.draw(st.integers(1, 6))):
        before, case_before = desk.petitions_due(), desk.cases_due()
        data.draw(st.sampled_from(EVENTS))(desk, number, data.draw)
        after, case_after = desk.petitions_due(), desk.cases_due()
        assert {key: after[key] for key in before} == before
        assert {key: case_after.get(key) for key in case_before} == case_before


@settings(max_examples=25, deadline=None)
@given(DECIDED, st.data())
def test_decisions_in_any_order_end_in_the_same_case(drawn: list[tuple[DecisionKind, int]], data: Any) -> None:
    made = [
        (number, kind, after, UNITS[number % len(UNITS)] if number % 2 or kind is DecisionKind.REASSIGN else "")
        for number, (kind, after) in enumerate(drawn, 1)
    ]
    desks = []
    for order in (made, data.draw(st.permutations(made))):
        desk = Desk()
        desk.receive(record_no="1")
        for number, kind, after, unit in order:
            desk.decide(number, "1", kind, after=after, unit=unit)
        desks.append(desk)
    first, second = (desk.cases() for desk in desks)
    assert first == second


def test_what_a_later_revision_no_longer_says_still_counts() -> None:
    desk = begun()
    before = desk.cases()[0].clocks
    desk.receive(record_no="1", row=2, reported_status=CaseStatus.HANDLING, body=ROAD + "补充。")
    (case,) = (case for case in desk.cases() if case.petitions[0].record_no == "1")
    assert case.clocks[:2] == before[:2]
    assert [clock.kind for clock in case.clocks[:2]] == [ClockKind.INFORM, ClockKind.OBJECT]


def test_an_acceptance_answers_a_transfer() -> None:
    desk = begun()
    met = {clock.kind: clock.met_on for clock in desk.cases()[0].clocks}
    assert met[ClockKind.OBJECT] == met[ClockKind.INFORM] == (START + timedelta(days=4)).date()


@pytest.mark.parametrize("kind", [DecisionKind.ACCEPT, DecisionKind.DECLINE, DecisionKind.CONCLUDE])
def test_what_people_decide_meets_the_clock_of_each_petition_that_had_come(kind: DecisionKind) -> None:
    desk = Desk()
    desk.receive(record_no="1")
    desk.receive(record_no="2", day=3, petitioner_ref="R2", body="我也是这个村的。" + ROAD)
    desk.decide(1, "1", kind, after=5)
    desk.receive(record_no="3", day=9, petitioner_ref="R3", body="我是邻村的。" + ROAD)
    (case,) = desk.cases()
    met = [clock.met_on for member in case.petitions for clock in member.clocks]
    assert met == [(START + timedelta(days=5)).date(), (START + timedelta(days=5)).date(), None]
