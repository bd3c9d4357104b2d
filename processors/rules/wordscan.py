"""Finds the words of a small lexicon in a text: leftmost, longest, none inside another.

A text is turned into the numbers of its pairs of characters at once, and only where a pair begins a word is anything
compared. For a few hundred words this costs about half of what an automaton does, and a text in which the kinds of
words that are needed do not occur is left after one look.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

_CHARACTERS = 65_536
"""Characters beyond the basic plane begin no word."""


class WordScan:
    """Words of two characters or more, each with marks (bits) that say what it is good for."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        marked = sorted(words, key=lambda item: (-len(item[0]), item[0]))
        letters = sorted({letter for word, _ in marked for letter in word[:2]})
        self._width = len(letters) + 1
        self._numbers: NDArray[np.int32] = np.zeros(_CHARACTERS, np.int32)
        self._numbers[[ord(letter) for letter in letters]] = np.arange(1, self._width, dtype=np.int32)
        self._marks: NDArray[np.uint8] = np.zeros(self._width * self._width, np.uint8)
        self._by_pair: dict[str, list[tuple[str, int]]] = {}
        for word, mark in marked:
            first, second = self._numbers[[ord(letter) for letter in word[:2]]]
            self._marks[first * self._width + second] |= mark
            self._by_pair.setdefault(word[:2], []).append((word, mark))

    def words_in(self, text: str, *needed: int) -> list[tuple[int, str]]:
        """Where each word begins; nothing unless the words have all bits of one of `needed`."""
        if len(text) < 2:
            return []
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        numbers = self._numbers.take(points, mode="clip")
        marks = self._marks.take(numbers[:-1] * self._width + numbers[1:])
        seen = int(np.bitwise_or.reduce(marks))
        if all(seen & bits != bits for bits in needed):
            return []
        found, seen = self._compared(text, marks.nonzero()[0].tolist())
        return [] if all(seen & bits != bits for bits in needed) else found

    def _compared(self, text: str, places: list[int]) -> tuple[list[tuple[int, str]], int]:
        found: list[tuple[int, str]] = []
        end = seen = 0
        for place in places:
            if place < end:
                continue
            for word, mark in self._by_pair[text[place : place + 2]]:
                if text.startswith(word, place):
                    found.append((place, word))
                    end = place + len(word)
                    seen |= mark
                    break
        return found, seen
