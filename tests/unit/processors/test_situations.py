"""What petition offices argue about: unit, ground and article of each situation, from the words of the letter.

The whole way of a letter: place, category, unit. The register is an excerpt of the shipped one, in
tests/samples/register, with the shipped tables of departments and competences.
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from processors.inquiry import Question, answer
from processors.register_files import load_register, shipped_folder
from processors.rulebook import Rulebook
from processors.rules.territory.check import problems_of
from schemas.terms import Channel

SAMPLES = Path(__file__).parents[2] / "samples"
DAY = date(2024, 6, 3)
LEAST = 150


@cache
def rulebook() -> Rulebook:
    return Rulebook(load_register(SAMPLES / "register", shipped_folder()))


def situations() -> Iterator[Any]:
    kinds = tomllib.loads((SAMPLES / "situations.toml").read_text("utf-8"))
    for kind, rows in kinds.items():
        for number, row in enumerate(rows, 1):
            yield pytest.param(row, id=f"{kind}-{number}")


def question(row: dict[str, Any]) -> Question:
    return Question(
        text=row["text"],
        county=row["from"],
        on=row.get("on", DAY),
        place=row.get("place", ""),
        channel=Channel(row.get("channel", "letter")),
    )


def test_the_table_has_the_situations_that_were_agreed() -> None:
    assert len(list(situations())) >= LEAST
    assert list(problems_of(rulebook().register)) == []


@pytest.mark.parametrize("row", situations())
def test_each_situation_has_its_unit_its_ground_and_its_article(row: dict[str, Any]) -> None:
    asked = question(row)
    decision = answer(asked, rulebook()).decision
    assert (decision.unit_name, decision.ground.value, decision.article) == (
        row["unit"],
        row["ground"],
        row["article"],
    )
    accused = rulebook().register.unit(decision.accused_unit, asked.on)
    if "accused" in row:
        assert (accused.name if accused else "") == row["accused"]
    assert decision.accountable_unit not in {decision.accused_unit, *decision.also_accused}
    assert "{" not in decision.reason + decision.reason_en
