"""What a matter is about, explained by the words that decided; nothing where they do not decide.

Two things speak: the words of a lexicon written by hand (categories.toml), whose weights are damped as they add up,
and margins learned from public letters (learned.csv.xz, see `learned.py`), which the categories of one label share.
"""

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from processors.rules.learned import READ, Learned
from processors.rules.words import Words
from schemas.events import Classification

_BODY, _TITLE = 1_500, 300
"""Characters that are read; what a matter is about stands at the beginning."""
_TIERS = ("decisive", "typical", "supporting")
_DAMPING = 5.0
"""What the words of one category count at most: long letters hold many words of everything."""
_LEARNED, _LEAST_MARGIN = 12.0, -0.5
"""What a learned margin counts above the least one; a margin below that says no more than none."""
_BRIEF = 1_500.0
"""Square of a text's weight at which its margins count half: in a few sentences the words written by hand decide."""
_HINT = 2.5
"""What the county's own category counts: evidence, not a verdict."""
_LEAST_SCORE, _LEAST_LEAD = 1.5, 0.4
"""A category needs more than one typical word, and a lead over whatever does not share its margin."""
_TEMPERATURE = 2.0
_MOST_TERMS, _TOLD, _ENOUGH = 6, 0.5, 3
MOST_HINTS = 1_000
"""A county has few categories of its own; so many of their names are remembered."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The scheme, the words written by hand with their weights, and the learned margins."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    hints: tuple[tuple[str, ...], ...]
    labels: tuple[int, ...]
    """For each category the number of the learned label of its letters; that after the last where none is."""
    behind: tuple[float, ...]
    """Points of the margin that a category does not get, because most letters of its label are another's."""
    terms: tuple[str, ...]
    weights: tuple[tuple[tuple[int, float], ...], ...]
    """For each term the categories that it speaks for, and how much."""
    learned: Learned


class Classifier:
    """Classifies letters by a lexicon. Building it takes some tenths of a second; it does not change afterwards."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon or shipped_lexicon()
        self._words = Words(self._lexicon.terms, is_overlapping=True)
        self._labels = labels = self._lexicon.labels
        self._rivals = [[i for i, other in enumerate(labels) if other != label] for label in labels]
        """For each category those that have another margin."""
        self._hints = {word: index for index, words in enumerate(self._lexicon.hints) for word in words}
        self._hinted = lru_cache(MOST_HINTS)(self._find_hinted)

    def classify(self, title: str, body: str, hint: str = "") -> Classification:
        """The category that the words speak for most; empty where they are too few or speak for several.

        A word of the lexicon counts twice in the title. `hint` is the county's own category in its words.
        """
        title, body = title[:_TITLE], body[:_BODY]
        found = [*self._found(title) * 2, *self._found(body)]
        by_hand = [0.0] * len(self._labels)
        for term in found:
            for category, weight in self._lexicon.weights[term]:
                by_hand[category] += weight
        margins, size, pairs = self._lexicon.learned.read(f"{title}\n{body}"[:READ])
        trust = _LEARNED * size**2 / (size**2 + _BRIEF**2)
        counted = [*[trust * max(margin - _LEAST_MARGIN, 0.0) for margin in margins.tolist()], 0.0]
        scores = [
            points / (1.0 + points / _DAMPING) + max(counted[label] - behind, 0.0)
            for points, label, behind in zip(by_hand, self._labels, self._lexicon.behind, strict=True)
        ]
        is_enough = max(scores) >= _LEAST_SCORE
        if hint and (hinted := self._hinted(hint)) is not None:
            scores[hinted] += _HINT
        top = max(scores)
        best = scores.index(top)
        share = round(1.0 / sum([exp((score - top) / _TEMPERATURE) for score in scores]), 3)
        if not is_enough or top - max([scores[i] for i in self._rivals[best]]) < _LEAST_LEAD:
            return _UNDECIDED.with_changes(score=share)
        return _UNDECIDED.with_changes(
            category=self._lexicon.codes[best],
            category_name=self._lexicon.names[best],
            score=share,
            terms=self._deciding(best, found, pairs),
        )

    def _found(self, text: str) -> list[int]:
        return list({index for index, _, _ in self._words.find(text)}) if text else []

    def _find_hinted(self, hint: str) -> int | None:
        """The category whose own words the hint names, the longest word first."""
        named = [word for word in self._hints if word in hint]
        return self._hints[max(named, key=len)] if named else None

    def _deciding(self, best: int, found: list[int], pairs: NDArray[np.uint16]) -> tuple[str, ...]:
        """The words that spoke most for the category; a word inside a longer one is not repeated."""
        terms, weights = self._lexicon.terms, self._lexicon.weights
        spoke = sorted(
            [
                (-weight, -len(terms[i]), terms[i])
                for i in set(found)
                for category, weight in weights[i]
                if category == best and weight > _TOLD
            ]
        )
        chosen: list[str] = []
        for _, _, term in spoke:
            _tell(term, chosen)
        label = self._lexicon.labels[best]
        if len(chosen) < _ENOUGH and label < len(self._lexicon.learned.labels):
            for term in self._lexicon.learned.telling(pairs, label):
                _tell(term, chosen)
        return tuple(chosen)


_UNDECIDED = Classification()


def _tell(term: str, chosen: list[str]) -> None:
    if len(chosen) < _MOST_TERMS and not any(term in other or other in term for other in chosen):
        chosen.append(term)


def read_lexicon(categories: str, learned: Learned) -> Lexicon:
    """The lexicon written by hand (TOML) beside the learned margins."""
    data: dict[str, Any] = tomllib.loads(categories)
    points: dict[str, float] = data.pop("weights")
    rows: dict[str, dict[int, float]] = {}
    for column, row in enumerate(data.values()):
        for tier in _TIERS:
            for term in row[tier]:
                rows.setdefault(term, {})[column] = points[tier]
    labels = {label: number for number, label in enumerate(learned.labels)}
    return Lexicon(
        codes=tuple(data),
        names=tuple(row["name"] for row in data.values()),
        hints=tuple(tuple(row["hints"]) for row in data.values()),
        labels=tuple(labels.get(row["learned"], len(labels)) for row in data.values()),
        behind=tuple(row.get("behind", 0.0) for row in data.values()),
        terms=tuple(rows),
        weights=tuple(tuple(row.items()) for row in rows.values()),
        learned=learned,
    )


@cache
def shipped_lexicon() -> Lexicon:
    """The lexicon and the learned margins that are shipped."""
    folder = files("processors.rules.lexicon")
    categories = (folder / "categories.toml").read_text("utf-8")
    return read_lexicon(categories, Learned.from_bytes((folder / "learned.csv.xz").read_bytes()))
