"""Makes the profiles of letters (see `terms`), of as many as come together at once.

All letters stand in one array of code points, and every step is one pass over it: numpy costs a microsecond for each
call, however little it has to do.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from processors.rules.passes import Points
from processors.rules.plain_text import CUT, plain_points
from processors.rules.terms import TITLE_BIT, WEIGHT, Terms, shipped_terms

NAMES, TOPICS = 48, 32
BODY_CHARACTERS = 1_500
"""What a matter is called and what it is about stands near the beginning."""
IN_TITLE = 3
"""What stands in the title counts as often as this."""
_AT_ONCE = 128
"""Letters of one pass: their number has seven bits beside the 24 of a pair and the one of the title."""
_M1, _M2, _M3 = np.uint32(0x9E3779B1), np.uint32(0x85EBCA77), np.uint32(0x27D4EB2F)
_CUT = np.uint32(ord(CUT))
_SAID = (1 + np.log(np.maximum(1, np.arange(256)))).astype(np.float32)
"""What a pair counts that a letter says so often."""
_LARGEST = 127


class Letter(NamedTuple):
    """What a profile is made from."""

    title: str
    body: str
    places: tuple[str, ...] = ()
    """Names of divisions, which are no names of a matter."""


class _Pairs(NamedTuple):
    """The distinct pairs of characters of several letters, by letter and hash."""

    letter: NDArray[np.uint32]
    hashed: NDArray[np.uint32]
    said: NDArray[np.float32]
    is_titled: NDArray[np.bool_]


def profile(title: str, body: str, places: tuple[str, ...]) -> bytes:
    """The profile of one letter."""
    return profiles([Letter(title, body, places)])[0]


def profiles(letters: Sequence[Letter]) -> list[bytes]:
    """Names, topics and gist of each letter, for `terms.Profile`; nothing for one without a pair of characters."""
    terms = shipped_terms()
    parts = [letters[start : start + _AT_ONCE] for start in range(0, len(letters), _AT_ONCE)]
    return [made for part in parts for made in _profiles(part, terms)]


def _profiles(letters: Sequence[Letter], terms: Terms) -> list[bytes]:
    pairs = _pairs_in(letters)
    at, is_known = terms.find(pairs.hashed)
    weights = np.where(is_known, pairs.said * terms.weights.take(at, mode="clip"), pairs.said)
    packed, counts = _packed(pairs, weights, is_known, len(letters))
    known = np.flatnonzero(is_known)
    bounds = pairs.letter.take(known).searchsorted(np.arange(len(letters) + 1))
    gists = _gists(pairs.said.take(known), terms.gist.take(terms.rows.take(at.take(known)), axis=0), bounds)
    ends = [4 * end for end in accumulate(map(sum, counts), initial=0)]
    has_pairs = np.bincount(pairs.letter, minlength=len(letters)).tolist()
    return [
        bytes(count) + packed[start:end] + gist if has else b""
        for count, (start, end), gist, has in zip(counts, pairwise(ends), gists, has_pairs, strict=True)
    ]


def pairs_of(text: str) -> NDArray[np.uint32]:
    """A hash of 24 bits for each pair of neighbouring characters, in their order; none across a cut."""
    pairs, is_whole = hashed(plain_points([text])[0])
    return pairs[is_whole]


def hashed(points: Points) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """A hash of 24 bits for each pair of neighbouring characters, and whether it reaches across no cut."""
    mixed = points[:-1] * _M1 ^ points[1:] * _M2
    mixed = (mixed ^ (mixed >> np.uint32(15))) * _M3
    mixed = (mixed ^ (mixed >> np.uint32(13))) >> np.uint32(8)
    is_text = points != _CUT
    return mixed, is_text[:-1] & is_text[1:]


def _pairs_in(letters: Sequence[Letter]) -> _Pairs:
    texts = [
        _without(text, places) + CUT for title, body, places in letters for text in (title, body[:BODY_CHARACTERS])
    ]
    points, lengths = plain_points(texts)
    pairs, is_whole = hashed(points)
    # Even texts are titles: letter, pair and whether the title holds it become one number each, to be sorted.
    number = np.arange(len(texts), dtype=np.uint32)
    owner = np.repeat((number >> np.uint32(1)) << np.uint32(25) | (number & np.uint32(1)) ^ np.uint32(1), lengths)
    keys = np.sort((pairs << np.uint32(1) | owner[:-1])[is_whole])
    every = keys >> np.uint32(1)
    first = np.flatnonzero(np.diff(every, prepend=~every[:1]))
    times = np.diff(first, append=keys.size)
    in_title = np.add.reduceat(keys & np.uint32(1), first, dtype=np.intp) if first.size else first
    said = _SAID.take(times + (IN_TITLE - 1) * in_title, mode="clip")
    distinct = every.take(first)
    return _Pairs(distinct >> np.uint32(24), distinct & np.uint32(0xFFFFFF), said, in_title > 0)


def _without(text: str, places: tuple[str, ...]) -> str:
    for place in places:
        text = text.replace(place, CUT)
    return text


def _packed(
    pairs: _Pairs, weights: NDArray[np.float32], is_known: NDArray[np.bool_], letters: int
) -> tuple[bytes, list[tuple[int, int]]]:
    """For each letter its names and topics that count most, and how many of each.

    A term has its weight in seven bits and whether the title holds it.
    """
    group = (pairs.letter << np.uint32(1) | is_known).astype(np.uint64)
    # Weights are positive, so that their bits rise with them: one number for each term sorts by group and weight.
    falling = (np.uint32(0x7FFFFFFF) - weights.view(np.uint32)).astype(np.uint64)
    keys = group << np.uint64(56) | falling << np.uint64(25) | pairs.hashed << np.uint64(1) | pairs.is_titled
    keys = np.sort(keys[weights > 0])
    group = (keys >> np.uint64(56)).astype(np.intp)
    sizes = np.bincount(group, minlength=2 * letters)
    starts = np.cumsum(sizes) - sizes
    most = np.where(np.arange(2 * letters) % 2, TOPICS, NAMES)
    is_chosen = np.arange(keys.size) - starts.take(group) < most.take(group)
    sorted_weights = (0x7FFFFFFF - (keys >> np.uint64(25) & np.uint64(0x7FFFFFFF))).astype(np.uint32).view(np.float32)
    largest = sorted_weights.take(starts.take(group)).astype(np.float64)
    scaled = np.maximum(1, np.rint(sorted_weights * (WEIGHT / largest).astype(np.float32))).astype(np.uint32)
    hashed = (keys >> np.uint64(1)).astype(np.uint32) & np.uint32(0xFFFFFF)
    titled = (keys.astype(np.uint32) & np.uint32(1)) * np.uint32(TITLE_BIT)
    chosen = (hashed << np.uint32(8) | titled | scaled)[is_chosen]
    counts = np.minimum(sizes, most).reshape(letters, 2).tolist()
    return chosen.astype("<u4").tobytes(), [(names, topics) for names, topics in counts]


def _gists(said: NDArray[np.float32], directions: NDArray[np.float32], bounds: NDArray[np.intp]) -> list[bytes]:
    """For each letter the direction of all its pairs that have one, in whole numbers up to 127."""
    gists = np.array([said[start:end] @ directions[start:end] for start, end in pairwise(bounds.tolist())])
    largest = np.abs(gists).max(axis=1, initial=0.0).astype(np.float64)
    largest[largest == 0.0] = 1.0
    scaled = gists * (_LARGEST / largest).astype(np.float32)[:, None]
    whole = np.rint(scaled).astype(np.int8).tobytes()
    width = directions.shape[1]
    return [whole[start : start + width] for start in range(0, len(whole), width)]
