"""A letter as a byte for each character, so that two letters can be laid side by side without their texts.

A form letter that was filled in anew keeps its words and exchanges what it names: at the same spot in the same words
one letter names one estate, firm or file and the other another one. A copy that was misread is wrong in single
characters, one that was edited has other common words, and a letter that tells the matter anew has other sentences:
none of these exchanges names.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from processors.rules.anchors import names_in
from processors.rules.passes import imprinted
from processors.rules.plain_text import plain_points
from processors.rules.terms import shipped_terms

LENGTH = 192
"""Characters of a letter that are kept: what it names stands near the beginning."""
_READ = 400
"""Characters that are read for them, punctuation included."""
_NAME = 0x80
_RARE = 5.0
"""Pairs that count so much are in fewer than one letter of 150: a name of everyday words is one too."""
_FILE = re.compile(r"\d\d{3}[\u4e00-\u9fff]{0,4}\d{0,4}[\u4e00-\u9fff]{1,4}第?\d+号")
_RETOLD, _FORM = 0.7, 0.9
"""Share of the words beside the names that both have: up to this a letter told anew, from this on a form."""
_SLIPS, _EACH = 2, 0.5
"""Slips that any copy may have, and what each further one takes off: a scan is wrong everywhere, in names too."""


def imprint(body: str) -> bytes:
    """The imprint of one letter."""
    return imprints([body])[0]


def imprints(bodies: Sequence[str]) -> list[bytes]:
    """Each pair of neighbouring characters of each beginning: seven bits of its hash, and whether it may be a name.

    A name is what few letters of the province hold, or what a company, road or file number is called.
    """
    points, lengths = plain_points([body[:_READ] for body in bodies])
    begins, kept = np.cumsum(lengths) - lengths, np.minimum(lengths, LENGTH)
    starts, stops, _ = names_in(points, begins, begins + kept)
    terms = shipped_terms()
    marks, has_file = imprinted(
        points, begins, begins + kept, (starts, stops), terms.pairs, terms.weights >= _RARE, terms.begins
    )
    ends = np.cumsum(np.maximum(kept - 1, 0)).tolist()
    for number in np.flatnonzero(has_file).tolist():
        text = points[begins[number] :][: kept[number]].tobytes().decode("utf-32-le")
        for found in _FILE.finditer(text):
            marks[ends[number - 1] if number else 0 :][found.start() : found.end() - 1] |= _NAME
    every = marks.tobytes()
    return [every[start:end] for start, end in pairwise([0, *ends])]


def exchanged(one: bytes, other: bytes) -> float:
    """How sure it is, from 0 to 1, that the same words name something else. For letters that share many words."""
    if one == other or not one or not other:
        return 0.0
    names, in_names, retold, slips = _compiled()(*((other, one) if other < one else (one, other)))
    kept = 1 - retold / max(1, min(len(one), len(other)) - in_names)
    certainty = min(1.0, names - _EACH * max(0, slips - _SLIPS))
    return max(0.0, certainty) * min(1.0, max(0.0, kept - _RETOLD) / (_FORM - _RETOLD))


@cache
def _compiled() -> Callable[[bytes, bytes], tuple[int, int, int, int]]:
    """The compiled counting, loaded when the first two letters are laid side by side: most commands never do."""
    from processors.rules.counting_exchanges import counted

    made: Callable[[bytes, bytes], tuple[int, int, int, int]] = counted
    return made
