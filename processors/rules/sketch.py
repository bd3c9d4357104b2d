"""Short fingerprints of long texts: how much two letters share, from 64 numbers each.

A sketch holds the smallest hashes of a text's character trigrams (bottom-k). Two sketches estimate the Jaccard
similarity of the full trigram sets and how much of the shorter text stands in the longer one (containment).
Texts with at most `SIZE` trigrams are compared exactly.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from processors.rules.passes import smallest_trigrams
from processors.rules.plain_text import plain_points

SIZE = 64
_BYTES = 4
"""Of a number."""
_MOST = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Sketch:
    """The `SIZE` smallest trigram hashes of a text and how many distinct ones it has."""

    hashes: tuple[int, ...]
    """In rising order."""
    distinct: int
    members: frozenset[int]
    """The same hashes, to be compared."""

    @classmethod
    @lru_cache(maxsize=4_096)
    def from_bytes(cls, data: bytes) -> "Sketch":
        """Read what `sketches` made; the latest stay at hand, because texts of one matter come together."""
        values = np.frombuffer(data, dtype="<u4").tolist()
        hashes = tuple(values[1:])
        return cls(hashes, values[0], frozenset(hashes)) if values else EMPTY


EMPTY = Sketch((), 0, frozenset())


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much two texts share, both from 0 to 1."""

    jaccard: float
    containment: float


def sketch(text: str) -> Sketch:
    """Fingerprint one text."""
    return Sketch.from_bytes(sketches([text])[0])


def sketches(texts: Sequence[str]) -> list[bytes]:
    """Fingerprint many texts at once, each for `Sketch.from_bytes`; punctuation, spaces and width do not count."""
    found = smallest_trigrams(*plain_points(texts), SIZE)
    every, row = found.astype("<u4", copy=False).tobytes(), _BYTES * found.shape[1]
    kept = [_BYTES * (1 + min(distinct, SIZE)) for distinct in found[:, 0].tolist()]
    return [every[start : start + size] for start, size in zip(range(0, len(every), row), kept, strict=True)]


def overlap(one: Sketch, other: Sketch) -> Overlap:
    """Estimate Jaccard similarity and containment of the texts behind two sketches."""
    shared = one.members & other.members
    if not shared:
        return Overlap(0.0, 0.0)
    limit = min(_reach(one), _reach(other))
    common_there = len([value for value in shared if value <= limit])
    united = bisect_right(one.hashes, limit) + bisect_right(other.hashes, limit) - common_there
    jaccard = common_there / united
    common = jaccard / (1 + jaccard) * (one.distinct + other.distinct)
    return Overlap(jaccard, min(1.0, common / min(one.distinct, other.distinct)))


def _reach(of: Sketch) -> int:
    """Up to this hash the sketch knows every trigram of its text."""
    return of.hashes[-1] if of.distinct > len(of.hashes) else _MOST
