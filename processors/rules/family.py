"""A family: all petitions that evidence or people ever brought together; its cases, where people part it.

Evidence is taken strongest first, as long as it joins no pair that a person keeps apart: so what is cut between the
two is the weakest evidence. The cases follow from the petitions, their evidence and the judgements alone, in
whatever order these came.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from processors.rules.judgements import Pair, latest, pair_of
from processors.rules.relation import OTHER_PETITIONER, SAME_PETITIONER, Trace, likelihood
from schemas.events import CasePetition, Judgement
from schemas.terms import Opinion, Verdict

MOST_PAIRED = 150
"""Of a larger family not every petition is compared with every other one, but with the judged and the earliest."""
EARLIEST = 30


class Edge(NamedTuple):
    """Evidence that two petitions are one matter; the first of an ordered list is the strongest."""

    weakness: float
    is_between_people: bool
    """Of equal evidence that between petitions of one petitioner is the stronger."""
    pair: Pair


def parted(
    members: Sequence[CasePetition], trace_of: Callable[[str], Trace], judgements: Iterable[Judgement]
) -> list[tuple[CasePetition, ...]]:
    """The cases of a family, each with its members in the given order (the order of receipt)."""
    names = [member.petition_id for member in members]
    counting = {pair: made for pair, made in latest(judgements).items() if {*pair} <= {*names}}
    pieces = _Pieces(names, {pair for pair, made in counting.items() if made.opinion is Opinion.NOT_SAME})
    agreed = [made for made in counting.values() if made.opinion is Opinion.SAME]
    for made in sorted(agreed, key=lambda made: (made.at, made.judgement_id), reverse=True):
        pieces.unite(*made.pair)
    found = sorted(_evidence(members, trace_of, counting))
    for edge in found:
        pieces.unite(*edge.pair)
    if len(members) > MOST_PAIRED:
        _unite_the_rest(pieces, names, found, counting)
    grouped: dict[str, list[CasePetition]] = defaultdict(list)
    for member in members:
        grouped[pieces.root(member.petition_id)].append(member)
    return [tuple(part) for part in grouped.values()]


class _Pieces:
    """Petitions that are together so far; refuses to unite what must stay apart."""

    def __init__(self, names: Iterable[str], apart: Iterable[Pair]) -> None:
        self._above: dict[str, str] = {name: name for name in names}
        self._foes: dict[str, set[str]] = defaultdict(set)
        for one, other in apart:
            self._foes[one].add(other)
            self._foes[other].add(one)

    def root(self, name: str) -> str:
        """The petition that stands for the piece."""
        while self._above[name] != name:
            self._above[name] = self._above[self._above[name]]
            name = self._above[name]
        return name

    def unite(self, one: str, other: str) -> None:
        """Make two pieces one, unless a person keeps one of the one from one of the other."""
        kept, gone = self.root(one), self.root(other)
        if kept == gone or any(self.root(foe) == gone for foe in self._foes[kept]):
            return
        self._above[gone] = kept
        self._foes[kept] |= self._foes.pop(gone, set())


def _evidence(
    members: Sequence[CasePetition], trace_of: Callable[[str], Trace], counting: Mapping[Pair, Judgement]
) -> Iterator[Edge]:
    traces = {member.petition_id: trace_of(member.petition_id) for member in members}
    for member in members:
        for made in member.links:
            if made.verdict is not Verdict.UNSURE and made.petition_id in traces:
                yield Edge(-made.score, False, pair_of(member.petition_id, made.petition_id))
    for one, other in _compared(members, {name for pair in counting for name in pair}):
        is_same_person = one.petitioner_ref is not None and one.petitioner_ref == other.petitioner_ref
        weights = SAME_PETITIONER if is_same_person else OTHER_PETITIONER
        score = likelihood(traces[one.petition_id], traces[other.petition_id], weights)
        if score >= weights.same:
            yield Edge(-score, not is_same_person, pair_of(one.petition_id, other.petition_id))


def _compared(members: Sequence[CasePetition], judged: set[str]) -> Iterator[tuple[CasePetition, CasePetition]]:
    if len(members) <= MOST_PAIRED:
        yield from combinations(members, 2)
        return
    leading = [member for index, member in enumerate(members) if index < EARLIEST or member.petition_id in judged]
    names = {member.petition_id for member in leading}
    yield from combinations(leading, 2)
    yield from ((one, other) for other in members if other.petition_id not in names for one in leading)


def _unite_the_rest(pieces: _Pieces, names: list[str], found: list[Edge], counting: Mapping[Pair, Judgement]) -> None:
    """In a large family a petition that was compared with none of its kin stays with the first petition."""
    held = {name for pair in (*(edge.pair for edge in found), *counting) for name in pair}
    for name in names:
        if name not in held:
            pieces.unite(names[0], name)
