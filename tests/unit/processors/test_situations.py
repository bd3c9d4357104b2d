"""What petition offices argue about: unit, ground and article of each situation, from the words of the letter.

The whole way of a letter: place, category, unit. The register is an excerpt of the shipped one, in
tests/samples/register, with the shipped tables of departments and competences.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from processors.inquiry import Question, answer
from processors.register_files import load_register, shipped_folder
from processors.rulebook import Rulebook
from processors.rules.tenure import accountable
from processors.rules.territory.check import problems_of
from schemas.life import JurisdictionDecision
from schemas.office_time import OFFICE_TIME
from schemas.register_events import RegisterChange
from schemas.terms import Channel, StepKind
from tests.steps import step

SAMPLES = Path(__file__).parents[2] / "samples"
DAY = date(2024, 6, 3)
LEAST = 150


@cache
def rulebook() -> Rulebook:
    decree = RegisterChange.from_bytes((SAMPLES / "decree.json").read_bytes())
    return Rulebook(load_register(SAMPLES / "register", shipped_folder(), [decree]))


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


def held(decision: JurisdictionDecision, history: list[dict[str, Any]], on: date) -> JurisdictionDecision:
    """The unit that is accountable after what happened; `decision` is what the register says."""
    opened = datetime.combine(on, time(9), OFFICE_TIME)
    steps = [
        step(
            StepKind(happened["kind"]),
            opened + timedelta(days=happened["after"]),
            unit=happened.get("unit", ""),
            to_unit=happened.get("to", ""),
            article=happened.get("article", ""),
        )
        for happened in history
    ]
    return accountable(decision, opened, tuple(sorted(steps)), rulebook().rules.offices).jurisdiction


def test_the_table_has_the_situations_that_were_agreed() -> None:
    assert len(list(situations())) >= LEAST
    assert list(problems_of(rulebook().register)) == []


@pytest.mark.parametrize("row", situations())
def test_each_situation_has_its_unit_its_ground_and_its_article(row: dict[str, Any]) -> None:
    asked = question(row)
    decision = held(answer(asked, rulebook()).decision, row.get("history", []), asked.on)
    assert (decision.unit_name, decision.ground.value, decision.article) == (
        row["unit"],
        row["ground"],
        row["article"],
    )
    accused = rulebook().register.unit(decision.accused_unit, asked.on)
    if "accused" in row:
        assert (accused.name if accused else "") == row["accused"]
    assert decision.accountable_unit not in {decision.accused_unit, *decision.also_accused}
    if "assisting" in row:
        assert [unit.unit_name for unit in decision.assisting] == row["assisting"]
    assert "{" not in decision.reason + decision.reason_en
