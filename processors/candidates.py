"""Which petitions of other people may be about the same matter: found by what they share, not by comparing with all.

Keys of the table, derived from the cases and kept locally: `t:` petition → its trace, `c:` home, place and mark →
petitions that bear it. A petition is kept under its township; those that name none are kept apart, because they may
be about any.
"""

from collections import Counter

import msgspec

from processors.rules.anchors import figures_in
from processors.rules.relation import TOWNSHIP_DIGITS, Trace, are_apart, places_of
from processors.rules.terms import names_in
from processors.tables import Table

TEXT_MARKS = 2
"""How many of a text's smallest trigram hashes lead to candidates."""
NAME_MARKS = 10
"""How many figures and names together lead to candidates: of the names those that count most."""
MOST_BYTES = 6_000
"""Of the petitions under one mark, some 170: those of a form letter would grow without bound."""
LEAST_SHARED = 2
"""Marks that a candidate shares at least: nineteen of twenty petitions share one by chance, and letters about the
same matter share seven or so."""
LEAST_PART = 8
"""Marks that two letters share are at least this part (one in so many) of those of the letter that has fewer. It asks
nothing of third letters, so that the order in which letters arrive does not decide which are compared."""
MOST_CANDIDATES = 64
"""More than any letter has, but those of a form."""
_ANY, _NOWHERE, _AT = "*", "", "@"

_trace = msgspec.msgpack.Decoder(Trace).decode
_pack = msgspec.msgpack.Encoder().encode


class Candidates:
    """What later petitions are compared with, in one partition."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def trace(self, petition_id: str) -> Trace | None:
        """What linking remembers of a petition; None where it is not known here."""
        value = self._table.get(_trace_key(petition_id))
        return _trace(value) if value is not None else None

    def remember(self, trace: Trace, marks: list[bytes]) -> None:
        """Keep a petition, under its `marks_of`, for those that come later."""
        self._table.derive(_trace_key(trace.petition_id), _pack(trace))
        township, bearer = _township(trace), _bearer(trace, marks)
        keys = _keys(trace, marks, (township, _ANY) if township else (_NOWHERE,))
        for key, bearers in zip(keys, self._table.get_many(keys), strict=True):
            if bearers is None or bearer not in bearers:
                self._table.derive(key, _latest(bearers or b"") + bearer)

    def likely(self, trace: Trace, marks: list[bytes]) -> list[str]:
        """Petitions that share most with this one, the likeliest first; at most `MOST_CANDIDATES`.

        None whose place alone says that it is about another matter.
        """
        shared: Counter[bytes] = Counter()
        for bearers in self._table.get_many(_keys(trace, marks, (_township(trace) or _ANY, _NOWHERE))):
            if bearers is not None:
                shared.update(bearers.splitlines())
        places = places_of(trace)
        found: list[tuple[int, str]] = []
        for bearer, count in [pair for pair in shared.items() if pair[1] >= LEAST_SHARED]:
            candidate, place, borne = bearer.decode().split(_AT)
            is_part = count * LEAST_PART >= min(len(marks), int(borne))
            if is_part and candidate != trace.petition_id and not (place and are_apart(places, (place,))):
                found.append((-count, candidate))
        return [candidate for _, candidate in sorted(found)[:MOST_CANDIDATES]]


def marks_of(trace: Trace) -> list[bytes]:
    """What a letter shares with letters about the same matter: text, names, anchors."""
    hashes = memoryview(trace.sketch)[4 : 4 + 4 * TEXT_MARKS]
    texts = [bytes(hashes[i : i + 4]) for i in range(0, len(hashes), 4)]
    figures = figures_in(trace.anchors)
    named = [b"n" + name.to_bytes(3, "big") for name in names_in(trace.profile, max(0, NAME_MARKS - figures))]
    return texts + named + [b"a" + anchor.to_bytes(4, "big") for anchor in sorted(trace.anchors)]


def _keys(trace: Trace, marks: list[bytes], places: tuple[str, ...]) -> list[bytes]:
    return [where + mark for where in (f"c:{trace.home}:{place}:".encode() for place in places) for mark in marks]


def _trace_key(petition_id: str) -> bytes:
    return b"t:" + petition_id.encode()


def _bearer(trace: Trace, marks: list[bytes]) -> bytes:
    """The petition, its place where that is sure, and how many marks it bears: so most need not be looked at."""
    return f"{trace.petition_id}{_AT}{trace.place}{_AT}{len(marks)}\n".encode()


def _latest(bearers: bytes) -> bytes:
    """Without the oldest, where there are too many."""
    return bearers[bearers.index(b"\n", -MOST_BYTES) + 1 :] if len(bearers) > MOST_BYTES else bearers


def _township(trace: Trace) -> str:
    return trace.place[:TOWNSHIP_DIGITS] if len(trace.place) >= TOWNSHIP_DIGITS else ""
