"""The case desk: puts each linked petition into its case, joins matters, applies what people decide.

Keys of its table: a case under its id (in the changelog); derived from the cases and kept locally:
`p:` petition → case id, and what `candidates` and `volumes` keep.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from processors.at_hand import CasesAtHand
from processors.candidates import Candidates, marks_of
from processors.gathering import Family, Gathering
from processors.moving import Departure
from processors.remarks import Remark, Remarks, remark_of
from processors.rules.case_life import (
    Draft,
    Rules,
    close,
    decide,
    is_known,
    order_of,
    tell,
    united,
)
from processors.rules.judgements import in_order
from processors.rules.relation import OTHER_PETITIONER, Trace, likelihood
from processors.rules.repeat import trace_of
from processors.rules.reported_steps import carried_over
from processors.settling import Cases, Settling
from processors.tables import BESIDE, Table
from processors.volumes import STRETCH, Volumes, have_room
from schemas.events import (
    Case,
    CasePetition,
    Decision,
    Judgement,
    Link,
    LinkedPetition,
    MeetingCall,
    MovedPetition,
)
from schemas.keys import case_id, founding_petition, meeting_home
from schemas.terms import CaseStatus, DecisionKind, Opinion, Verdict

_MOST_MERGES = 64


class Changed(NamedTuple):
    """Cases that a petition or decision changed, ready to be published; empty where nothing was new."""

    cases: tuple[Case, ...]


NOTHING = Changed(())


class Casebook:
    """The cases of one partition."""

    def __init__(
        self,
        table: Table,
        rules: Rules,
        is_here: Callable[[str], bool] = lambda home: True,
        at_hand: CasesAtHand | None = None,
    ) -> None:
        """`is_here` tells whether the cases of a home live in this partition; desks may share what is at hand."""
        self._table = table
        self._rules = rules
        self._at_hand = at_hand or CasesAtHand()
        self._changed: dict[str, Case] = {}
        self._moved: set[str] = set()
        self._volumes = Volumes(table, self.case)
        self._remarks = Remarks(table)
        self._candidates = Candidates(table)
        self._gathering = Gathering(self._remarks, self._case_of, self.case)
        cases = Cases(self._stored, self._put, self._close, self._trace_of)
        self._settling = Settling(cases, self._remarks, is_here)

    def add(self, petition: LinkedPetition, member: CasePetition) -> Changed:
        """File a petition. The same revision again changes nothing."""
        trace = trace_of(petition, petition.place, petition.classification, petition.home)
        member = self._looking_back(member, trace)
        remark = self._remarks.of(petition.petition_id)
        own = self._case_of(petition.petition_id)
        if _was_seen(petition, own, remark):
            return NOTHING
        if own is not None:
            current = next(m for m in own.petitions if m.petition_id == petition.petition_id)
            member = carried_over(current, member)
            own = own.with_changes(petitions=tuple(m for m in own.petitions if m.petition_id != petition.petition_id))
        marks = marks_of(trace)
        likely = self._candidates.likely(trace, marks)
        family = self._family_of(petition, trace, likely, own, remark)
        self._candidates.remember(trace, marks)
        return Changed((*self._marked_unsure(petition, member), *self._settling.settle(family, petition, member)))

    def decide(self, decision: Decision) -> Changed | None:
        """Apply a decision; None where the case is not known here: then it waits for it.

        What a person decides about a case counts for all volumes of its matter; that the register has changed is
        told of each.
        """
        founding = founding_petition(decision.case_id)
        case = self._case_of(founding) or self.case(decision.case_id)
        if case is None:
            away_at = self._remarks.of(founding).away_at
            if away_at:
                self._settling.departures.append(Departure(away_at, decision))
                return NOTHING
            self._remarks.wait(founding, decision)
            return None
        if decision.petition_id:
            draft = tell(case, decision)
            return NOTHING if draft is None or is_known(case, decision) else self._renewed([(case, draft)])
        first = self._volumes.first(case)
        volumes = [first, *self._volumes.following(first)]
        decided = [case] if decision.kind is DecisionKind.REDETERMINE else volumes
        return self._renewed([(one, decide(one, decision)) for one in decided if not is_known(one, decision)])

    def awaited(self, petition_id: str) -> list[Decision]:
        """Decisions that came before the petition after which their case is named."""
        return self._remarks.awaited(petition_id)

    def judge(self, judgement: Judgement) -> Changed:
        """Apply what a person judged about two petitions, wherever they are; it also waits for them."""
        if not self._remarks.learn(judgement):
            return NOTHING
        is_joining = judgement.opinion is Opinion.SAME
        changed: list[Case] = []
        done: set[str] = set()
        for name in judgement.pair:
            case = self._case_of(name)
            if case is not None and case.case_id not in done:
                noted = case.with_changes(judgements=in_order((*case.judgements, judgement)))
                family = self._gathering.family((), (noted,))
                done |= family.cases.keys()
                changed += self._settling.settle(family)
        if is_joining and not done:
            names, _ = self._remarks.brought_together(judgement.pair)
            changed += self._settling.settle(self._gathering.family(names))
        return Changed(tuple(changed))

    def call(self, call: MeetingCall) -> Changed:
        """Another home asks for a petition's family, because its matter is the same."""
        for name in call.kept_with:
            self._hear(name, call.meet_at)
        case = self._case_of(call.petition_id)
        if case is None:
            known = self._remarks.of(call.petition_id)
            elsewhere = known.away_at or known.heard_at
            if not elsewhere:
                self._remarks.called(call)
            elif elsewhere != call.meet_at:
                self._settling.departures.append(Departure(elsewhere, call))
            return NOTHING
        family = self._gathering.family(call.kept_with, (case,))
        family.homes.add(call.meet_at)
        return Changed(self._settling.settle(family))

    def _hear(self, name: str, home: str) -> None:
        if self._case_of(name) is None:
            self._settling.departures += [
                Departure(home, call) for call in self._remarks.heard(name, home) if call.meet_at != home
            ]

    def departures(self) -> list[Departure]:
        """What has to go to the desks of other homes; given once."""
        found, self._settling.departures = self._settling.departures, []
        return found

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
        moved, self._moved = self._moved, set()
        for name in sorted(moved):
            case = self.case(name)
            following = self._volumes.following(case) if case is not None else []
            self._renewed([(volume, united([volume])) for volume in following])
        for name, case in self._changed.items():
            value = case.to_bytes()
            self._table.put(name.encode(), value)
            self._at_hand.keep(value, case)
        self._changed.clear()

    def _stored(self, case_id: str) -> Case | None:
        changed = self._changed.get(case_id)
        if changed is not None:
            return changed
        value = self._table.get(case_id.encode())
        return self._at_hand.case(case_id, value) if value is not None else None

    def _case_of(self, petition_id: str) -> Case | None:
        """The case that holds a petition; None where it is not here, or no longer."""
        owner = self._owner(petition_id)
        if not owner or self._remarks.of(petition_id).away_at:
            return None
        return self.case(owner)

    def _family_of(
        self, petition: LinkedPetition, trace: Trace, likely: list[str], own: Case | None, remark: Remark
    ) -> Family:
        owners: dict[str, str] = {}
        lost = [name for _, kept in remark.calls for name in kept]
        lost += petition.kept_with if isinstance(petition, MovedPetition) else ()
        for made in petition.links:
            if made.verdict is not Verdict.UNSURE:
                owners.setdefault(self._owner(made.petition_id), made.petition_id)
        linked = tuple(owners)
        self._add_same_matter(trace, likely, owners)
        cases = {own.case_id: own} if own is not None else {}
        for owner, name in sorted(owners.items()):
            case = self.case(owner) if owner not in cases else None
            if case is not None:
                cases.setdefault(case.case_id, case)
            elif owner not in cases:
                lost.append(name)
        made_about = self._remarks.judgements(petition.petition_id) if remark.judgements else ()
        first = self._take_volume(cases, linked, own)
        family = self._gathering.family(lost, cases.values(), made_about)
        family.volume_of, family.notes = (first.case_id, first.notes) if first is not None else ("", ())
        self._add_where_from(family, petition, own, remark)
        return family

    def _add_where_from(self, family: Family, petition: LinkedPetition, own: Case | None, remark: Remark) -> None:
        family.homes |= {home for home, _ in remark.calls}
        if remark.calls or remark.heard_at:
            family.away.pop(petition.petition_id, None)
            self._remarks.answered(petition.petition_id)
        if isinstance(petition, MovedPetition):
            family.homes.add(petition.meet_at)
            family.versions[case_id(petition.petition_id)] = petition.case_version
            family.notes = (*family.notes, *petition.notes)
        if remark.away_at and _is_coming_back(petition, remark):
            family.away.pop(petition.petition_id, None)
            self._remarks.returns(petition.petition_id)
        elif own is None and remark.away_at:
            family.away[petition.petition_id] = remark.away_at

    def _take_volume(self, cases: dict[str, Case], linked: Iterable[str], own: Case | None) -> Case | None:
        """Leave of the cases that evidence brings together only as many as one volume holds.

        Returns the first volume of the matter, where the petition opens a new one.
        """
        if not cases or have_room(cases.values()):
            return None
        theirs = [case for name in linked if (case := self.case(name)) is not None]
        kept = own or next((case for case in theirs if have_room([case], stretch=STRETCH)), None)
        taking = self._volumes.taking(cases.values())
        for other in taking.following:
            self._put(other.with_changes(volume_of=taking.first.case_id, version=other.version + 1))
        taker = kept or taking.case
        cases.clear()
        if taker is not None:
            cases[taker.case_id] = self.case(taker.case_id) or taker
            return None
        return taking.first

    def _add_same_matter(self, trace: Trace, likely: list[str], owners: dict[str, str]) -> None:
        """Cases of anybody about the same matter.

        One petition that fits is enough for a case, so the others of that case need not be compared.
        """
        values = self._table.get_many([_owner_key(candidate) for candidate in likely])
        for candidate, value in zip(likely, values, strict=True):
            owner = value.decode() if value is not None else ""
            if owner in owners:
                continue
            other = self._candidates.trace(candidate)
            if other is not None and likelihood(trace, other, OTHER_PETITIONER) >= OTHER_PETITIONER.same:
                owners[owner] = candidate

    def _owner(self, petition_id: str) -> str:
        """The id of the case that the petition was filed in; empty where it is not known here."""
        value = self._table.get(_owner_key(petition_id))
        return value.decode() if value is not None else ""

    def _trace_of(self, petition_id: str) -> Trace:
        known = self._candidates.trace(petition_id)
        if known is None:
            raise LookupError(f"no trace of {petition_id}, which is in a case")
        return known

    def _put(self, case: Case) -> Case:
        before = self._stored(case.case_id)
        if case.volume_of:
            self._volumes.keep(case)
        elif before is not None and _leads_elsewhere(before, case):
            self._moved.add(case.case_id)
        filed = {member.petition_id for member in before.petitions} if before is not None else set()
        self._changed[case.case_id] = case
        for member in case.petitions:
            if member.petition_id not in filed:
                self._table.derive(_owner_key(member.petition_id), case.case_id.encode())
        return case

    def _looking_back(self, member: CasePetition, trace: Trace) -> CasePetition:
        """The petition without unsure links to later ones that arrived before it: those are marked instead."""
        mine = (trace.received, trace.petition_id)
        kept = []
        for made in member.links:
            other = self._candidates.trace(made.petition_id) if made.verdict is Verdict.UNSURE else None
            if other is None or (other.received, other.petition_id) < mine:
                kept.append(made)
        return member if len(kept) == len(member.links) else member.with_changes(links=tuple(kept))

    def _marked_unsure(self, petition: LinkedPetition, member: CasePetition) -> tuple[Case, ...]:
        """An unsure link is shown at the later petition of the two, whichever of them arrived first."""
        changed: list[Case] = []
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
            changed += self._renewed([(other, united([other.with_changes(petitions=members)]))]).cases
        return tuple(changed)

    def _renewed(self, drafts: Iterable[tuple[Case, Draft]]) -> Changed:
        """Cases made anew, each under its next version."""
        return Changed(tuple(self._put(self._close(draft, case.version + 1)) for case, draft in drafts))

    def _close(self, draft: Draft, version: int) -> Case:
        named = self.case(draft.volume_of) if draft.volume_of else None
        first = self._volumes.first(named) if named is not None else None
        if first is not None and any(m.petition_id == first.petitions[0].petition_id for m in draft.members):
            first = None
        return close(replace(draft, first_volume=first), version, self._rules, self._trace_of)


def _leads_elsewhere(before: Case, case: Case) -> bool:
    """Whether what the further volumes take from the first one is no longer the same."""
    led = (before.place, before.classification, [m.petition_id for m in before.petitions[:1]])
    return led != (case.place, case.classification, [m.petition_id for m in case.petitions[:1]])


def _owner_key(petition_id: str) -> bytes:
    return b"p:" + petition_id.encode()


def _was_seen(petition: LinkedPetition, own: Case | None, remark: Remark) -> bool:
    """Whether this revision was filed here, or sent on from here, before."""
    if own is not None:
        current = next(m for m in own.petitions if m.petition_id == petition.petition_id)
        return current.revision >= petition.revision
    return bool(remark.away_at) and remark.revision >= petition.revision and not _is_coming_back(petition, remark)


def _is_coming_back(petition: LinkedPetition, remark: Remark) -> bool:
    """A family only ever moves to a home that goes before; anything else on its way here is a repetition."""
    if not isinstance(petition, MovedPetition) or petition.meet_at == remark.away_at:
        return False
    return meeting_home({petition.meet_at, remark.away_at}) == petition.meet_at


def rederive(table: Table, key: bytes, value: bytes) -> None:
    """Make the derived values of one case or remark again, after it was read back from the changelog."""
    if key.startswith(BESIDE):
        trace = remark_of(value).trace
        if trace is not None:
            Candidates(table).remember(trace, marks_of(trace))
        return
    case, candidates = Case.from_bytes(value), Candidates(table)
    Volumes(table, lambda case_id: None).keep(case)
    for member in case.petitions:
        table.derive(_owner_key(member.petition_id), case.case_id.encode())
        trace = trace_of(member, member.place, member.classification, member.home)
        candidates.remember(trace, marks_of(trace))
