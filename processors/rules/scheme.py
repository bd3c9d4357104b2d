"""The scheme of matters as data (lexicon/scheme.toml): sectors hold categories, categories hold issues.

A category says who is in charge; its sector and its issue say more roughly and more exactly what the matter is.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

_LEAST, _LEAD = 1.5, 1.5
"""An issue needs a typical word of its own, and half as much again as the next one of its category."""


@dataclass(frozen=True, slots=True, eq=False)
class Issue:
    """The lowest level: what a category's department would call the trouble."""

    code: str
    name: str
    words: frozenset[str]
    """Those words of its category that name it."""


class Sector(NamedTuple):
    """The highest level."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """All three levels, by the codes of the categories."""

    sectors: dict[str, Sector]
    """Category → its sector."""
    issues: dict[str, tuple[Issue, ...]]
    """Category → its issues."""

    def words_of(self, category: str) -> frozenset[str]:
        """All words that name an issue of the category."""
        return frozenset().union(*(issue.words for issue in self.issues.get(category, ())))


class Issues:
    """Tells the issue of a letter whose category is known, by the terms of a lexicon; does not change afterwards."""

    def __init__(
        self,
        scheme: Scheme,
        codes: Sequence[str],
        terms: Sequence[str],
        weights: Iterable[Iterable[tuple[int, float]]],
    ) -> None:
        """`weights` are those of each term: number of a category, and what the term counts for it."""
        issue_of = [{word: issue for issue in scheme.issues.get(code, ()) for word in issue.words} for code in codes]
        self._counts: list[dict[int, tuple[Issue, float]]] = [{} for _ in codes]
        """For each category: term → the issue that it names, and what it counts."""
        for number, (term, row) in enumerate(zip(terms, weights, strict=True)):
            for category, weight in row:
                issue = issue_of[category].get(term)
                if issue is not None:
                    self._counts[category][number] = (issue, weight)

    def of(self, category: int, found: Iterable[int]) -> Issue | None:
        """The issue that the terms of a letter name; None where they name none, or several."""
        counts = self._counts[category]
        points: dict[Issue, float] = {}
        for term in found:
            if term in counts:
                issue, weight = counts[term]
                points[issue] = points.get(issue, 0.0) + weight
        if not points:
            return None
        best = max(points, key=points.__getitem__)
        rest = max([told for issue, told in points.items() if issue is not best], default=0.0)
        return best if points[best] >= _LEAST and points[best] >= _LEAD * rest else None


def read_scheme(text: str) -> Scheme:
    """Read a scheme in the format of `scheme.toml`."""
    data: dict[str, Any] = tomllib.loads(text)
    return Scheme(
        sectors={
            category: Sector(code, row["name"])
            for code, row in data["sectors"].items()
            for category in row["categories"]
        },
        issues={
            category: tuple(
                Issue(f"{category}.{code}", row["name"], frozenset(row["words"])) for code, row in rows.items()
            )
            for category, rows in data["issues"].items()
        },
    )


@cache
def shipped_scheme() -> Scheme:
    """The scheme that is shipped."""
    return read_scheme((files("processors.rules.lexicon") / "scheme.toml").read_text("utf-8"))
