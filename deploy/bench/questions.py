"""What officials ask of a search, as a mix of kinds, made from the words of letters. Pure."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from consumers.api.cases import Search

PAGES = 5
"""So many pages one turns who looks for something in a long result."""
_CLAUSE = re.compile(r"[\u4e00-\u9fff]{6,}")
COUNTIES = ("411302", "411303", "411324", "411381")
CATEGORIES = ("labour", "housing", "land", "traffic")


@dataclass(frozen=True, slots=True)
class Question:
    """One search, and how many of its pages are read."""

    kind: str
    search: Search
    pages: int = 1


Draw = Callable[[int], str]
"""Gives so many characters of a letter that follow one another."""


def questions(texts: Iterator[str], count: int, seed: int) -> list[Question]:
    """So many questions, the kinds in turn."""
    chance = random.Random(seed)
    kinds = list(KINDS.items())

    def draw(length: int) -> str:
        clauses = next(found for text in texts if (found := _CLAUSE.findall(text)))
        clause = chance.choice(clauses)
        start = chance.randrange(len(clause) - length + 1)
        return str(clause[start : start + length])

    return [_question(*kinds[number % len(kinds)], draw, chance) for number in range(count)]


def _question(
    kind: str, make: Callable[[Draw, random.Random], Search], draw: Draw, chance: random.Random
) -> Question:
    return Question(kind, make(draw, chance), PAGES if kind == TURNED else 1)


TURNED = "five pages of fifty"
KINDS: Mapping[str, Callable[[Draw, random.Random], Search]] = {
    "two words": lambda draw, chance: Search(f"{draw(2)} {draw(3)}", facets=True),
    "four words": lambda draw, chance: Search(f"{draw(2)} {draw(2)} {draw(2)} {draw(2)}", facets=True),
    "a phrase": lambda draw, chance: Search(f'"{draw(6)}"', facets=True),
    "a word in a county": lambda draw, chance: Search(f"{draw(2)} place:{chance.choice(COUNTIES)}", facets=True),
    "filters, the newest first": lambda draw, chance: Search(
        f"status:handling repeats:>0 category:{chance.choice(CATEGORIES)}", "newest", facets=True
    ),
    "overdue, by due day": lambda draw, chance: Search(f"overdue:yes {draw(2)}", "due", facets=True),
    TURNED: lambda draw, chance: Search(draw(2), size=50),
}
