"""Cases come out the same in whatever order petitions arrive."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.casebook import Casebook, Changed
from processors.rules.repeat import History, Reading, link
from processors.shelf import rederive
from processors.tables import MemoryTable
from schemas.events import Case, Decision
from schemas.petition import Classification, Place
from schemas.terms import CaseStatus, Channel, Confidence, DecisionKind, Ground, Level, Verdict
from tests.desks import RULES
from tests.petitions import NOISE, PLACE, ROAD, START, WAGES, member, petition

ELSEWHERE = Place(code="411002101", name="另一镇", level=Level.TOWNSHIP, confidence=Confidence.CERTAIN)


class Desk:
    """Linking and cases with dictionaries for tables."""

    def __init__(self) -> None:
        self.cases = MemoryTable()
        self.book = Casebook(self.cases, RULES)
        self.histories: dict[str, History] = {}

    def receive(self, *, place: Place = PLACE, category: str = "traffic", **fields: object) -> None:
        registered = petition(**fields)
        history = self.histories.get(registered.route, ())
        result = link(registered, Reading(place, Classification(category=category), "411002"), history)
        self.histories[registered.route] = result.history
        self.book.add(result.petition, member(result.petition))
        self.book.finish()

    def decide(self, decision: Decision) -> Changed | None:
        changed = self.book.decide(decision)
        self.book.finish()
        return changed

    def read_model(self) -> dict[str, list[tuple[str, Verdict, str]]]:
        return {
            case.case_id: [(m.record_no, m.verdict, m.matched_petition_id) for m in case.petitions]
            for case in self.live()
        }

    def live(self) -> list[Case]:
        stored = [Case.from_bytes(value) for key, value in self.cases.items() if key.startswith(b"C")]
        return sorted((c for c in stored if c.status is not CaseStatus.MERGED), key=lambda c: c.case_id)


MATTER: list[dict[str, object]] = [
    {"record_no": "1"},
    {"record_no": "2", "day": 1, "office": "市长信箱", "channel": Channel.LEADER_MAILBOX},
    {"record_no": "3", "day": 40, "body": ROAD + "上次来信至今没有答复，麦收又到了。"},
    {"record_no": "4", "day": 50, "petitioner_ref": "R2", "body": "我也是这个村的。" + ROAD},
    {"record_no": "5", "day": 3, "body": WAGES, "title": "拖欠工资", "category": "labour"},
]


def test_one_matter_is_one_case_with_a_verdict_for_each_petition() -> None:
    desk = Desk()
    for fields in MATTER:
        desk.receive(**fields)
    verdicts = [[(no, verdict) for no, verdict, _ in members] for members in desk.read_model().values()]
    assert sorted(verdicts, key=len) == [
        [("5", Verdict.FIRST)],
        [("1", Verdict.FIRST), ("2", Verdict.SENT_TO_MANY), ("3", Verdict.REPEAT), ("4", Verdict.JOINING)],
    ]


@pytest.mark.parametrize("order", list(permutations(range(5))))
def test_the_order_of_arrival_does_not_matter(order: tuple[int, ...]) -> None:
    punctual, late = Desk(), Desk()
    for fields in MATTER:
        punctual.receive(**fields)
    for index in order:
        late.receive(**MATTER[index])
    assert late.read_model() == punctual.read_model()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=5, max_size=15).filter(lambda drawn: set(drawn) == set(range(5))))
def test_receiving_anything_again_changes_nothing(drawn: list[int]) -> None:
    once, often = Desk(), Desk()
    for fields in MATTER:
        once.receive(**fields)
    for index in drawn:
        often.receive(**MATTER[index])
    assert often.read_model() == once.read_model()


def test_the_same_words_about_another_place_are_another_case() -> None:
    desk = Desk()
    desk.receive(record_no="1")
    desk.receive(record_no="2", day=2, place=ELSEWHERE)
    desk.receive(record_no="3", day=3, place=ELSEWHERE, petitioner_ref="R3")
    assert sorted(len(case.petitions) for case in desk.live()) == [1, 2]


def test_the_same_person_about_another_matter_is_another_case() -> None:
    desk = Desk()
    desk.receive(record_no="1")
    desk.receive(record_no="2", day=2, body=NOISE, title="油烟扰民", category="environment")
    assert len(desk.live()) == 2


def test_a_petition_that_bridges_two_cases_unites_them_and_the_ids_still_lead_there() -> None:
    desk = Desk()
    desk.receive(record_no="1", petitioner_ref="R1", day=10)
    desk.receive(record_no="2", petitioner_ref="R2", day=20, body=NOISE, title="油烟", category="")
    before = [case.case_id for case in desk.live()]
    desk.receive(record_no="3", petitioner_ref="R3", day=5, body=ROAD + NOISE, title="两个问题", category="")
    (case,) = desk.live()
    assert len(case.petitions) == 3
    assert {desk.book.case(old).case_id for old in before} == {case.case_id}  # type: ignore[union-attr]


def test_a_late_earlier_petition_becomes_the_first_and_the_old_id_forwards() -> None:
    desk = Desk()
    desk.receive(record_no="9", day=9, petitioner_ref="R9")
    (before,) = desk.live()
    desk.receive(record_no="1", day=1)
    (after,) = desk.live()
    assert after.petitions[0].record_no == "1"
    assert desk.book.case(before.case_id) == after


def decision(kind: DecisionKind, case: Case, number: int = 1) -> Decision:
    return Decision(
        decision_id=f"D{number}",
        kind=kind,
        case_id=case.case_id,
        home=case.home,
        by="市信访局",
        at=START,
        reason="核实属实",
    )


def test_a_decision_is_applied_once_and_survives_later_petitions() -> None:
    desk = Desk()
    desk.receive(**MATTER[0])
    made = decision(DecisionKind.ACCEPT, desk.live()[0])
    desk.decide(made)
    version = desk.live()[0].version
    desk.decide(made)
    assert desk.live()[0].version == version
    desk.receive(**MATTER[3])
    (case,) = desk.live()
    assert (case.status, len(case.petitions), len(case.notes)) == (CaseStatus.ACCEPTED, 2, 1)


def test_a_decision_about_an_unknown_case_is_not_lost_in_silence() -> None:
    desk = Desk()
    desk.receive(**MATTER[0])
    unknown = desk.live()[0].model_copy(update={"case_id": "C0000"})
    assert desk.decide(decision(DecisionKind.ACCEPT, unknown)) is None


def test_a_unit_that_a_person_named_stays_when_petitions_join() -> None:
    desk = Desk()
    desk.receive(**MATTER[0])
    named = decision(DecisionKind.REASSIGN, desk.live()[0]).with_changes(unit="411002-transport")
    desk.decide(named)
    desk.receive(**MATTER[3])
    held = desk.live()[0].jurisdiction
    assert (held.accountable_unit, held.ground) == ("411002-transport", Ground.DECIDED)


def test_what_is_derived_from_cases_is_made_again_from_the_changelog() -> None:
    desk, recovered = Desk(), Desk()
    for fields in MATTER[:3]:
        desk.receive(**fields)
    for case in desk.live():
        recovered.cases.derive(case.case_id.encode(), case.to_bytes())
        rederive(recovered.cases, case.case_id.encode(), case.to_bytes())
    recovered.histories = desk.histories
    for either in (desk, recovered):
        either.receive(**MATTER[3])
    assert recovered.read_model() == desk.read_model()


def test_what_another_desk_wrote_between_two_steps_is_seen() -> None:
    desk, other = Desk(), Desk()
    desk.receive(record_no="1")
    (case,) = desk.live()
    assert desk.book.case(case.case_id) == case
    other.book = Casebook(desk.cases, RULES)
    other.decide(decision(DecisionKind.ACCEPT, case))
    desk.book.finish()
    assert desk.book.case(case.case_id) == desk.live()[0] != case
