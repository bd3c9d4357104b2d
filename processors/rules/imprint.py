"""A letter as a byte for each character, so that two letters can be laid side by side without their texts.

A form letter that was filled in anew keeps its words and exchanges what it names: at the same spot in the same words
one letter names one estate, firm or file and the other another one. A copy that was misread is wrong in single
characters, one that was edited has other common words, and a letter that tells the matter anew has other sentences:
none of these exchanges names.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np
from rapidfuzz.distance import Levenshtein

from processors.rules.anchors import named
from processors.rules.plain_text import plain_points
from processors.rules.profiling import hashed
from processors.rules.terms import shipped_terms

LENGTH = 192
"""Characters of a letter that are kept: what it names stands near the beginning."""
LONGEST_NAME = 14
"""Pairs of characters; where more in a row differ, sentences were exchanged."""
_READ = 400
"""Characters that are read for them, punctuation included."""
_END = "\n"
_NAME, _PAIR = 0x80, 0x7F
_FILE = re.compile(r"\d\d{3}[\u4e00-\u9fff]{0,4}\d{0,4}[\u4e00-\u9fff]{1,4}第?\d+号")
_CERTAIN = 1.5
"""From so many exchanged pairs of characters on it is certain."""
_MOSTLY = 0.3
"""A stretch of which a smaller part may be names is a phrase in other words."""
_RETOLD, _FORM = 0.7, 0.9
"""Share of the words beside the names that both have: up to this a letter told anew, from this on a form."""
_SLIP = 3
"""Pairs of characters of a slip: one character that is wrong, or two."""
_SLIPS, _EACH = 2, 0.5
"""Slips that any copy may have, and what each further one takes off: a scan is wrong everywhere, in names too."""


def imprint(body: str) -> bytes:
    """The imprint of one letter."""
    return imprints([body])[0]


def imprints(bodies: Sequence[str]) -> list[bytes]:
    """Each pair of neighbouring characters of each beginning: seven bits of its hash, and whether it may be a name.

    A name is what hardly any letter of the province holds, or what a company, road or file number is called.
    """
    points, lengths = plain_points([body[:_READ] for body in bodies])
    texts, ends = points.tobytes().decode("utf-32-le"), np.cumsum(lengths)
    begun = [texts[end - length : end][:LENGTH] for end, length in zip(ends.tolist(), lengths.tolist(), strict=True)]
    marked = _marked("".join([text + _END for text in begun]))
    starts = accumulate([len(text) + 1 for text in begun], initial=0)
    return [marked[start : start + max(0, len(text) - 1)] for start, text in zip(starts, begun, strict=False)]


def _marked(text: str) -> bytes:
    """A byte for each pair of the text; the end of a letter is in no name."""
    points = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    pairs, _ = hashed(points)
    _, is_known = shipped_terms().find(pairs)
    is_han = (points >= ord("一")) & (points <= ord("鿿"))
    is_name = ~is_known & is_han[:-1] & is_han[1:]
    for start, end in (*named(text), *(found.span() for found in _FILE.finditer(text))):
        is_name[start : end - 1] = True
    return (pairs & _PAIR | is_name * np.uint32(_NAME)).astype(np.uint8).tobytes()


def exchanged(one: bytes, other: bytes) -> float:
    """How sure it is, from 0 to 1, that the same words name something else. For letters that share many words."""
    if one == other or not one or not other:
        return 0.0
    names = in_names = retold = slips = 0
    for ours, theirs in _differences(*sorted((one, other))):
        length, found = min(len(ours), len(theirs)), _names(ours, theirs)
        if found:
            names += found
            in_names += length
        else:
            retold += length
            slips += max(len(ours), len(theirs)) <= _SLIP
    kept = 1 - retold / max(1, min(len(one), len(other)) - in_names)
    certainty = min(names - _EACH * max(0, slips - _SLIPS), _CERTAIN) / _CERTAIN
    return max(0.0, certainty) * min(1.0, max(0.0, kept - _RETOLD) / (_FORM - _RETOLD))


def _differences(first: bytes, second: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Where the two differ, up to the next two pairs that are equal; a single one may be equal by chance."""
    begun: tuple[int, int] | None = None
    end = 0, 0
    for step in Levenshtein.opcodes(first, second):
        if step.tag != "equal":
            begun, end = begun or (step.src_start, step.dest_start), (step.src_end, step.dest_end)
        elif begun and step.src_end - step.src_start > 1:
            yield first[begun[0] : end[0]], second[begun[1] : end[1]]
            begun = None
    if begun:
        yield first[begun[0] : end[0]], second[begun[1] : end[1]]


def _names(one: bytes, other: bytes) -> int:
    """Pairs within both that may be names, without the outermost, which hold a character of what stands around."""
    if max(len(one), len(other)) > LONGEST_NAME:
        return 0
    inner = [part[1:-1] for part in (one, other)]
    counts = [sum(pair >= _NAME for pair in part) for part in inner]
    is_named = all(count >= _MOSTLY * len(part) for count, part in zip(counts, inner, strict=True))
    return min(counts) if is_named else 0
