"""From the names that a person gives to the judgement that every partition gets."""

import pytest

from deploy.judging import Ambiguous, Side, judgement, side
from schemas.terms import Opinion
from tests.petitions import START

CASE = {
    "home": "411002",
    "story": {"petitions": [{"petition_id": "P1", "record_no": "7"}, {"petition_id": "P2", "record_no": "8"}]},
}
WORDS = {"by": "市信访局", "reason": "当面核实", "at": START}


@pytest.mark.parametrize(("name", "meant"), [("P2", "P2"), ("C2", "P2"), ("8", "P2")])
def test_a_petition_is_meant_by_its_id_its_number_or_the_case_named_after_it(name: str, meant: str) -> None:
    assert side(name, [CASE]) == Side(meant, "411002")


@pytest.mark.parametrize(("name", "cases"), [("9", [CASE]), ("8", [CASE, CASE])])
def test_a_name_that_means_none_or_several_is_refused(name: str, cases: list[dict[str, object]]) -> None:
    with pytest.raises(Ambiguous):
        side(name, cases)


def test_a_judgement_is_the_same_whichever_petition_is_named_first_and_meets_in_the_county() -> None:
    one, other = Side("P2", "41"), Side("P1", "411303")
    made = judgement(one, other, Opinion.SAME, **WORDS)  # type: ignore[arg-type]
    assert made == judgement(other, one, Opinion.SAME, **WORDS)  # type: ignore[arg-type]
    assert (made.pair, made.meet_at) == (("P1", "P2"), "411303")


def test_a_petition_cannot_be_judged_against_itself() -> None:
    with pytest.raises(Ambiguous):
        judgement(Side("P1", "41"), Side("P1", "41"), Opinion.SAME, **WORDS)  # type: ignore[arg-type]
