"""Short fingerprints of long texts: how much two letters share, from 64 numbers each.

A sketch holds the smallest hashes of a text's character trigrams (bottom-k). Two sketches estimate the Jaccard
similarity of the full trigram sets and how much of the shorter text stands in the longer one (containment).
Texts with at most `SIZE` trigrams are compared exactly.
"""

import re
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE = 64
_NOT_TEXT = re.compile(r"[\W_]+")
_M1, _M2, _M3, _M4 = (np.uint32(m) for m in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F))


@dataclass(frozen=True, slots=True)
class Sketch:
    """The `SIZE` smallest trigram hashes of a text and how many distinct ones it has."""

    hashes: frozenset[int]
    distinct: int

    def to_text(self) -> str:
        """Base64 for a JSON message."""
        return b64encode(self.to_bytes()).decode()

    def to_bytes(self) -> bytes:
        """Count, then the hashes in rising order, little endian."""
        values = np.array([self.distinct, *sorted(self.hashes)], dtype="<u4")
        return values.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Sketch":
        """Read what `to_bytes` wrote."""
        values = np.frombuffer(data, dtype="<u4").tolist()
        return cls(frozenset(values[1:]), values[0]) if values else EMPTY

    @classmethod
    def from_text(cls, text: str) -> "Sketch":
        """Read what `to_text` wrote; an empty text is an empty sketch."""
        return cls.from_bytes(b64decode(text)) if text else EMPTY


EMPTY = Sketch(frozenset(), 0)


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much two texts share, both from 0 to 1."""

    jaccard: float
    containment: float


def normalized(text: str) -> str:
    """Letters, digits and Han characters only, in one width and case."""
    return _NOT_TEXT.sub("", unicodedata.normalize("NFKC", text)).lower()


def sketch(text: str) -> Sketch:
    """Fingerprint a text; punctuation, spaces and width do not count."""
    points = np.frombuffer(normalized(text).encode("utf-32-le", "replace"), dtype="<u4")
    if points.size == 0:
        return EMPTY
    if points.size < 3:
        points = np.concatenate([points, np.zeros(3 - points.size, dtype="<u4")])
    distinct = np.unique(_mixed(points[:-2] * _M1 ^ points[1:-1] * _M2 ^ points[2:] * _M3))
    return Sketch(frozenset(distinct[:SIZE].tolist()), int(distinct.size))


def overlap(one: Sketch, other: Sketch) -> Overlap:
    """Estimate Jaccard similarity and containment of the texts behind two sketches."""
    shared = one.hashes & other.hashes
    if not shared:
        return Overlap(0.0, 0.0)
    union = one.hashes | other.hashes
    if len(union) > SIZE:
        limit = sorted(union)[SIZE - 1]
        jaccard = sum(1 for value in shared if value <= limit) / SIZE
    else:
        jaccard = len(shared) / len(union)
    common = jaccard / (1 + jaccard) * (one.distinct + other.distinct)
    return Overlap(jaccard, min(1.0, common / min(one.distinct, other.distinct)))


def _mixed(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    values = (values ^ (values >> np.uint32(15))) * _M4
    return values ^ (values >> np.uint32(13))
