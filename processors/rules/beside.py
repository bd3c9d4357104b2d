"""What else a letter is about: categories beside the leading one, each in sentences of its own.

A long letter mentions much: the school on the way, the police that was called. Another category counts only by words
of its issues, in sentences that do not speak of the leading one: two words, or one where the letter itself says that
more follows (另外, 此外).
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from processors.rules.scheme import Scheme
from processors.rules.words import Hit
from schemas.petition import AlsoAbout

_MORE = ("另外", "另，", "另有", "此外", "其次", "同时还", "还有就是")
_ENDS = re.compile(rf"[。！？；\n!?;]|(?P<more>{'|'.join(_MORE)})")
_NAMING = 3.0
"""Weight of words that name a category by themselves."""
_ENOUGH, _MOST = 2, 2


class Found(NamedTuple):
    """A letter as it is read, and the words of the lexicon in it."""

    text: str
    hits: list[Hit]
    terms: list[int]
    """Each once; those of the title twice more."""


class Beside:
    """Finds what stands beside the leading category; it does not change after it was built."""

    def __init__(
        self,
        codes: Sequence[str],
        names: Sequence[str],
        terms: Sequence[str],
        weights: Iterable[Iterable[tuple[int, float]]],
        scheme: Scheme,
    ) -> None:
        """`weights` are those of each term: number of a category, and what the term counts for it."""
        self._codes, self._names, self._terms = codes, names, terms
        rows = [tuple(row) for row in weights]
        troubles = [scheme.words_of(code) for code in codes]
        self._naming = [
            tuple([category for category, weight in row if weight >= _NAMING and term in troubles[category]])
            for term, row in zip(terms, rows, strict=True)
        ]
        self._speaking = [
            frozenset([category for category, weight in row if weight >= _NAMING or term in troubles[category]])
            for term, row in zip(terms, rows, strict=True)
        ]
        known = [frozenset([category for category, _ in row]) for row in rows]
        named = [number for number, categories in enumerate(self._naming) if categories]
        self._named = frozenset(named)
        self._named_beside = [
            frozenset([n for n in named if leading not in known[n]]) for leading in range(len(codes))
        ]
        """For each leading category the terms that name others and not that one."""

    def of(self, leading: int, found: Found) -> tuple[AlsoAbout, ...]:
        """The categories beside the leading one, a negative number where none leads; those with most words first."""
        beside = self._named_beside[leading] if leading >= 0 else self._named
        if beside.isdisjoint(found.terms):
            return ()
        text, hits, _ = found
        naming = [(term, at) for term, at, _ in hits if term in beside]
        if len({term for term, _ in naming}) < _ENOUGH and not any(word in text for word in _MORE):
            return ()
        ends = list(_ENDS.finditer(text))
        announced = [False, *[end["more"] is not None for end in ends]]
        starts = [end.end() for end in ends]
        led = {bisect_right(starts, at) for term, at, _ in hits if leading in self._speaking[term]}
        words: dict[int, list[str]] = {}
        told: set[int] = set()
        for term, at in naming:
            sentence = bisect_right(starts, at)
            for category in self._naming[term] if sentence not in led else ():
                words.setdefault(category, []).append(self._terms[term])
                told |= {category} if announced[sentence] else set()
        return self._chosen({category: _distinct(found) for category, found in words.items()}, told)

    def _chosen(self, words: dict[int, list[str]], told: set[int]) -> tuple[AlsoAbout, ...]:
        enough = [category for category in words if len(words[category]) >= _ENOUGH or category in told]
        enough.sort(key=lambda category: (-len(words[category]), category))
        return tuple(
            AlsoAbout(
                category=self._codes[category], category_name=self._names[category], terms=tuple(words[category])
            )
            for category in enough[:_MOST]
        )


def _distinct(words: Iterable[str]) -> list[str]:
    """Each word once, the longest first; one inside another is not a second one."""
    chosen: list[str] = []
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        if not any(word in other for other in chosen):
            chosen.append(word)
    return chosen
