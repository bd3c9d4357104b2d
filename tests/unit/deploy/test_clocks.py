"""What `petitions why --clock` tells of an indexed case."""

from datetime import date

import orjson
import pytest

from consumers.search.documents import document_bytes
from deploy.clocks import as_data, clocks_of, lines
from processors.rules.deadlines import case_clocks, petition_clocks
from schemas.terms import StepKind
from tests.fakes_consumers import case, petition
from tests.steps import step

STEPS = [
    step(StepKind.TRANSFERRED, date(2024, 2, 7)),
    step(StepKind.CONCLUDED, date(2024, 3, 1)),
    step(StepKind.REVIEW_REQUESTED, date(2024, 3, 4)),
    step(StepKind.REVIEWED, date(2024, 4, 1)),
    step(StepKind.RE_REVIEW_REQUESTED, date(2024, 4, 8)),
    step(StepKind.HEARING_OPENED, date(2024, 4, 15)),
    step(StepKind.HEARING_CLOSED, date(2024, 4, 16)),
]
CASE = case(petition("XF-7", clocks=petition_clocks(date(2024, 2, 5))), clocks=case_clocks(STEPS))
INDEXED = orjson.loads(document_bytes(CASE))


def test_the_index_holds_every_clock_as_it_was_published() -> None:
    assert [clock for _, clock in clocks_of(INDEXED)] == [*CASE.clocks, *CASE.petitions[0].clocks]


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "zh",
            [
                "提出异议：第23条，5个工作日，自 2024-02-07 起，至 2024-02-20 止",
                "2024-02-12 周一  不计：春节，非工作日",
            ],
        ),
        ("zh", ["411002 XF-7  登记与转送交办：第22条，15日", "2024-04-15 周一  不计：听证期间不计入"]),
        ("en", ["object: article 23, 5 working days from 2024-02-07 to 2024-02-20", "2024-02-08 Thu  day 1"]),
    ],
)
def test_each_clock_is_told_with_its_article_and_each_of_its_days(lang: str, told: list[str]) -> None:
    text = "\n".join(lines(INDEXED, lang))
    assert [words for words in told if words not in text] == []


def test_programs_get_the_same_days() -> None:
    data = as_data(INDEXED)
    assert [clock["counted"][-1]["on"] for clock in data] == [clock["due_on"] for clock in data]
