"""Short fingerprints of long texts: how much two letters share, from 64 numbers each.

A sketch holds the smallest hashes of a text's character trigrams (bottom-k). Two sketches estimate the Jaccard
similarity of the full trigram sets and how much of the shorter text stands in the longer one (containment).
Texts with at most `SIZE` trigrams are compared exactly. `agreement` compares them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processors.rules.plain_text import Points, plain_points

SIZE = 64
_LENGTH = 3
_M1, _M2, _M3, _M4 = (np.uint32(m) for m in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F))


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much two texts share, both from 0 to 1."""

    jaccard: float
    containment: float


def sketch(text: str) -> bytes:
    """Fingerprint one text."""
    return sketches([text])[0]


def sketches(texts: Sequence[str]) -> list[bytes]:
    """Fingerprint many texts at once; punctuation, spaces and width do not count.

    A sketch has how many distinct hashes there are, then the smallest in rising order, as little-endian numbers of
    four bytes.
    """
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


def _mixed(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    values = (values ^ (values >> np.uint32(15))) * _M4
    return values ^ (values >> np.uint32(13))
