import pytest

from deploy.deciding import UnitMissing, decision
from schemas.terms import DecisionKind
from tests.petitions import START

CASE = {"case_id": "C1", "home": "411002"}


def test_the_same_decision_made_again_has_the_same_id() -> None:
    made = [decision(CASE, DecisionKind.ACCEPT, by="市信访局", reason="属实", at=START) for _ in range(2)]
    assert made[0].decision_id == made[1].decision_id
    assert (made[0].case_id, made[0].home) == ("C1", "411002")


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        (DecisionKind.REASSIGN, ""),
        (DecisionKind.TRANSFER, ""),
        (DecisionKind.ASSIGN, ""),
        (DecisionKind.OBJECT, "411002-transport"),  # without what it cites
    ],
)
def test_who_passes_a_case_on_says_to_whom_and_who_refuses_says_why(kind: DecisionKind, unit: str) -> None:
    with pytest.raises(UnitMissing):
        decision(CASE, kind, by="市信访局", reason="属实", at=START, unit=unit)
