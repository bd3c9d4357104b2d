"""Which petitions of other people may be about the same matter: found by what they share, not by comparing with all.

Keys of the table, derived from the cases and kept locally: `t:` petition → its trace; `c:` home, mark and township →
petitions that bear it. A petition that names no township may be about any, so it is kept apart, and looks for others
under all townships.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import msgspec

from processors.bearers import bearer, latest, name_of, sharing
from processors.rules.anchors import figures_in
from processors.rules.relation import TOWNSHIP_DIGITS, Trace, places_of
from processors.rules.terms import names_in
from processors.tables import LEAF_BYTES, Table

TEXT_MARKS = 2
"""How many of a text's smallest trigram hashes lead to candidates."""
NAME_MARKS = 10
"""How many figures and names together lead to candidates: of the names those that count most."""
MOST_BEARERS = 170
"""Petitions of a township under one mark: those of a form letter would grow without bound."""
LEAST_SHARED = 2
"""Marks that a candidate shares at least: nineteen of twenty petitions share one by chance, and letters about the
same matter share seven or so."""
LEAST_PART = 8
"""Marks that two letters share are at least this part (one in so many) of those of the letter that has fewer. It asks
nothing of third letters, so that the order in which letters arrive does not decide which are compared."""
MOST_CANDIDATES = 64
"""More than any letter has, but those of a form."""
_NOWHERE = bytes(LEAF_BYTES)
"""The leaf of petitions that name no township; else it is their township, so that all of a mark stand together."""

_TRACES_AT_HAND = 4_096
_trace = lru_cache(_TRACES_AT_HAND)(msgspec.msgpack.Decoder(Trace).decode)
"""The candidates of one letter are mostly those of another one of its matter."""
_pack = msgspec.msgpack.Encoder().encode


class Marks(NamedTuple):
    """A petition, how it is kept, and its marks."""

    trace: Trace
    name: bytes
    packed: bytes
    mine: bytes
    """What is kept under each mark."""
    borne: int
    """How many marks it bears."""
    keys: list[bytes]
    """Each mark in its township, then each among petitions that name none; the latter alone where it names none."""
    stems: list[bytes]
    """Each mark in all townships, where it names none; else nothing."""


class Marked(NamedTuple):
    """A petition, its marks, and who bears them so far."""

    marks: Marks
    own: list[bytes | None]
    """For each mark its bearers in the petition's township, or those that name none where it names none itself."""
    others: list[bytes]
    """Bearers elsewhere that it may be about the same matter as."""


class Candidates:
    """What later petitions are compared with, in one partition."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def trace(self, petition_id: str) -> Trace | None:
        """What linking remembers of a petition; None where it is not known here."""
        value = self._table.get(_trace_key(name_of(petition_id)))
        return _trace(value) if value is not None else None

    def expect(self, petitions: Iterable[Trace]) -> list[Marks]:
        """The marks of petitions that are going to be compared; who bears them is looked up at once."""
        found = list(map(_marks, petitions))
        self._table.expect_under([key for marks in found for key in marks.keys])
        return found

    def marked(self, marks: Marks) -> Marked:
        """A petition with those that bear its marks."""
        found = self._table.get_under(marks.keys)
        others = [one for one in found[marks.borne :] if one is not None]
        return Marked(marks, found[: marks.borne], others + self._table.all_under(marks.stems))

    def restore(self, trace: Trace) -> None:
        """Keep a petition that is read back, for which none is looked for."""
        marks = _marks(trace)
        self.remember(Marked(marks, self._table.get_under(marks.keys[: marks.borne]), []))

    def remember(self, marked: Marked) -> None:
        """Keep a petition under its marks for those that come later."""
        marks, mine = marked.marks, marked.marks.mine
        self._table.derive(_trace_key(marks.name), marks.packed)
        borne = dict.fromkeys(marks.keys[: marks.borne], mine)
        for key, bearers in zip(marks.keys, marked.own, strict=False):
            if bearers is not None:
                borne[key] = bearers if mine in bearers else latest(bearers + mine, MOST_BEARERS)
        self._table.derive_under(borne)

    def likely(self, marked: Marked) -> list[Trace]:
        """Petitions that share most with this one, the likeliest first; at most `MOST_CANDIDATES`."""
        marks, own, bearers = marked
        if not marks.stems:
            bearers = [*bearers, *[one for one in own if one is not None]]
        if not bearers:
            return []
        names = sharing(
            bearers,
            marks.name,
            places_of(marks.trace),
            marks.borne,
            least=LEAST_SHARED,
            part=LEAST_PART,
            most=MOST_CANDIDATES,
        )
        return [_trace(value) for value in self._table.get_many(list(map(_trace_key, names))) if value is not None]


def marks_of(trace: Trace, before: bytes = b"") -> list[bytes]:
    """What a letter shares with letters about the same matter: text, names, anchors; five bytes behind `before`."""
    text, name, anchor = before + b"t", before + b"n\0", before + b"a"
    hashes = trace.sketch[4 : 4 + 4 * TEXT_MARKS]
    found = [text + hashes[i : i + 4] for i in range(0, len(hashes), 4)]
    found += [name + one for one in names_in(trace.profile, max(0, NAME_MARKS - figures_in(trace.anchors)))]
    found += [anchor + one.to_bytes(4, "big") for one in trace.anchors]
    return found


def _marks(trace: Trace) -> Marks:
    stems, township = marks_of(trace, b"c:%s:" % trace.home.encode()), _township(trace)
    keys, is_anywhere = [stem + township for stem in stems], township == _NOWHERE
    if not is_anywhere:
        keys += [stem + _NOWHERE for stem in stems]
    name = name_of(trace.petition_id)
    mine = bearer(name, trace.place, len(stems))
    return Marks(trace, name, _pack(trace), mine, len(stems), keys, stems if is_anywhere else [])


def _trace_key(name: bytes) -> bytes:
    return b"t:" + name


def _township(trace: Trace) -> bytes:
    code = trace.place[:TOWNSHIP_DIGITS] if len(trace.place) >= TOWNSHIP_DIGITS else ""
    return int(code).to_bytes(LEAF_BYTES, "big") if code else _NOWHERE
