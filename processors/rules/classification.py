"""What a matter is about, explained by the words that decided; nothing where they do not decide.

A linear model over the words of two lexicons: categories.toml, written by hand, and learned.json, weights of words
learned from public messages for broader groups, which the categories of a group share. One automaton finds all
words in one pass.
"""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from processors.rules.words import Words
from schemas.events import Classification

_BODY, _TITLE = 2_000, 300
"""Characters that are read; what a matter is about stands at the beginning."""
_TIERS = ("decisive", "typical", "supporting")
_LEAST_SCORE, _LEAST_LEAD, _LEAST_SHARE = 1.5, 0.8, 0.25
"""A category needs one typical word, a lead over whatever does not share its learned weights, and enough of all."""
_HINT = 1.5
"""What the county's own category counts: as much as one typical word."""
_LEARNED = 1.5
"""What a learned weight counts; more would fit the seven learned groups better and the other categories worse."""
_TEMPERATURE = 2.0
"""Words of one matter come together, so their weights say too much when they are simply added."""
_MOST_TERMS, _TOLD = 6, 0.5


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words and their weights for each category."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    hints: tuple[tuple[str, ...], ...]
    groups: dict[str, str]
    """Category code → the broader group whose learned weights it shares; empty where there is none."""
    terms: tuple[str, ...]
    weights: NDArray[np.float32]
    """One row for each term, one column for each category."""
    bias: NDArray[np.float32]


class Classifier:
    """Classifies letters by a lexicon. Building it takes some milliseconds; it does not change afterwards."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon or shipped_lexicon()
        self._words = Words(self._lexicon.terms, is_overlapping=True)
        groups = np.array([group or code for code, group in self._lexicon.groups.items()])
        self._rivals = [np.flatnonzero(groups != group) for group in groups]
        """For each category those outside its group, which have learned weights of their own."""
        self._hints = {
            word: index for index, words in enumerate(self._lexicon.hints) for word in sorted(words, key=len)
        }

    def classify(self, title: str, body: str, hint: str = "") -> Classification:
        """The category that the words speak for most; empty where they are too few or speak for several.

        A word in the title counts twice. `hint`, the county's own category in its words, is evidence, not a verdict.
        """
        lexicon = self._lexicon
        found = [*self._found(title[:_TITLE]) * 2, *self._found(body[:_BODY])]
        rows = lexicon.weights.take(found, axis=0)
        scores = lexicon.bias + np.add.reduce(rows)
        hinted = self._hinted(hint) if hint else None
        if hinted is not None:
            scores[hinted] += _HINT
        best = int(scores.argmax())
        share = 1.0 / float(np.add.reduce(np.exp((scores - scores[best]) / _TEMPERATURE)))
        lead = scores[best] - scores[self._rivals[best]].max()
        if scores[best] < _LEAST_SCORE or lead < _LEAST_LEAD or share < _LEAST_SHARE:
            return Classification(score=round(share, 3))
        return Classification(
            category=lexicon.codes[best],
            category_name=lexicon.names[best],
            score=round(share, 3),
            terms=self._deciding(found, rows[:, best].tolist()),
        )

    def _found(self, text: str) -> list[int]:
        return list({index for index, _, _ in self._words.find(text)}) if text else []

    def _hinted(self, hint: str) -> int | None:
        """The category whose own words the hint names, the longest word first."""
        named = [word for word in self._hints if word in hint]
        return self._hints[max(named, key=len)] if named else None

    def _deciding(self, found: list[int], weights: list[float]) -> tuple[str, ...]:
        """The words that spoke most for the category; a word inside a longer one is not repeated."""
        terms = self._lexicon.terms
        spoke = sorted(
            [(-weight, -len(terms[i]), terms[i]) for weight, i in zip(weights, found, strict=True) if weight > _TOLD]
        )
        chosen: list[str] = []
        for _, _, term in spoke:
            if not any(term in other or other in term for other in chosen):
                chosen.append(term)
                if len(chosen) == _MOST_TERMS:
                    break
        return tuple(chosen)


def read_lexicon(categories: str, learned: str) -> Lexicon:
    """Join the lexicon written by hand (TOML) and the learned weights (JSON) into one table."""
    data: dict[str, Any] = tomllib.loads(categories)
    points: dict[str, float] = data.pop("weights")
    model: dict[str, Any] = json.loads(learned)
    groups = {code: row["learned"] for code, row in data.items()}
    spread = np.array(
        [[_LEARNED * model["scale"] * (group == own) for own in groups.values()] for group in model["groups"]],
        np.float32,
    )
    rows = _learned_rows(model, data, spread)
    for column, row in enumerate(data.values()):
        for tier in _TIERS:
            for term in row[tier]:
                rows.setdefault(term, np.zeros(len(data), np.float32))[column] += points[tier]
    return Lexicon(
        codes=tuple(data),
        names=tuple(row["name"] for row in data.values()),
        hints=tuple(tuple(row["hints"]) for row in data.values()),
        groups=groups,
        terms=tuple(rows),
        weights=np.stack(list(rows.values())),
        bias=np.array(model["bias"], np.float32) @ spread,
    )


def _learned_rows(
    model: dict[str, Any], data: dict[str, Any], spread: NDArray[np.float32]
) -> dict[str, NDArray[np.float32]]:
    """Learned weights of words; where one was learned for another group, the lexicon by hand wins."""
    owners: dict[str, set[str]] = {}
    for row in data.values():
        for term in (*row["decisive"], *row["typical"]):
            owners.setdefault(term, set()).add(row["learned"])
    return {
        term: np.array(values, np.float32) @ spread
        for term, values in model["terms"].items()
        if term not in owners or model["groups"][int(np.argmax(values))] in owners[term]
    }


@cache
def shipped_lexicon() -> Lexicon:
    """The two lexicons that are shipped."""
    folder = files("processors.rules.lexicon")
    return read_lexicon((folder / "categories.toml").read_text("utf-8"), (folder / "learned.json").read_text("utf-8"))
