"""Counts what two letters have in common, straight from the bytes of their sketches and profiles.

Compiled, because it is done for every two petitions that are compared: an object for each letter and a set for each
list took 70 microseconds, this takes three. All sums are those of whole numbers, so that the order of the two letters
does not matter. `agreement` says what the numbers mean; only it imports this module, because that loads numba.
"""

from math import sqrt
from typing import Any

import numpy as np

from processors.rules.compiling import jitted
from processors.rules.terms import TERM_BYTES, TERMS_AT, TITLE_BIT, WEIGHT

_LEAST_TITLED = 2
"""One pair of characters alone may be chance."""
_LARGEST_HASH = 0xFFFFFFFF

_int: Any = np.int64
_signed: Any = np.int8
Data = Any
"""Bytes; numba reads them as whole numbers from 0 to 255."""


@jitted
def _number(data: Data, at: int) -> int:
    """Four bytes, little endian."""
    number: int = data[at] | _int(data[at + 1]) << 8 | _int(data[at + 2]) << 16 | _int(data[at + 3]) << 24
    return number


@jitted
def _reach(sketch: Data, size: int) -> int:
    """Up to this hash the sketch knows every trigram of its text."""
    return _number(sketch, 4 * size) if _number(sketch, 0) > size else _LARGEST_HASH


@jitted
def _merged(one: Data, other: Data, size: int, other_size: int) -> tuple[int, int]:
    """How many hashes both sketches hold, and how many any of them, as far as both reach."""
    limit = min(_reach(one, size), _reach(other, other_size))
    at = other_at = 1
    common = united = 0
    while at <= size or other_at <= other_size:
        mine = _number(one, 4 * at) if at <= size else _LARGEST_HASH + 1
        theirs = _number(other, 4 * other_at) if other_at <= other_size else _LARGEST_HASH + 1
        if min(mine, theirs) > limit:
            break
        united += 1
        common += mine == theirs
        at += mine <= theirs
        other_at += theirs <= mine
    return common, united


@jitted
def overlapping(one: Data, other: Data) -> tuple[float, float]:
    """Jaccard similarity and containment of the texts behind two sketches."""
    size, other_size = len(one) // 4 - 1, len(other) // 4 - 1
    if size <= 0 or other_size <= 0:
        return 0.0, 0.0
    common, united = _merged(one, other, size, other_size)
    if not common:
        return 0.0, 0.0
    jaccard = common / united
    distinct, other_distinct = _number(one, 0), _number(other, 0)
    shared = jaccard / (1 + jaccard) * (distinct + other_distinct)
    return jaccard, min(1.0, shared / min(distinct, other_distinct))


@jitted
def _in_both(one: Data, start: int, end: int, other: Data, other_start: int, other_end: int) -> tuple[int, int, int]:
    """The product of the weights of all terms in both lists, and the squares of those that either title holds."""
    product = titled = other_titled = 0
    for at in range(start, end, TERM_BYTES):
        for other_at in range(other_start, other_end, TERM_BYTES):
            if (
                one[at + 1] == other[other_at + 1]
                and one[at + 2] == other[other_at + 2]
                and one[at + 3] == other[other_at + 3]
            ):
                weight, other_weight = _int(one[at] & WEIGHT), _int(other[other_at] & WEIGHT)
                product += weight * other_weight
                titled += weight * weight if one[at] & TITLE_BIT else 0
                other_titled += other_weight * other_weight if other[other_at] & TITLE_BIT else 0
                break
    return product, titled, other_titled


@jitted
def _squares(data: Data, start: int, end: int) -> tuple[int, int, int]:
    """The squares of the weights of all terms of a list, of those that the title holds, and how many these are."""
    every = titled = count = 0
    for at in range(start, end, TERM_BYTES):
        weight = _int(data[at] & WEIGHT)
        every += weight * weight
        if data[at] & TITLE_BIT:
            titled += weight * weight
            count += 1
    return every, titled, count


@jitted
def _direction(one: Data, start: int, other: Data, other_start: int) -> float:
    """The cosine of two gists, nothing below zero."""
    product = squares = other_squares = 0
    if len(one) - start != len(other) - other_start:
        return 0.0
    for at in range(len(one) - start):
        mine, theirs = _int(_signed(one[start + at])), _int(_signed(other[other_start + at]))
        product += mine * theirs
        squares += mine * mine
        other_squares += theirs * theirs
    return product / (sqrt(squares) * sqrt(other_squares)) if product > 0 else 0.0


@jitted
def alike(one: Data, other: Data) -> tuple[float, float, float, float]:
    """Names, topics, gist, and how much of what each title names the other letter names, of two profiles."""
    if len(one) == 0 or len(other) == 0:
        return 0.0, 0.0, 0.0, 0.0
    names_end = TERMS_AT + TERM_BYTES * _int(one[0])
    other_names_end = TERMS_AT + TERM_BYTES * _int(other[0])
    end, other_end = names_end + TERM_BYTES * _int(one[1]), other_names_end + TERM_BYTES * _int(other[1])
    names = topics = covered = 0.0
    product, titled, other_titled = _in_both(one, TERMS_AT, names_end, other, TERMS_AT, other_names_end)
    if product:
        every, in_title, count = _squares(one, TERMS_AT, names_end)
        other_every, in_other_title, other_count = _squares(other, TERMS_AT, other_names_end)
        names = product / (sqrt(every) * sqrt(other_every))
        covered += titled / in_title if count >= _LEAST_TITLED else 0.0
        covered += other_titled / in_other_title if other_count >= _LEAST_TITLED else 0.0
    product, _, _ = _in_both(one, names_end, end, other, other_names_end, other_end)
    if product:
        topics = product / (
            sqrt(_squares(one, names_end, end)[0]) * sqrt(_squares(other, other_names_end, other_end)[0])
        )
    return names, topics, _direction(one, end, other, other_end), covered / 2


@jitted
def agreeing(
    sketch: Data, other_sketch: Data, profile: Data, other_profile: Data
) -> tuple[float, float, float, float, float, float]:
    """`overlapping` and `alike` in one call."""
    jaccard, containment = overlapping(sketch, other_sketch)
    names, topics, gist, covered = alike(profile, other_profile)
    return jaccard, containment, names, topics, gist, covered
