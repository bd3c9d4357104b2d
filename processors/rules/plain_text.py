"""Texts as they are compared: letters, digits and Han characters only, in one width and case.

Many texts at once are looked up in a table, character by character. Characters that are rare here, become several, or
may change with their neighbours are not in it; a text with such a one takes the way of `normalized`.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import chain

import numpy as np

from processors.rules.passes import PLANE, Lengths, Points, plain

CUT = "\ua000"
"""May stand where something was taken out or a text ends: a letter, so that it survives normalising."""
_NOT_TEXT = re.compile(r"[\W_]+")
_DROPPED, _UNLISTED = 0, PLANE
_HAN = range(0x3400, 0xA000)
_LISTED = (range(0x0300), range(0x2000, 0x2C00), range(ord(CUT), ord(CUT) + 1), range(0xFF01, 0xFF5F))
"""Where the letters of Chinese texts are beside Han characters: none of them grows together with a neighbour."""


def normalized(text: str) -> str:
    """Letters, digits and Han characters only, in one width and case."""
    kept = _NOT_TEXT.sub("", text)
    if not unicodedata.is_normalized("NFKC", kept):
        kept = _NOT_TEXT.sub("", unicodedata.normalize("NFKC", kept))
    return kept.lower()


def plain_points(texts: Sequence[str]) -> tuple[Points, Lengths]:
    """The code points of many normalised texts, one text after the other, and how many each has."""
    raw, ends = laid_out(texts)
    points, lengths, is_known = plain(raw, ends, _table())
    return (points, lengths) if is_known else _oddly_plain(texts, raw, ends)


def _oddly_plain(texts: Sequence[str], raw: Points, ends: Lengths) -> tuple[Points, Lengths]:
    """The same where the table does not know some characters."""
    unlisted = np.flatnonzero(_table().take(raw, mode="clip") == _UNLISTED)
    odd = set(ends.searchsorted(unlisted, side="right").tolist())
    raw, ends = laid_out([normalized(text) if number in odd else text for number, text in enumerate(texts)])
    is_odd = np.repeat([number in odd for number in range(len(texts))], np.diff(ends, prepend=0))
    points = np.where(is_odd, raw, _table().take(raw, mode="clip"))
    is_kept = points != _DROPPED
    kept_before = np.concatenate([[0], np.cumsum(is_kept)])
    return points[is_kept], np.diff(kept_before[ends], prepend=0)


def laid_out(texts: Sequence[str]) -> tuple[Points, Lengths]:
    """The code points of all texts, and where each text ends."""
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return points, np.cumsum([len(text) for text in texts], dtype=np.intp)


def begins_of(ends: Lengths) -> Lengths:
    """Where each text begins of those that lie one after the other."""
    return np.concatenate([np.zeros(1, np.intp), ends[:-1]])[: ends.size]


@cache
def _table() -> Points:
    """What becomes of each character of the basic plane; the last entry is for all others."""
    table = np.zeros(PLANE + 1, np.uint32)
    letters = [point for point in range(PLANE) if chr(point).isalnum()]
    table[letters] = _UNLISTED
    table[PLANE] = _UNLISTED
    han = [point for point in letters if point in _HAN]
    table[han] = han
    for point in chain.from_iterable(_LISTED):
        plain = normalized(chr(point))
        if len(plain) == 1:
            table[point] = ord(plain)
    return table
