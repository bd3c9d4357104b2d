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
from numpy.typing import NDArray

from processors.rules.plain_text import Points, plain_points

SIZE = 64
_LENGTH = 3
_MOST = 0xFFFFFFFF
_M1, _M2, _M3, _M4 = (np.uint32(m) for m in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F))


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
    points, lengths = plain_points(texts)
    hashes = _trigrams(points)
    ends = np.cumsum(lengths)
    bounds = zip((ends - lengths).tolist(), ends.tolist(), strict=True)
    return [
        _smallest(hashes[start : end - 2] if end - start >= _LENGTH else _trigrams(_padded(points[start:end])))
        for start, end in bounds
    ]


def _trigrams(points: Points) -> NDArray[np.uint32]:
    return _mixed(points[:-2] * _M1 ^ points[1:-1] * _M2 ^ points[2:] * _M3)


def _padded(points: Points) -> Points:
    """One or two characters are one trigram; none is none."""
    return np.pad(points, (0, _LENGTH - points.size)) if points.size else points


def _smallest(hashes: NDArray[np.uint32]) -> bytes:
    """How many distinct hashes there are, then the smallest in rising order, little endian."""
    hashes = np.sort(hashes)
    is_new = np.empty(hashes.size, dtype=bool)
    is_new[:1] = True
    np.not_equal(hashes[1:], hashes[:-1], out=is_new[1:])
    distinct = hashes[is_new]
    return distinct.size.to_bytes(4, "little") + distinct[:SIZE].astype("<u4", copy=False).tobytes()


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


def _mixed(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    values = (values ^ (values >> np.uint32(15))) * _M4
    return values ^ (values >> np.uint32(13))
