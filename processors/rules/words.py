"""Thousands of words found in one pass over a text, by an Aho-Corasick automaton, or over many texts by a tree."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from processors.rules.passes import PLANE, Lengths, Points, words_within

Hit = tuple[int, int, int]
"""Number of the word, where it begins, where it ends (exclusive)."""


class Words:
    """The words of a list, in its order. Building it takes milliseconds; it does not change afterwards."""

    __slots__ = ("_automaton", "_is_overlapping")

    def __init__(self, words: Iterable[str], *, is_overlapping: bool) -> None:
        """`is_overlapping`: every word counts, also inside another; else the longest from the left."""
        self._is_overlapping = is_overlapping
        self._automaton = AhoCorasick(
            words,
            matchkind=MatchKind.Standard if is_overlapping else MatchKind.LeftmostLongest,
            store_patterns=False,
            implementation=Implementation.ContiguousNFA,
        )

    def find(self, text: str) -> list[Hit]:
        """The words of a text; overlapping ones in the order of their ends, others in that of the text."""
        try:
            return self._automaton.find_matches_as_indexes(text, self._is_overlapping)
        except UnicodeEncodeError:
            # Half a surrogate pair, as terminals hand over broken input: one character stays one character.
            whole = text.encode("utf-8", "replace").decode("utf-8")
            return self._automaton.find_matches_as_indexes(whole, self._is_overlapping)


class WordTree:
    """The words of a list, in its order, for many texts at once. It does not change after it was built."""

    __slots__ = ("_tree",)

    def __init__(self, words: Sequence[str]) -> None:
        """Words of characters of the basic plane, each once."""
        characters = sorted({character for word in words for character in word})
        numbers = np.zeros(PLANE + 1, np.int32)
        numbers[[ord(character) for character in characters]] = range(1, len(characters) + 1)
        branches: list[dict[int, int]] = [{}]
        complete = [-1]
        for number, word in enumerate(words):
            node = 0
            for character in numbers[[ord(character) for character in word]].tolist():
                if character not in branches[node]:
                    branches[node][character] = len(branches)
                    branches.append({})
                    complete.append(-1)
                node = branches[node][character]
            complete[node] = number
        first = np.full(len(characters) + 1, -1, np.int32)
        first[list(branches[0])] = list(branches[0].values())
        ends = np.cumsum([0, *map(len, branches)]).tolist()
        edges = [*pairwise(ends), *[branch for below in branches for branch in below.items()]]
        self._tree = numbers, first, np.array(edges, np.int32).reshape(-1, 2), np.array(complete, np.int32)

    def find(self, points: Points, ends: Lengths) -> list[list[Hit]]:
        """The words of each text, also those inside another, in the order of their ends; texts lie side by side."""
        found, counts = words_within(points, ends, *self._tree)
        hits = list(map(tuple, found.tolist()))
        return [hits[start:end] for start, end in pairwise([0, *counts.tolist()])]
