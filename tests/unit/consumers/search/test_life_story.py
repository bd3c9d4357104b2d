"""The life of a case in plain words."""

from datetime import date

import orjson
import pytest

from consumers.search.documents import document_bytes
from consumers.search.life_story import tell_life
from schemas.life import Irregularity, Refusal, Tenure
from schemas.terms import CaseStatus, Ground, StepKind
from tests.fakes_consumers import START, case

REFUSAL = Refusal(
    step_id="S1",
    at=START,
    unit="411002-transport",
    sender="411002-petition",
    article="三定方案",
    due_on=date(2026, 3, 1),
    is_in_time=False,
    wrong_unit="411002-transport",
    reason="超过五个工作日",
)
CASE = case(
    tenures=(
        Tenure(unit="411002-petition", since=START, ground=Ground.TERRITORY),
        Tenure(unit="411002-transport", since=START, ground=Ground.DECIDED),
    ),
    refusals=(REFUSAL, REFUSAL.with_changes(wrong_unit="", is_in_time=True, article="", reason="裁定已经更改")),
    irregularities=(
        Irregularity(step_id="S2", kind=StepKind.ACCEPTED, at=START, status=CaseStatus.CONCLUDED, is_followed=True),
    ),
)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "zh",
            [
                "责任单位沿革",
                "自 2026-03-02 起：411002-transport（人工决定）",
                "异议台账（共 2 次）",
                "411002-transport 提出异议，退回 411002-petition，依据：三定方案，已超过五个工作日（2026-03-01）",
                "认定：411002-transport 有误，超过五个工作日",
                "认定：裁定已经更改",
                "受理：当时为“已办结”，仍按此办理",
            ],
        ),
        ("en", ["Refusals (2)", "411002-transport was wrong", "accepted: the case was concluded, followed"]),
    ],
)
def test_tenures_refusals_and_irregular_steps_are_told(language: str, told: list[str]) -> None:
    text = "\n".join(tell_life(orjson.loads(document_bytes(CASE)), language))
    assert [words for words in told if words not in text] == []


def test_a_regular_life_adds_nothing_to_the_story() -> None:
    assert list(tell_life(orjson.loads(document_bytes(case())), "zh")) == []
