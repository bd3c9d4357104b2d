"""What a letter names and what it is about, in some 350 bytes that can be compared without the text.

A letter's **names** are its pairs of characters that hardly any letter of the province holds: estates, firms, people,
projects, whatever they are called, so that no list of names is needed. Its **topics** are pairs that some letters
hold, weighted by how few. Its **gist** is a direction in a space learned from which pairs come together, so that
cracked walls and leaking roofs are near each other. How common each pair is, is data: `linking/terms.npz`, written
by `python -m processors.terms_training`; it holds hashes and numbers only.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from math import sqrt
from operator import mul
from typing import Self

import numpy as np
from numpy.typing import NDArray

_FIRST, _REST = 16, np.uint32(8)
TITLE_BIT, WEIGHT = 0x80, 0x7F
"""A term is 32 bits: the hash of a pair in 24, whether the title holds it, its weight in seven."""
_TERM, _WEIGHTS = np.uint32(8), bytes(byte & WEIGHT for byte in range(256))


@dataclass(frozen=True, slots=True)
class Terms:
    """How common each pair of characters is in the letters of a province, and which way it points."""

    version: str
    pairs: NDArray[np.uint32]
    """Hashes of the pairs that are no names, in rising order."""
    weights: NDArray[np.float32]
    """What each counts as a topic; 0 for what too many letters hold."""
    rows: NDArray[np.int32]
    """Where its direction stands in `gist`; the last row, of zeros, for a pair without one."""
    gist: NDArray[np.float32]
    begins: NDArray[np.intp]
    """First 16 bits of a hash → where the pairs stand that begin so."""

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what the training wrote."""
        with np.load(BytesIO(data), allow_pickle=False) as stored:
            pairs, weights, rows = stored["pairs"], stored["weights"], stored["rows"]
            gist = stored["gist"].astype(np.float32)
            version = str(stored["version"])
        begins = pairs.searchsorted(np.arange(2**_FIRST, dtype=np.uint32) << _REST)
        return cls(version, pairs, weights.astype(np.float32), rows.astype(np.int32), gist, begins)


@cache
def shipped_terms() -> Terms:
    """The data that come with the platform."""
    return Terms.from_bytes((files("processors.rules.linking") / "terms.npz").read_bytes())


@dataclass(frozen=True, slots=True)
class Profile:
    """The names, topics and gist of one letter; weights are such that a letter compared with itself gives 1."""

    names: dict[int, float]
    titled: dict[int, float]
    """Share of each name of the title in all of them; empty where the title names hardly anything."""
    topics: dict[int, float]
    gist: NDArray[np.float32]

    @classmethod
    @lru_cache(maxsize=4_096)
    def from_bytes(cls, data: bytes) -> "Profile":
        """Read what `profiling` made; the latest stay at hand, because letters of one matter come together."""
        if not data:
            return NOTHING
        count = data[0]
        end = 4 * (data[1] + count) + 2
        terms = (np.frombuffer(data, "<u4", data[1] + count, 2) >> _TERM).tolist()
        said = data[2:end:4]
        weights = said.translate(_WEIGHTS)
        names = _unit(terms[:count], weights[:count])
        titled = {term for term, bits in zip(terms, said[:count], strict=False) if bits & TITLE_BIT}
        return cls(
            names,
            _shares({name: names[name] for name in titled}),
            _unit(terms[count:], weights[count:]),
            _direction(np.frombuffer(data, np.int8, offset=end).astype(np.float32)),
        )


NOTHING = Profile({}, {}, {}, np.zeros(0, np.float32))
_LEAST_TITLED = 2
"""One pair of characters alone may be chance."""


def names_in(data: bytes, most: int) -> list[int]:
    """The names of a letter that count most, at most so many, from the bytes of its profile."""
    if not data:
        return []
    values = np.frombuffer(data[2 : 2 + 4 * min(most, data[0])], dtype="<u4")
    return [int(value) >> 8 for value in values]


@lru_cache(maxsize=4_096)
def named_in(data: bytes) -> frozenset[int]:
    """All names of a letter, from the bytes of its profile, without the rest of it."""
    return frozenset((np.frombuffer(data, "<u4", data[0], 2) >> _TERM).tolist() if data else ())


def likeness(one: dict[int, float], other: dict[int, float]) -> float:
    """The cosine of two weighted sets, from 0 to 1."""
    return sum([one[term] * other[term] for term in one.keys() & other.keys()])


def alignment(one: Profile, other: Profile) -> float:
    """How far two gists point the same way, from 0 to 1."""
    if one.gist.size != other.gist.size or not one.gist.size:
        return 0.0
    return max(0.0, float(one.gist @ other.gist))


def coverage(one: Profile, other: Profile) -> float:
    """How much of what each title names the other letter names too, from 0 to 1."""
    return (_covered(one.titled, other.names) + _covered(other.titled, one.names)) / 2


def _covered(titled: dict[int, float], names: dict[int, float]) -> float:
    return sum([titled[name] for name in titled.keys() & names.keys()])


def _unit(terms: list[int], weights: bytes) -> dict[int, float]:
    length = sqrt(sum(map(mul, weights, weights)))
    return dict(zip(terms, [weight / length for weight in weights], strict=True))


def _shares(names: dict[int, float]) -> dict[int, float]:
    total = sum([weight * weight for weight in names.values()])
    return {name: w * w / total for name, w in names.items()} if len(names) >= _LEAST_TITLED else {}


def _direction(gist: NDArray[np.float32]) -> NDArray[np.float32]:
    length = sqrt(float(gist @ gist))
    return gist / np.float32(length) if length else gist
