"""Makes the profiles of letters (see `terms`), of as many as come together at once.

All letters stand in one array of code points, and every step is one pass over it: numpy costs a microsecond for each
call, however little it has to do.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from processors.rules.passes import pair_keys, pointing, profiled
from processors.rules.plain_text import CUT, plain_points
from processors.rules.terms import WEIGHT, Terms, shipped_terms

NAMES, TOPICS = 48, 32
BODY_CHARACTERS = 1_500
"""What a matter is called and what it is about stands near the beginning."""
IN_TITLE = 3
"""What stands in the title counts as often as this."""
_AT_ONCE = 128
"""Letters of one pass: their number has seven bits beside the 24 of a pair and the one of the title."""
_BYTES = 4
"""Of a term."""
_SAID = (1 + np.log(np.maximum(1, np.arange(256)))).astype(np.float32)
"""What a pair counts that a letter says so often."""


class Letter(NamedTuple):
    """What a profile is made from."""

    title: str
    body: str
    places: tuple[str, ...] = ()
    """Names of divisions, which are no names of a matter."""


def profile(title: str, body: str, places: tuple[str, ...]) -> bytes:
    """The profile of one letter."""
    return profiles([Letter(title, body, places)])[0]


def profiles(letters: Sequence[Letter]) -> list[bytes]:
    """Names, topics and gist of each letter (see `terms`); nothing for one without a pair of characters.

    A term has its weight in seven bits and whether the title holds it.
    """
    terms = shipped_terms()
    parts = [letters[start : start + _AT_ONCE] for start in range(0, len(letters), _AT_ONCE)]
    return [made for part in parts for made in _profiles(part, terms)]


def _profiles(letters: Sequence[Letter], terms: Terms) -> list[bytes]:
    texts = [_without(text, places) for title, body, places in letters for text in (title, body[:BODY_CHARACTERS])]
    keys = np.sort(pair_keys(*plain_points(texts), ord(CUT)))
    packed, counts, said, places, known = profiled(
        keys, len(letters), _SAID, IN_TITLE, terms.pairs, terms.weights, terms.begins, (NAMES, TOPICS), WEIGHT
    )
    gists, width = pointing(said, places, known, terms.rows, terms.gist).tobytes(), terms.gist.shape[1]
    every, sizes = packed.astype("<u4", copy=False).tobytes(), counts.tolist()
    ends = accumulate([_BYTES * (names + topics) for names, topics, _ in sizes], initial=0)
    return [
        bytes((names, topics)) + every[start:end] + gists[width * number : width * (number + 1)] if pairs else b""
        for number, ((names, topics, pairs), (start, end)) in enumerate(zip(sizes, pairwise(ends), strict=True))
    ]


def pairs_of(text: str) -> NDArray[np.uint32]:
    """A hash of 24 bits for each pair of neighbouring characters, in their order; none across a cut."""
    keys = pair_keys(*plain_points([text]), ord(CUT))
    return keys >> np.uint32(1)


def _without(text: str, places: tuple[str, ...]) -> str:
    for place in places:
        text = text.replace(place, CUT)
    return text
