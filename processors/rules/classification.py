"""What a matter is about, explained by the words that decided; nothing where they do not decide.

Two things speak: the words of a lexicon written by hand (categories.toml), whose weights are damped as they add up,
and margins learned from public letters (learned.csv.xz, see `learned.py`), which the categories of one label share.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from processors.rules.beside import Beside, Found
from processors.rules.learned import READ, Learned, Measured, Rows
from processors.rules.plain_text import begins_of, laid_out
from processors.rules.scheme import Issues, Scheme, Sector, shipped_scheme
from processors.rules.word_tree import WordTree
from processors.rules.words import Hit
from schemas.petition import Classification

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
_NONE, _SEVERAL = -1, -2
"""Instead of the number of a category: the words are too few, or speak for several."""
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

    def __init__(self, lexicon: Lexicon | None = None, scheme: Scheme | None = None) -> None:
        self._lexicon = lexicon or shipped_lexicon()
        words, scheme = self._lexicon, scheme or shipped_scheme()
        self._sectors = [scheme.sectors.get(code, _NO_SECTOR) for code in words.codes]
        self._issues = Issues(scheme, words.codes, words.terms, words.weights)
        self._beside = Beside(words.codes, words.names, words.terms, words.weights, scheme)
        self._words = WordTree(words.terms)
        self._labels = labels = np.array(self._lexicon.labels, np.intp)
        self._behind = np.array(self._lexicon.behind)
        self._is_rival = labels[:, None] != labels
        """For each category those that have another margin."""
        self._spoken_for, self._points = _by_term(self._lexicon)
        self._ranked = [_ranked_for(category, words) for category in range(len(words.codes))]
        self._ranks = [{term: rank for rank, term in enumerate(ranked)} for ranked in self._ranked]
        self._alike = _alike(self._words, words.terms)
        self._hints = {word: index for index, words in enumerate(self._lexicon.hints) for word in words}
        self._hinted = lru_cache(MOST_HINTS)(self._find_hinted)

    def classify(self, title: str, body: str, hint: str = "") -> Classification:
        """What one letter is about; `hint` is the county's own category in its words."""
        return self.classify_all([(title, body, hint)])[0]

    def classify_all(self, letters: Sequence[tuple[str, str, str]]) -> list[Classification]:
        """For each letter the category that its words speak for most; empty where they are too few or for several.

        A letter is title, body and hint. A word of the lexicon counts twice in the title.
        """
        if not letters:
            return []
        texts = [f"{title[:_TITLE]}\n{body[:_BODY]}" for title, body, _ in letters]
        points, ends = laid_out(texts)
        begins = begins_of(ends)
        read = self._lexicon.learned.read_points(points, begins, np.minimum(ends, begins + READ))
        titles = [len(title[:_TITLE]) for title, _, _ in letters]
        found = list(map(_found, texts, titles, self._words.find(points, ends)))
        scores = self._scores([one.terms for one in found], read)
        is_enough = scores.max(axis=1) >= _LEAST_SCORE
        self._add_hints(scores, [hint for _, _, hint in letters])
        best, top = scores.argmax(axis=1), scores.max(axis=1)
        shares = 1.0 / np.exp((scores - top[:, None]) / _TEMPERATURE).sum(axis=1)
        leads = top - np.where(self._is_rival[best], scores, -np.inf).max(axis=1)
        is_decided = is_enough & (leads >= _LEAST_LEAD)
        chosen = np.where(is_decided, best, np.where(is_enough, _SEVERAL, _NONE))
        return list(map(self._told, chosen.tolist(), shares.tolist(), found, read.rows))

    def _scores(self, found: list[list[int]], read: Measured) -> NDArray[np.float64]:
        """What speaks for each category, a row for each letter."""
        width = len(self._labels) + 1
        terms = np.array(list(chain.from_iterable(found)), np.intp)
        letters = np.repeat(np.arange(len(found)) * width, [len(words) for words in found])
        cells = letters[:, None] + self._spoken_for.take(terms, axis=0)
        points = self._points.take(terms, axis=0)
        counted = np.bincount(cells.ravel(), points.ravel(), len(found) * width).reshape(-1, width)[:, :-1]
        trust = _LEARNED * read.sizes**2 / (read.sizes**2 + _BRIEF**2)
        learned = np.zeros((len(found), read.margins.shape[1] + 1))
        learned[:, :-1] = trust[:, None] * np.maximum(read.margins.astype(np.float64) - _LEAST_MARGIN, 0.0)
        by_margin = np.maximum(learned.take(self._labels, axis=1) - self._behind, 0.0)
        scores: NDArray[np.float64] = counted / (1.0 + counted / _DAMPING) + by_margin
        return scores

    def _add_hints(self, scores: NDArray[np.float64], hints: Sequence[str]) -> None:
        for number, hint in enumerate(hints):
            if hint and (hinted := self._hinted(hint)) is not None:
                scores[number, hinted] += _HINT

    def _told(self, best: int, share: float, found: Found, rows: Rows) -> Classification:
        if best == _NONE:
            return _UNDECIDED.with_changes(score=round(share, 3))
        also = self._beside.of(best, found)
        if best == _SEVERAL:
            return _UNDECIDED.with_changes(score=round(share, 3), also=also if len(also) > 1 else ())
        sector, issue = self._sectors[best], self._issues.of(best, found.terms)
        return _UNDECIDED.with_changes(
            category=self._lexicon.codes[best],
            category_name=self._lexicon.names[best],
            score=round(share, 3),
            terms=self._deciding(best, found.terms, rows),
            sector=sector.code,
            sector_name=sector.name,
            issue=issue.code if issue is not None else "",
            issue_name=issue.name if issue is not None else "",
            also=also,
        )

    def _find_hinted(self, hint: str) -> int | None:
        """The category whose own words the hint names, the longest word first."""
        named = [word for word in self._hints if word in hint]
        return self._hints[max(named, key=len)] if named else None

    def _deciding(self, best: int, found: list[int], rows: Rows) -> tuple[str, ...]:
        """The words that spoke most for the category; a word inside a longer one is not repeated."""
        ranks, ranked = self._ranks[best], self._ranked[best]
        words: list[int] = []
        for rank in sorted([ranks[word] for word in set(found) if word in ranks]):
            if self._alike[ranked[rank]].isdisjoint(words):
                words.append(ranked[rank])
        chosen = [self._lexicon.terms[word] for word in words[:_MOST_TERMS]]
        label = self._lexicon.labels[best]
        if len(chosen) < _ENOUGH and label < len(self._lexicon.learned.labels):
            _tell(self._lexicon.learned.telling(rows, label), chosen)
        return tuple(chosen)


def _found(text: str, title: int, hits: list[Hit]) -> Found:
    """A letter with a title of so many characters."""
    titled = {word for word, start, _ in hits if start < title}
    return Found(text, hits, [*titled, *titled, *{word for word, start, _ in hits if start > title}])


def _by_term(lexicon: Lexicon) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each term the categories that it speaks for and how much, in columns; the rest nothing."""
    columns = max((len(row) for row in lexicon.weights), default=0)
    nothing = (len(lexicon.codes), 0.0)
    padded = [[*row, *[nothing] * (columns - len(row))] for row in lexicon.weights]
    table = np.array(padded, np.float64).reshape(len(padded), columns, 2)
    return table[:, :, 0].astype(np.intp), table[:, :, 1]


def _ranked_for(category: int, lexicon: Lexicon) -> list[int]:
    """The terms that speak enough for a category to be told, the strongest first."""
    weights = {term: weight for term, row in enumerate(lexicon.weights) for c, weight in row if c == category}
    telling = [term for term, weight in weights.items() if weight > _TOLD]
    return sorted(telling, key=lambda term: (-weights[term], -len(lexicon.terms[term]), lexicon.terms[term]))


def _alike(words: WordTree, terms: Sequence[str]) -> list[frozenset[int]]:
    """For each term those inside it and those around it."""
    alike: list[set[int]] = [set() for _ in terms]
    for around, hits in enumerate(words.find(*laid_out(terms))):
        for inside, _, _ in hits:
            alike[inside].add(around)
            alike[around].add(inside)
    return list(map(frozenset, alike))


_UNDECIDED = Classification()
_NO_SECTOR = Sector("", "")


def _tell(terms: Iterable[str], chosen: list[str]) -> None:
    """Add terms to those chosen, as many as are told, and none inside another."""
    for term in terms:
        if len(chosen) == _MOST_TERMS:
            return
        if not [other for other in chosen if term in other or other in term]:
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
