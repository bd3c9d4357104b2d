"""Lays two imprints side by side and counts what was exchanged between them, in one compiled pass.

Compiled, because every two letters that share many words are laid so: a library's alignment takes four microseconds,
but its blocks as objects of Python another twelve. Only `imprint` imports this module, because that loads numba.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from processors.rules.compiling import jitted

LONGEST_NAME = 14
"""Pairs of characters; where more in a row differ, sentences were exchanged."""
NAME, PAIR = 0x80, 0x7F
MOSTLY = 0.3
"""A stretch of which a smaller part may be names is a phrase in other words."""
SLIP = 3
"""Pairs of characters of a slip: one character that is wrong, or two."""
_BITS = 64

_word: Any = np.uint64
Data = Any
"""Bytes; numba reads them as whole numbers from 0 to 255."""
Words = NDArray[np.uint64]


@jitted
def _steps(one: Data, other: Data, begin: int, end: int, other_end: int) -> tuple[Words, Words]:
    """Where the distance rises and where it falls along a part of `one`, for each beginning of that of `other`.

    Levenshtein's distance by the bits of whole words: Hyyrö, A bit-vector algorithm for computing Levenshtein and
    Damerau edit distances, 2003.
    """
    width, rows = (end - begin + _BITS - 1) // _BITS, other_end - begin
    rising, falling = np.empty((rows, width), np.uint64), np.empty((rows, width), np.uint64)
    stands = np.zeros((PAIR + 1, width), np.uint64)
    for at in range(end - begin):
        stands[one[begin + at] & PAIR, at // _BITS] |= _word(1) << _word(at % _BITS)
    up, down = np.full(width, ~_word(0)), np.zeros(width, np.uint64)
    for row in range(rows):
        pair, carried_up, carried_down = other[begin + row] & PAIR, _word(1), _word(0)
        for word in range(width):
            plus, minus = up[word], down[word]
            same = stands[pair, word] | carried_down
            diagonal = (((same & plus) + plus) ^ plus) | same | minus
            across_up, across_down = minus | ~(diagonal | plus), diagonal & plus
            shifted_up = across_up << _word(1) | carried_up
            shifted_down = across_down << _word(1) | carried_down
            carried_up, carried_down = across_up >> _word(_BITS - 1), across_down >> _word(_BITS - 1)
            up[word] = shifted_down | ~(diagonal | shifted_up)
            down[word] = shifted_up & diagonal
            rising[row, word], falling[row, word] = up[word], down[word]
    return rising, falling


@jitted
def _is_set(words: Words, row: int, at: int) -> bool:
    return bool(words[row, at // _BITS] >> _word(at % _BITS) & _word(1))


@jitted
def aligned(one: Data, other: Data) -> NDArray[np.intp]:
    """Which pair of `other` each pair of `one` was kept as, or -1: the fewest changes lead from the one to the other.

    Of several ways the one that rapidfuzz takes.
    """
    kept = np.full(len(one), -1, np.intp)
    begin, end, other_end = 0, len(one), len(other)
    while begin < min(end, other_end) and one[begin] & PAIR == other[begin] & PAIR:
        kept[begin] = begin
        begin += 1
    while min(end, other_end) > begin and one[end - 1] & PAIR == other[other_end - 1] & PAIR:
        end, other_end = end - 1, other_end - 1
        kept[end] = other_end
    if end == begin or other_end == begin:
        return kept
    rising, falling = _steps(one, other, begin, end, other_end)
    row, at = other_end - begin, end - begin
    while row and at:
        if _is_set(rising, row - 1, at - 1):
            at -= 1
            continue
        row -= 1
        if not row or not _is_set(falling, row - 1, at - 1):
            at -= 1
            if one[begin + at] & PAIR == other[begin + row] & PAIR:
                kept[begin + at] = begin + row
    return kept


@jitted
def _named(data: Data, begin: int, end: int) -> int:
    """Pairs that may be names, without the outermost, which hold a character of what stands around."""
    names = 0
    for at in range(begin + 1, end - 1):
        names += data[at] >= NAME
    return names if names >= MOSTLY * max(0, end - begin - 2) else -1


@jitted
def counted(one: Data, other: Data) -> tuple[int, int, int, int]:
    """What differs between two imprints: names that were exchanged, pairs in stretches that hold some, pairs in those
    that hold none, and how many of the latter may be slips.

    Stretches with a single pair between them are one.
    """
    kept = aligned(one, other)
    names = in_names = retold = slips = 0
    ours = theirs = found = 0
    at = other_at = 0
    while at < len(one) or other_at < len(other):
        # What differs up to the next pair that was kept …
        begin, other_begin = at, other_at
        while at < len(one) and kept[at] < 0:
            at += 1
        other_at = kept[at] if at < len(one) else len(other)
        if at > begin or other_at > other_begin:
            ours, theirs = ours + at - begin, theirs + other_at - other_begin
            found += max(0, min(_named(one, begin, at), _named(other, other_begin, other_at)))
        # … and what was kept behind it.
        begin = at
        while at < len(one) and kept[at] == other_at:
            at, other_at = at + 1, other_at + 1
        is_end = at == len(one) and other_at == len(other)
        if (at - begin == 1 and not is_end) or ours + theirs == 0:
            continue
        if found and max(ours, theirs) <= LONGEST_NAME:
            names, in_names = names + found, in_names + min(ours, theirs)
        else:
            retold += min(ours, theirs)
            slips += max(ours, theirs) <= SLIP
        ours = theirs = found = 0
    return names, in_names, retold, slips
