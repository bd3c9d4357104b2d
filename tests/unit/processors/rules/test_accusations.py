"""The unit complained about withdraws, whichever letter of the matter says so (articles 28 and 30)."""

from datetime import date
from itertools import permutations

import pytest

from processors.rulebook import Rulebook
from processors.rules.accusations import read_for_accusations
from processors.rules.case_life import Draft, close, united
from processors.rules.repeat import trace_of
from schemas.events import Case, CasePetition
from schemas.life import CaseNote
from schemas.petition import Place
from schemas.terms import Confidence, DecisionKind, Ground, Level, StepKind
from tests.petitions import START, linked, member
from tests.small_register import HEYANG, PINGSHAN, SHIQIAO, small_register

RULES = Rulebook(small_register()).rules
PLACE = Place(code=SHIQIAO, name="甲江省江州市河阳县石桥镇", level=Level.TOWNSHIP, confidence=Confidence.CERTAIN)
IN_PINGSHAN = Place(code=PINGSHAN, name="甲江省江州市平山市", level=Level.COUNTY, confidence=Confidence.CERTAIN)
HOUSING, NATURAL = f"{HEYANG}-housing", f"{PINGSHAN}-natural_resources"
LEAKS = "河阳县石桥镇安置小区房屋漏水，请求维修。"
ACCUSES = "河阳县石桥镇安置小区房屋漏水，河阳县住建局推诿扯皮不作为，我要投诉住建局。"


def letter(number: int, body: str, *, place: Place = PLACE, source: str = HEYANG, **fields: object) -> CasePetition:
    made = linked(
        place=place, category="housing", record_no=str(number), source=source, body=body, title="房屋漏水", **fields
    )
    return member(made)


def closed(*members: CasePetition, before: Case | None = None, notes: tuple[CaseNote, ...] = ()) -> Case:
    traces = {m.petition_id: trace_of(m, m.place, m.classification, m.home) for m in members}
    draft = Draft(HEYANG, members, changed=frozenset(traces), notes=notes)
    if before is not None:
        known = {m.petition_id for m in before.petitions}
        members = (*before.petitions, *(m for m in members if m.petition_id not in known))
        draft = united([before])._replace(members=members, changed=frozenset(traces) - known)
    return close(draft, before.version + 1 if before is not None else 1, RULES, traces.__getitem__)


def handed(unit: str, on: date) -> CaseNote:
    return CaseNote(
        at=START.replace(year=on.year, month=on.month, day=on.day),
        text="转办",
        by="江州市信访局",
        decision_id="D1",
        kind=DecisionKind.REASSIGN,
        unit=unit,
    )


@pytest.mark.parametrize("person", ["R1", "R2", None])
def test_a_later_letter_that_complains_about_the_unit_takes_the_case_from_it(person: str | None) -> None:
    first, later = letter(1, LEAKS), letter(2, ACCUSES, day=20, petitioner_ref=person)
    assert closed(first).jurisdiction.accountable_unit == HOUSING
    case = closed(first, later)
    assert case.jurisdiction.accountable_unit == closed(letter(2, ACCUSES)).jurisdiction.accountable_unit != HOUSING
    assert case.jurisdiction.ground is Ground.CONFLICT_OF_INTEREST
    assert case.jurisdiction.accused_units == {HOUSING}
    assert "被反映对象：河阳县住房和城乡建设局（同一事项的其他来信）" in case.jurisdiction.evidence


def test_the_order_in_which_the_letters_come_does_not_matter() -> None:
    letters = (letter(1, LEAKS), letter(2, ACCUSES, day=3, petitioner_ref="R2"), letter(3, LEAKS, day=5))
    found = []
    for first, *rest in permutations(letters):
        case = closed(first)
        for number in range(len(rest)):
            case = closed(first, *rest[: number + 1], before=case)
        found.append(case.with_changes(version=1))
    assert all(case == closed(*letters) for case in found)


def test_without_the_letter_the_unit_has_the_case_again() -> None:
    first, later = letter(1, LEAKS), letter(2, ACCUSES, day=20)
    both = closed(first, later)
    parted = close(
        united([both])._replace(members=both.petitions[:1], before=None), 3, RULES, lambda _: pytest.fail("not asked")
    )
    assert (parted.jurisdiction.accountable_unit, parted.jurisdiction.accused_units) == (HOUSING, set())


def test_nobody_hands_the_case_to_the_unit_that_a_later_letter_complains_about() -> None:
    letters = (letter(1, LEAKS), letter(2, ACCUSES, day=20, petitioner_ref="R2"))
    case = closed(*letters, notes=(handed(HOUSING, date(2025, 5, 1)),))
    assert case.jurisdiction.accountable_unit != HOUSING
    assert [odd.kind for odd in case.irregularities] == [StepKind.REASSIGNED]


def test_who_carries_on_the_powers_of_the_unit_complained_about_does_not_get_the_case() -> None:
    """The housing bureau of Pingshan became part of natural resources on 1 January 2022."""
    body = "平山市住建局违规审批，包庇开发商，拒不处理，我要投诉住建局。"
    accusing = letter(1, body, place=IN_PINGSHAN, source=PINGSHAN, day=(date(2021, 11, 1) - START.date()).days)
    assert closed(accusing).jurisdiction.accused_units == {f"{PINGSHAN}-housing"}
    case = closed(accusing, notes=(handed(NATURAL, date(2022, 3, 1)),))
    assert case.jurisdiction.accountable_unit != NATURAL
    assert case.irregularities


def test_letters_are_not_read_anew_because_their_place_was_renamed() -> None:
    before = closed(letter(1, LEAKS), letter(2, ACCUSES, day=20))
    renamed = before.with_changes(place=PLACE.with_changes(name="甲江省江州市河阳县石桥街道"))

    def read(petition: CasePetition, place: Place) -> tuple[str, ...]:
        raise AssertionError(petition.record_no)

    members = read_for_accusations(before.petitions, PLACE, renamed, frozenset(), read, is_first_apart=True)
    assert members == before.petitions
