"""What a text is about, by weights learned from labelled letters: some for each pair of Chinese characters in it.

A linear model, one against the rest for each label: the weights of all pairs are added, divided by the weight that
the text has as a whole, and a bias is added. A margin above zero speaks for the label, one below against it. Pairs of
characters need no segmentation, and most of them are words (工资, 医院, 公交).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from processors.rules.packing import packed, unpacked
from processors.rules.passes import Lengths, Points, rows_above, weighed_pairs
from processors.rules.plain_text import begins_of, laid_out

UNIT = 0.05
"""Weights are kept as whole numbers of this."""
COLUMNS = ("pair", "told", "rarity")
"""Before the labels: the pair (empty in the row of the biases), whether it may be told, how rare it is."""
READ = 700
"""Characters that weights were learned from, and are read."""
SHORT = 500.0
"""Added to the square of a text's weight: a few characters have small margins, however much each says."""
_CHARACTERS = 65_536
"""Characters beyond the basic plane are in no pair."""
_TELLS = 1.5
"""A pair with less weight says nothing by itself."""

Margins = NDArray[np.float32]
Rows = NDArray[np.uint16]


class Measured(NamedTuple):
    """What the weights say about some texts."""

    margins: Margins
    """A row for each text with the margin of each label."""
    sizes: NDArray[np.float64]
    """The square of each text's weight."""
    rows: list[Rows]
    """For each text the row of weights of every pair in it."""


@dataclass(frozen=True, slots=True)
class Learned:
    """The weights, and where those of a pair are found."""

    labels: tuple[str, ...]
    words: tuple[str, ...]
    """For each row of weights the pair where it may be told, else empty; the first row is that of all other pairs."""
    weights: NDArray[np.float32]
    """A column for each label, and the square of the pair's rarity."""
    by_label: NDArray[np.float32]
    """The same, a row for each label."""
    bias: Margins
    numbers: NDArray[np.int32]
    """Character → its number, 0 for most."""
    width: int
    """One more than the highest number."""
    rows: Rows
    """Number of the first character times width plus that of the second → row of weights."""

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read what `to_bytes` wrote."""
        lines = unpacked(content).splitlines()
        labels = tuple(lines[0].split(",")[len(COLUMNS) :])
        values = np.array([line.split(",")[1:] for line in lines[1:]], np.int16)
        pairs = ["", *(line[:2] for line in lines[2:])]
        weights = np.concatenate([values[:, 2:], values[:, 1:2]], axis=1).astype(np.float32) * np.float32(UNIT)
        weights[:, -1] **= 2
        bias, weights[0] = weights[0, :-1].copy(), 0.0
        points = np.array([[ord(pair[0]), ord(pair[1])] for pair in pairs[1:]], np.intp).reshape(-1, 2)
        numbers = np.zeros(_CHARACTERS, np.int32)
        known = np.unique(points)
        numbers[known] = np.arange(1, len(known) + 1)
        width = len(known) + 1
        rows = np.zeros(width * width, np.uint16)
        rows[numbers[points[:, 0]] * width + numbers[points[:, 1]]] = np.arange(1, len(pairs))
        words = tuple([pair if told else "" for pair, told in zip(pairs, values[:, 0].tolist(), strict=True)])
        by_label = np.ascontiguousarray(weights[:, :-1].T)
        return cls(labels, words, weights, by_label, bias, numbers, width, rows)

    def read(self, texts: Sequence[str]) -> Measured:
        """What the weights say about each text."""
        points, ends = laid_out(texts)
        return self.read_points(points, begins_of(ends), ends)

    def read_points(self, points: Points, begins: Lengths, ends: Lengths) -> Measured:
        """The same of texts that lie in one array of code points."""
        totals, rows, counts = weighed_pairs(points, begins, ends, self.numbers, self.width, self.rows, self.weights)
        sizes = totals[:, -1].astype(np.float64)
        margins = totals[:, :-1] / ((sizes + SHORT) ** 0.5).astype(np.float32)[:, None] + self.bias
        return Measured(margins, sizes, [rows[start:end] for start, end in pairwise([0, *counts.tolist()])])

    def telling(self, rows: Rows, label: int) -> list[str]:
        """The words among these pairs that spoke for a label, the strongest first."""
        weights = self.by_label[label]
        strong = rows_above(rows, weights, _TELLS)
        found = sorted(zip((-weights.take(strong)).tolist(), strong.tolist(), strict=True))
        return [word for word in dict.fromkeys([self.words[row] for _, row in found]) if word]


def to_bytes(labels: tuple[str, ...], bias: list[int], rows: Iterable[tuple[str, bool, int, list[int]]]) -> bytes:
    """The weights as compressed CSV: bias and weights of each label in units, pairs in a stable order."""
    lines: list[list[object]] = [[*COLUMNS, *labels], ["", 0, 0, *bias]]
    lines += [[pair, int(told), rarity, *weights] for pair, told, rarity, weights in sorted(rows)]
    text = "".join(",".join(map(str, line)) + "\n" for line in lines)
    return packed(text)


def pairs_of(text: str) -> list[str]:
    """Every two neighbouring Chinese characters of a text, without those that only repeat one."""
    return [a + b for a, b in pairwise(text) if a != b and "一" <= a <= "鿿" and "一" <= b <= "鿿"]
