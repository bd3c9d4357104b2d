"""Short fingerprints of long texts: how much two letters share, from 64 numbers each.

A sketch holds the smallest hashes of a text's character trigrams (bottom-k). Two sketches estimate the Jaccard
similarity of the full trigram sets and how much of the shorter text stands in the longer one (containment).
Texts with at most `SIZE` trigrams are compared exactly.
"""

from base64 import b64decode, b64encode
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from processors.rules.plain_text import normalized

SIZE = 64
_MOST = 0xFFFFFFFF
_M1, _M2, _M3, _M4 = (np.uint32(m) for m in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F))


@dataclass(frozen=True, slots=True)
class Sketch:
    """The `SIZE` smallest trigram hashes of a text and how many distinct ones it has."""

    hashes: tuple[int, ...]
    """In rising order."""
    distinct: int

    def to_text(self) -> str:
        """Base64 for a JSON message."""
        return b64encode(self.to_bytes()).decode()

    def to_bytes(self) -> bytes:
        """Count, then the hashes in rising order, little endian."""
        values = np.array([self.distinct, *self.hashes], dtype="<u4")
        return values.tobytes()

    @classmethod
    @lru_cache(maxsize=4_096)
    def from_bytes(cls, data: bytes) -> "Sketch":
        """Read what `to_bytes` wrote; the latest stay at hand, because texts of one matter come together."""
        values = np.frombuffer(data, dtype="<u4").tolist()
        return cls(tuple(values[1:]), values[0]) if values else EMPTY

    @classmethod
    def from_text(cls, text: str) -> "Sketch":
        """Read what `to_text` wrote; an empty text is an empty sketch."""
        return cls.from_bytes(b64decode(text)) if text else EMPTY


EMPTY = Sketch((), 0)


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much two texts share, both from 0 to 1."""

    jaccard: float
    containment: float


def sketch(text: str) -> Sketch:
    """Fingerprint a text; punctuation, spaces and width do not count."""
    points = np.frombuffer(normalized(text).encode("utf-32-le", "replace"), dtype="<u4")
    if points.size == 0:
        return EMPTY
    if points.size < 3:
        points = np.concatenate([points, np.zeros(3 - points.size, dtype="<u4")])
    hashes = np.sort(_mixed(points[:-2] * _M1 ^ points[1:-1] * _M2 ^ points[2:] * _M3))
    is_new = np.empty(hashes.size, dtype=bool)
    is_new[0] = True
    np.not_equal(hashes[1:], hashes[:-1], out=is_new[1:])
    distinct = hashes[is_new]
    return Sketch(tuple(distinct[:SIZE].tolist()), int(distinct.size))


def overlap(one: Sketch, other: Sketch) -> Overlap:
    """Estimate Jaccard similarity and containment of the texts behind two sketches."""
    shared = set(one.hashes).intersection(other.hashes)
    if not shared:
        return Overlap(0.0, 0.0)
    limit = min(_reach(one), _reach(other))
    common_there = sum(1 for value in shared if value <= limit)
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
