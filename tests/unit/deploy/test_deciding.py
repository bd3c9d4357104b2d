import pytest

from deploy.deciding import UnitMissing, decision
from schemas.terms import DecisionKind
from tests.petitions import START

CASE = {"case_id": "C1", "home": "411002"}


def test_the_same_decision_made_again_has_the_same_id() -> None:
    made = [decision(CASE, DecisionKind.ACCEPT, by="市信访局", reason="属实", at=START) for _ in range(2)]
    assert made[0].decision_id == made[1].decision_id
    assert (made[0].case_id, made[0].home) == ("C1", "411002")


@pytest.mark.parametrize(("kind", "unit"), [(DecisionKind.REASSIGN, ""), (DecisionKind.ACCEPT, "411002-transport")])
def test_a_unit_goes_with_reassign_and_with_nothing_else(kind: DecisionKind, unit: str) -> None:
    with pytest.raises(UnitMissing):
        decision(CASE, kind, by="市信访局", reason="属实", at=START, unit=unit)
