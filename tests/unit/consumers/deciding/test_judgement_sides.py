"""From the names that a person gives to the judgement that every partition gets."""

import pytest

from consumers.deciding.judgements import Side, judgement, messages, side
from consumers.deciding.reasons import Unfit
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
    with pytest.raises(Unfit):
        side(name, cases)


def test_a_judgement_is_the_same_whichever_petition_is_named_first_and_meets_in_the_county() -> None:
    one, other = Side("P2", "41"), Side("P1", "411303")
    made = judgement(one, other, Opinion.SAME, **WORDS)  # type: ignore[arg-type]
    assert made == judgement(other, one, Opinion.SAME, **WORDS)  # type: ignore[arg-type]
    assert (made.pair, made.meet_at) == (("P1", "P2"), "411303")


def test_a_petition_cannot_be_judged_against_itself() -> None:
    with pytest.raises(Unfit):
        judgement(Side("P1", "41"), Side("P1", "41"), Opinion.SAME, **WORDS)  # type: ignore[arg-type]


def test_every_partition_gets_a_copy() -> None:
    made = judgement(Side("P1", "41"), Side("P2", "41"), Opinion.SAME, **WORDS)  # type: ignore[arg-type]
    sent = list(messages(made, 3))
    assert [one.partition for one in sent] == [0, 1, 2]
    assert len({(one.topic, one.key, one.value) for one in sent}) == 1
