"""Which petitions of other people may be about the same matter: found by what they share, not by comparing with all.

Keys of the table, derived from the cases and kept locally: `t:` petition → its trace, `c:` home, place and mark →
petitions that bear it. A petition is kept under its township; those that name none are kept apart, because they may
be about any.
"""

from collections import Counter

import msgspec

from processors.rules.relation import Trace
from processors.rules.terms import names_in
from processors.tables import Table

TEXT_MARKS = 2
"""How many of a text's smallest trigram hashes lead to candidates."""
NAME_MARKS = 12
"""How many of the names that count most in a letter lead to candidates."""
KEPT_BEARERS = 64
"""Petitions remembered under one mark; those of a form letter would grow without bound."""
LEAST_SHARED = 2
"""Marks that a candidate shares at least: nineteen of twenty petitions share one by chance, and letters about the
same matter share seven or so."""
LEAST_SHARE = 3
"""A candidate shares at least this part (one in so many) of the marks that the likeliest one shares."""
MOST_CANDIDATES = 12
TOWNSHIP_DIGITS = 9
_ANY, _NOWHERE = "*", ""

_trace = msgspec.msgpack.Decoder(Trace).decode
_bearers = msgspec.msgpack.Decoder(list[str]).decode
_pack = msgspec.msgpack.Encoder().encode


class Candidates:
    """What later petitions are compared with, in one partition."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def trace(self, petition_id: str) -> Trace | None:
        """What linking remembers of a petition; None where it is not known here."""
        value = self._table.get(b"t:" + petition_id.encode())
        return _trace(value) if value is not None else None

    def remember(self, trace: Trace) -> None:
        """Keep a petition for those that come later."""
        self._table.derive(b"t:" + trace.petition_id.encode(), _pack(trace))
        township = _township(trace)
        for key in _keys(trace, (township, _ANY) if township else (_NOWHERE,)):
            value = self._table.get(key)
            bearers = _bearers(value) if value is not None else []
            if trace.petition_id not in bearers:
                self._table.derive(key, _pack([*bearers[1 - KEPT_BEARERS :], trace.petition_id]))

    def likely(self, trace: Trace) -> list[str]:
        """Petitions that share most with this one, the likeliest first; at most `MOST_CANDIDATES`."""
        shared: Counter[str] = Counter()
        for key in _keys(trace, (_township(trace) or _ANY, _NOWHERE)):
            value = self._table.get(key)
            if value is not None:
                shared.update(_bearers(value))
        shared.pop(trace.petition_id, None)
        least = max(LEAST_SHARED, max(shared.values(), default=0) // LEAST_SHARE)
        found = sorted((-count, candidate) for candidate, count in shared.items() if count >= least)
        return [candidate for _, candidate in found[:MOST_CANDIDATES]]


def marks_of(trace: Trace) -> list[bytes]:
    """What a letter shares with letters about the same matter: text, names, anchors."""
    hashes = memoryview(trace.sketch)[4 : 4 + 4 * TEXT_MARKS]
    texts = [bytes(hashes[i : i + 4]) for i in range(0, len(hashes), 4)]
    named = [b"n" + name.to_bytes(3, "big") for name in names_in(trace.profile, NAME_MARKS)]
    return texts + named + [b"a" + anchor.to_bytes(4, "big") for anchor in sorted(trace.anchors)]


def _keys(trace: Trace, places: tuple[str, ...]) -> list[bytes]:
    marks = marks_of(trace)
    return [where + mark for where in (f"c:{trace.home}:{place}:".encode() for place in places) for mark in marks]


def _township(trace: Trace) -> str:
    return trace.place[:TOWNSHIP_DIGITS] if len(trace.place) >= TOWNSHIP_DIGITS else ""
