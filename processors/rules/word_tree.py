"""Thousands of words found in one compiled pass over many texts."""

from collections.abc import Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from processors.rules.passes import PLANE, Lengths, Points, words_within
from processors.rules.words import Hit

_PART = 0xFFFFF
"""The bits of a word and of its start; see `words_within`."""


class WordTree:
    """The words of a list, in its order, for many texts at once. It does not change after it was built."""

    __slots__ = ("_tree",)

    def __init__(self, words: Sequence[str]) -> None:
        """Words of characters of the basic plane, each once."""
        characters = sorted({character for word in words for character in word})
        numbers = np.zeros(PLANE + 1, np.int16)
        numbers[[ord(character) for character in characters]] = range(1, len(characters) + 1)
        nodes = {begin: node for node, begin in enumerate(dict.fromkeys(chain.from_iterable(map(_begins, words))))}
        first = np.full(len(characters) + 1, -1, np.int16)
        begun = np.full((len(characters) + 1, len(characters) + 1), -1, np.int16)
        complete = np.full(len(nodes), -1, np.int32)
        complete[[nodes[word] for word in words]] = range(len(words))
        branches: list[list[tuple[int, int]]] = [[] for _ in nodes]
        for begin, node in nodes.items():
            *_, last = path = numbers[[ord(character) for character in begin]].tolist()
            if len(path) == 1:
                first[last] = node
            elif len(path) == 2:
                begun[tuple(path)] = node
            else:
                branches[nodes[begin[:-1]]].append((last, node))
        self._tree = numbers, first, begun, _side_by_side(branches), complete, max(map(len, words))

    def find(self, points: Points, ends: Lengths) -> list[list[Hit]]:
        """The words of each text, also those inside another, in the order of their ends; texts lie side by side."""
        found, counts = words_within(points, ends, *self._tree)
        hits = list(
            zip((found & _PART).tolist(), (found >> 20 & _PART).tolist(), (found >> 40).tolist(), strict=True)
        )
        return [hits[start:end] for start, end in pairwise([0, *counts.tolist()])]


def _begins(word: str) -> list[str]:
    return [word[:length] for length in range(1, len(word) + 1)]


def _side_by_side(branches: list[list[tuple[int, int]]]) -> NDArray[np.int32]:
    """Where the branches of each node begin, one more for where the last ones end, and all of them."""
    every = list(chain.from_iterable(branches))
    edges = np.zeros((max(len(branches) + 1, len(every)), 3), np.int32)
    edges[1 : len(branches) + 1, 0] = np.cumsum([len(own) for own in branches])
    edges[len(branches) + 1 :, 0] = len(every)
    edges[: len(every), 1:] = np.array(every, np.int32).reshape(-1, 2)
    return edges
