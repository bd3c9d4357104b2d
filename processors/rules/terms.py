"""What a letter names and what it is about, in some 350 bytes that can be compared without the text.

A letter's **names** are its pairs of characters that hardly any letter of the province holds: estates, firms, people,
projects, whatever they are called, so that no list of names is needed. Its **topics** are pairs that some letters
hold, weighted by how few. Its **gist** is a direction in a space learned from which pairs come together, so that
cracked walls and leaking roofs are near each other. How common each pair is, is data: `linking/terms.npz`, written
by `python -m processors.terms_training`; it holds hashes and numbers only.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Self

import numpy as np
from numpy.typing import NDArray

_FIRST, _REST = 16, np.uint32(8)
TERMS_AT, TERM_BYTES = 2, 4
"""Where the terms of a profile begin, and how many bytes one has: its weight, then its hash, lowest byte first."""
TITLE_BIT, WEIGHT = 0x80, 0x7F
"""A term is 32 bits: the hash of a pair in 24, whether the title holds it, its weight in seven."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How common each pair of characters is in the letters of a province, and which way it points."""

    version: str
    pairs: NDArray[np.uint32]
    """Hashes of the pairs that are no names, in rising order."""
    weights: NDArray[np.float32]
    """What each counts as a topic; 0 for what too many letters hold."""
    rows: NDArray[np.int16]
    """Where its direction stands in `gist`; the last row, of zeros, for a pair without one."""
    gist: NDArray[np.int8]
    begins: NDArray[np.int32]
    """First 16 bits of a hash → where the pairs stand that begin so."""

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what the training wrote."""
        with np.load(BytesIO(data), allow_pickle=False) as stored:
            pairs, weights, version = stored["pairs"], stored["weights"].astype(np.float32), str(stored["version"])
            # As small as they are stored: letters read here and there, and little of it stays near the processor.
            rows, gist = stored["rows"], stored["gist"]
        begins = pairs.searchsorted(np.arange(2**_FIRST, dtype=np.uint32) << _REST).astype(np.int32)
        return cls(version, pairs, weights, rows, gist, begins)


@cache
def shipped_terms() -> Terms:
    """The data that come with the platform."""
    return Terms.from_bytes((files("processors.rules.linking") / "terms.npz").read_bytes())


def names_in(data: bytes, most: int) -> list[bytes]:
    """The names of a letter that count most, at most so many, from the bytes of its profile; three bytes each."""
    if not data:
        return []
    return [data[at + 3 : at : -1] for at in range(TERMS_AT, TERMS_AT + TERM_BYTES * min(most, data[0]), TERM_BYTES)]
