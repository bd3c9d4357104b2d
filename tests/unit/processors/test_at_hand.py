"""A case at hand is written with the bytes of those of its petitions that stayed as they were."""

import pytest

from processors import at_hand
from processors.at_hand import CasesAtHand
from schemas.events import Case, CasePetition
from schemas.keys import case_id
from schemas.terms import CaseStatus, Verdict
from tests.petitions import START, jurisdiction, linked, member


def petition(number: int, **fields: object) -> CasePetition:
    return member(linked(record_no=str(number), day=number, **fields))  # type: ignore[arg-type]


def case_of(*petitions: CasePetition, version: int = 1) -> Case:
    return Case(
        case_id=case_id(petitions[0].petition_id),
        version=version,
        home="4110",
        opened_at=START,
        updated_at=START,
        jurisdiction=jurisdiction(),
        petitions=petitions,
    )


def test_a_case_is_written_as_by_itself_whatever_of_it_has_changed() -> None:
    first, second, third = (
        petition(1),
        petition(2, body='说：{"petitions":[]},,'),
        petition(3, title='"petitions":[]'),
    )
    repeated = second.with_changes(verdict=Verdict.REPEAT, evidence=("内容重合90%",))
    hand = CasesAtHand()
    for case in (
        case_of(first),
        case_of(first, second),
        case_of(first, repeated, third, version=2),
        case_of(first, third, version=3),
        case_of(first, third, version=3).with_changes(status=CaseStatus.MERGED, petitions=()),
        case_of(first, third, repeated, version=5),
    ):
        written = hand.written(case)
        assert written == case.to_bytes()
        assert Case.from_bytes(written) == case
        assert hand.case(case.case_id, written) is case


def test_a_petition_that_stayed_is_not_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    hand, first, second = CasesAtHand(), petition(1), petition(2)
    hand.written(case_of(first))
    written: list[str] = []
    to_bytes = CasePetition.to_bytes
    monkeypatch.setattr(CasePetition, "to_bytes", lambda self: written.append(self.petition_id) or to_bytes(self))
    hand.written(case_of(first, second, version=2))
    assert written == [second.petition_id]


def test_a_case_that_was_read_is_written_anew_and_known_by_its_bytes() -> None:
    hand, case = CasesAtHand(), case_of(petition(1), petition(2))
    value = case.to_bytes()
    read = hand.case(case.case_id, value)
    assert read == case
    assert hand.case(case.case_id, value) is read
    longer = read.with_changes(version=2, petitions=(*read.petitions, petition(3)))
    assert hand.written(longer) == longer.to_bytes()
    assert hand.case(case.case_id, value) is not read


def test_what_was_not_used_longest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_hand, "KEPT_AT_HAND", 2)
    hand, cases = CasesAtHand(), [case_of(petition(number)) for number in range(3)]
    values = [hand.written(case) for case in cases]
    assert hand.case(cases[2].case_id, values[2]) is cases[2]
    assert hand.case(cases[0].case_id, values[0]) is not cases[0]
