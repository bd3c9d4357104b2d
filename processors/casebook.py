"""The case desk: puts each linked petition into its case, joins matters, applies what people decide.

Keys of its table: a case under its id (in the changelog); derived from the cases and kept locally:
`p:` petition → case id, `t:` petition → its trace, `c:` home, place and mark of the text → petitions that bear it.
"""

from collections import Counter, OrderedDict
from dataclasses import replace
from typing import NamedTuple

import msgspec

from processors.rules.case_life import (
    Draft,
    Rules,
    canonical_id,
    close,
    decide,
    is_known,
    merged_away,
    order_of,
    united,
)
from processors.rules.life import carried_over
from processors.rules.relation import OTHER_PETITIONER, TOWNSHIP_DIGITS, Trace, relation
from processors.rules.repeat import trace_of
from processors.tables import Table
from schemas.events import Case, CasePetition, Decision, Link, LinkedPetition
from schemas.terms import CaseStatus, Verdict

MARKS = 6
"""How many of a text's smallest trigram hashes lead to candidates; two texts that share a third of their trigrams
share at least one of six with probability 0.9."""
KEPT_BEARERS = 64
"""Petitions remembered under one mark; those of a form letter would grow without bound."""
MOST_CANDIDATES = 24
_MOST_MERGES = 64
KEPT_AT_HAND = 1_024

_traces = msgspec.msgpack.Decoder(Trace)
_bearers = msgspec.msgpack.Decoder(list[str])
_pack = msgspec.msgpack.Encoder().encode


class Changed(NamedTuple):
    """Cases that a petition or decision changed, ready to be published; empty where nothing was new."""

    cases: tuple[Case, ...]


NOTHING = Changed(())


class CasesAtHand:
    """Cases that are worked on come up again and again; while their bytes are the same, none is parsed twice."""

    def __init__(self) -> None:
        self._cases: OrderedDict[str, tuple[bytes, Case]] = OrderedDict()

    def case(self, case_id: str, value: bytes) -> Case:
        """The case that these bytes hold."""
        known = self._cases.get(case_id)
        if known is not None and known[0] == value:
            self._cases.move_to_end(case_id)
            return known[1]
        case = Case.from_bytes(value)
        self.keep(value, case)
        return case

    def keep(self, value: bytes, case: Case) -> None:
        """Remember a case together with its bytes; the one that was not used longest makes room."""
        self._cases[case.case_id] = (value, case)
        self._cases.move_to_end(case.case_id)
        if len(self._cases) > KEPT_AT_HAND:
            self._cases.popitem(last=False)


class Casebook:
    """The cases of one partition."""

    def __init__(self, table: Table, rules: Rules) -> None:
        self._table = table
        self._rules = rules
        self._at_hand = CasesAtHand()
        self._changed: dict[str, Case] = {}

    def add(self, petition: LinkedPetition, member: CasePetition) -> Changed:
        """File a petition. The same revision again changes nothing."""
        trace = trace_of(petition, petition.place, petition.classification, petition.home)
        member = self._looking_back(member, trace)
        own = self._case_of(petition.petition_id)
        if own is not None:
            current = next(m for m in own.petitions if m.petition_id == petition.petition_id)
            if current.revision >= petition.revision:
                return NOTHING
            member = carried_over(current, member)
            others = tuple(m for m in own.petitions if m.petition_id != petition.petition_id)
            own = own.with_changes(petitions=(*others, member))
        related = self._related(petition, trace)
        if own is not None:
            related[own.case_id] = own
        remember(self._table, trace)
        draft = self._drafted(petition, member, list(related.values()), is_new=own is None)
        return Changed((*self._marked_unsure(petition, member), *self._file(draft, related)))

    def decide(self, decision: Decision) -> Changed | None:
        """Apply a person's decision; None where the case is not known here."""
        case = self.case(decision.case_id)
        if case is None:
            return None
        if is_known(case, decision):
            return NOTHING
        draft = decide(case, decision)
        return Changed((self._put(close(draft, case.version + 1, self._rules, self._trace_of)),))

    def case(self, case_id: str) -> Case | None:
        """The case with this id, or the one that took it over."""
        for _ in range(_MOST_MERGES):
            case = self._stored(case_id)
            if case is None:
                return None
            if case.status is not CaseStatus.MERGED:
                return case
            case_id = case.merged_into
        return None

    def finish(self) -> None:
        """Put the changed cases into the table, each once however many petitions came for it."""
        for case_id, case in self._changed.items():
            value = case.to_bytes()
            self._table.put(case_id.encode(), value)
            self._at_hand.keep(value, case)
        self._changed.clear()

    def _stored(self, case_id: str) -> Case | None:
        changed = self._changed.get(case_id)
        if changed is not None:
            return changed
        value = self._table.get(case_id.encode())
        return self._at_hand.case(case_id, value) if value is not None else None

    def _case_of(self, petition_id: str) -> Case | None:
        owner = self._owner(petition_id)
        return self.case(owner) if owner else None

    def _related(self, petition: LinkedPetition, trace: Trace) -> dict[str, Case]:
        linked = [made.petition_id for made in petition.links if made.verdict is not Verdict.UNSURE]
        owners = {self._owner(other) for other in linked}
        self._add_same_matter(trace, owners)
        cases = (self.case(owner) for owner in sorted(owners - {""}))
        return {case.case_id: case for case in cases if case is not None}

    def _add_same_matter(self, trace: Trace, owners: set[str]) -> None:
        """Cases of anybody about the same matter, among the petitions that share a mark with this one.

        One petition that fits is enough for a case, so the others of that case need not be compared.
        """
        shared: Counter[str] = Counter()
        for key in _marks(trace):
            value = self._table.get(key)
            if value is not None:
                shared.update(_bearers.decode(value))
        shared.pop(trace.petition_id, None)
        for candidate, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:MOST_CANDIDATES]:
            owner = self._owner(candidate)
            if owner in owners:
                continue
            other = self._trace(candidate)
            if other is not None and relation(trace, other, OTHER_PETITIONER).score >= OTHER_PETITIONER.same:
                owners.add(owner)

    def _owner(self, petition_id: str) -> str:
        """The id of the case that the petition was filed in; empty where it is not known here."""
        value = self._table.get(b"p:" + petition_id.encode())
        return value.decode() if value is not None else ""

    def _trace(self, petition_id: str) -> Trace | None:
        value = self._table.get(b"t:" + petition_id.encode())
        return _traces.decode(value) if value is not None else None

    def _trace_of(self, petition_id: str) -> Trace:
        known = self._trace(petition_id)
        if known is None:
            raise LookupError(f"no trace of {petition_id}, which is in a case")
        return known

    def _drafted(self, petition: LinkedPetition, member: CasePetition, related: list[Case], *, is_new: bool) -> Draft:
        changed = frozenset({petition.petition_id})
        if not related:
            return Draft(home=petition.home, members=(member,), changed=changed)
        draft = united(related)
        members = (*draft.members, member) if is_new else draft.members
        return replace(draft, members=members, changed=draft.changed | changed)

    def _file(self, draft: Draft, related: dict[str, Case]) -> tuple[Case, ...]:
        named = canonical_id(draft.members)
        before = self._stored(named)
        version = before.version + 1 if before else 1
        away = [merged_away(case, named) for case in related.values() if case.case_id != named]
        return tuple(self._put(case) for case in (close(draft, version, self._rules, self._trace_of), *away))

    def _put(self, case: Case) -> Case:
        before = self._stored(case.case_id)
        filed = {member.petition_id for member in before.petitions} if before is not None else set()
        self._changed[case.case_id] = case
        for member in case.petitions:
            if member.petition_id not in filed:
                self._table.derive(b"p:" + member.petition_id.encode(), case.case_id.encode())
        return case

    def _looking_back(self, member: CasePetition, trace: Trace) -> CasePetition:
        """The petition without unsure links to later ones that arrived before it: those are marked instead."""
        mine = (trace.received, trace.petition_id)
        kept = []
        for made in member.links:
            other = self._trace(made.petition_id) if made.verdict is Verdict.UNSURE else None
            if other is None or (other.received, other.petition_id) < mine:
                kept.append(made)
        return member if len(kept) == len(member.links) else member.with_changes(links=tuple(kept))

    def _marked_unsure(self, petition: LinkedPetition, member: CasePetition) -> tuple[Case, ...]:
        """An unsure link is shown at the later petition of the two, whichever of them arrived first."""
        changed = []
        for made in petition.links:
            other = self._case_of(made.petition_id) if made.verdict is Verdict.UNSURE else None
            twin = next((m for m in other.petitions if m.petition_id == made.petition_id), None) if other else None
            if other is None or twin is None or order_of(twin) < order_of(member):
                continue
            if any(known.petition_id == petition.petition_id for known in twin.links):
                continue
            back = Link(
                petition_id=petition.petition_id, verdict=Verdict.UNSURE, score=made.score, evidence=made.evidence
            )
            marked = twin.with_changes(links=(*twin.links, back))
            members = tuple(marked if m is twin else m for m in other.petitions)
            draft = united([other.with_changes(petitions=members)])
            changed.append(self._put(close(draft, other.version + 1, self._rules, self._trace_of)))
        return tuple(changed)


def remember(table: Table, trace: Trace) -> None:
    """Keep what later petitions are compared with."""
    table.derive(b"t:" + trace.petition_id.encode(), _pack(trace))
    for key in _marks(trace):
        value = table.get(key)
        bearers = _bearers.decode(value) if value is not None else []
        if trace.petition_id not in bearers:
            table.derive(key, _pack([*bearers, trace.petition_id][-KEPT_BEARERS:]))


def rederive(table: Table, key: bytes, value: bytes) -> None:
    """Make the derived values of one case again, after it was read back from the changelog."""
    case = Case.from_bytes(value)
    for member in case.petitions:
        table.derive(b"p:" + member.petition_id.encode(), case.case_id.encode())
        remember(table, trace_of(member, member.place, member.classification, case.home))


def _marks(trace: Trace) -> list[bytes]:
    """Keys under which letters of other people about the same matter are looked for: home, place, mark.

    Without a township there are none, because such letters never join (`OTHER_PETITIONER.needs_same_place`).
    """
    if len(trace.place) < TOWNSHIP_DIGITS:
        return []
    hashes = memoryview(trace.sketch)[4 : 4 + 4 * MARKS]
    where = f"c:{trace.home}:{trace.place}:".encode()
    texts = [where + bytes(hashes[i : i + 4]) for i in range(0, len(hashes), 4)]
    return texts + [where + b"a" + anchor.to_bytes(4, "big") for anchor in sorted(trace.anchors)]
