"""Did you mean: words of the list that sound like a typed one, or differ in one character. Pure.

Only names and terms that are public are suggested, never words of petitions: a suggestion tells nothing of a case.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from consumers.search.words import WordList

MOST = 3
LEAST_NEAR = 3
"""Two characters of which one is wrong could be anything."""


class Spelling:
    """Finds words of a list for others that are not in it."""

    def __init__(self, words: WordList) -> None:
        """The look-ups are made when the first word is not found: a second for some thousand words."""
        self.words = words

    def near(self, typed: str) -> list[str]:
        """Words that were perhaps meant, those that sound alike first; none for a known word."""
        if typed in self.words:
            return []
        alike = self._by_sound.get(_sound(typed), [])
        near = (
            [word for gap in _gaps(typed) for word in self._by_gap.get(gap, [])] if len(typed) >= LEAST_NEAR else []
        )
        return list(dict.fromkeys([*alike, *near]))[:MOST]

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._known:
            found[_sound(word)].append(word)
        return dict(found)

    @cached_property
    def _by_gap(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._known:
            if len(word) >= LEAST_NEAR:
                for gap in _gaps(word):
                    found[gap].append(word)
        return dict(found)

    @property
    def _known(self) -> list[str]:
        return sorted(self.words.places) + sorted(self.words.terms)


def _sound(word: str) -> str:
    """Pinyin without tones; Latin letters stay, so that `nanyang` sounds like 南阳."""
    from pypinyin import Style, lazy_pinyin  # its dictionaries take a third of a second, most searches need none

    return "".join(lazy_pinyin(word, style=Style.NORMAL)).lower()


def _gaps(word: str) -> Iterator[str]:
    """The word with each of its characters left out in turn."""
    for at in range(len(word)):
        yield f"{word[:at]}?{word[at + 1 :]}"
