"""Short fingerprints of long texts: how much two letters share, from 64 numbers each.

A sketch holds the smallest hashes of a text's character trigrams (bottom-k). Two sketches estimate the Jaccard
similarity of the full trigram sets and how much of the shorter text stands in the longer one (containment).
Texts with at most `SIZE` trigrams are compared exactly. `agreement` compares them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from processors.rules.passes import smallest_trigrams
from processors.rules.plain_text import plain_points

SIZE = 64
_BYTES = 4
"""Of a number."""


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
    found = smallest_trigrams(*plain_points(texts), SIZE)
    every, row = found.astype("<u4", copy=False).tobytes(), _BYTES * found.shape[1]
    kept = [_BYTES * (1 + min(distinct, SIZE)) for distinct in found[:, 0].tolist()]
    return [every[start : start + size] for start, size in zip(range(0, len(every), row), kept, strict=True)]


def is_empty(sketch: bytes) -> bool:
    """Whether the text behind it holds neither a letter nor a digit."""
    return len(sketch) <= _BYTES
