"""The case desk: puts each linked petition into its case, joins matters, applies what people decide."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from processors.at_hand import CasesAtHand
from processors.belonging import Belonging, Likely, was_seen
from processors.gathering import Gathering
from processors.moving import Departure
from processors.rules.case_life import (
    Draft,
    Rules,
    close,
    decide,
    is_known,
    tell,
    united,
)
from processors.rules.judgements import ever_same, in_order
from processors.rules.relation import Trace
from processors.rules.repeat import trace_of
from processors.rules.reported_steps import carried_over
from processors.rules.verdicts import order_of
from processors.settling import Settling
from processors.shelf import Shelf
from processors.tables import Table
from schemas.events import Case, CasePetition, Decision, Judgement, MeetingCall
from schemas.keys import founding_petition
from schemas.petition import Link, LinkedPetition
from schemas.terms import DecisionKind, Verdict


class Changed(NamedTuple):
    """Cases that a petition or decision changed, ready to be published; empty where nothing was new."""

    cases: tuple[Case, ...]


NOTHING = Changed(())


class Expected(NamedTuple):
    """What is looked up of a petition before it is filed."""

    links: tuple[Link, ...]
    """Without those that are shown at the other petition."""
    likely: Likely


Traced = tuple[LinkedPetition, Trace]
"""A petition, and what linking is going to remember of it."""


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
        self._rules = rules
        self._shelf = Shelf(table, at_hand or CasesAtHand())
        self._remarks = self._shelf.remarks
        self._candidates = self._shelf.candidates
        self._gathering = Gathering(self._remarks, self._shelf.case_of, self._shelf.case)
        self._belonging = Belonging(self._shelf, self._gathering)
        self._settling = Settling(self._shelf, self._close, is_here)

    def expected(self, petitions: Iterable[LinkedPetition]) -> Iterator[tuple[LinkedPetition, Expected]]:
        """Each petition of a message with what `add` takes beside it, which has to be added before the next one.

        Looked up and compared together they cost half as much as each amidst all that filing one does.
        """
        for different in _without_repetition(petitions):
            for run in self._runs(different, self._shelf.expect(different)):
                yield from zip([petition for petition, _ in run], self._expect(run), strict=True)

    def _runs(self, petitions: Sequence[LinkedPetition], are_here: Iterable[bool]) -> Iterator[list[Traced]]:
        """Different petitions with their traces, cut before each that the filing of those before it bears upon.

        As long as one is not filed, its case and where that goes follow from its older revision.
        """
        run: list[Traced] = []
        for petition, is_here in zip(petitions, are_here, strict=True):
            trace = _trace_of(petition)
            if run and is_here and not self._is_only_renewed(petition, trace):
                yield run
                run = []
            run.append((petition, trace))
        yield run

    def _is_only_renewed(self, petition: LinkedPetition, trace: Trace) -> bool:
        """Whether a revision is remembered as the one before it; mostly only a step was reported."""
        known = self._candidates.trace(petition.petition_id)
        is_same = known is not None and msgspec.structs.replace(known, revision=trace.revision) == trace
        return is_same and not self._was_seen(petition)

    def _expect(self, petitions: Sequence[Traced]) -> list[Expected]:
        """What is known of the petitions of a run, each as if those before it were filed already."""
        found: list[Expected] = []
        marks_of_each = self._candidates.expect(trace for _, trace in petitions)
        for (petition, trace), marks in zip(petitions, marks_of_each, strict=True):
            links, marked = self._looking_back(petition, trace), self._candidates.marked(marks)
            is_seen = not found and self._was_seen(petition)  # the others of a run were not, see `_runs`
            likely = Likely(trace, self._candidates.likely(marked))
            if not links:
                likely.look()
            found.append(Expected(links, likely))
            if not is_seen:
                self._candidates.remember(marked)
        return found

    def add(self, petition: LinkedPetition, member: CasePetition, expected: Expected | None = None) -> Changed:
        """File a petition. The same revision again changes nothing."""
        links, likely = expected or self._expect([(petition, _trace_of(petition))])[0]
        if len(links) < len(petition.links):
            member = member.with_changes(links=links)
        own = self._shelf.holding(petition.petition_id)
        remark = self._remarks.of(petition.petition_id)
        if was_seen(petition, own, remark):
            return self._made_up_for(petition, own) if own is not None else NOTHING
        if own is not None:
            current = next(m for m in own.petitions if m.petition_id == petition.petition_id)
            member = carried_over(current, member)
            own = own.with_changes(petitions=tuple(m for m in own.petitions if m.petition_id != petition.petition_id))
        family = self._belonging.family(petition, likely, own, remark)
        return Changed((*self._marked_unsure(petition, member), *self._settling.settle(family, petition, member)))

    def _made_up_for(self, petition: LinkedPetition, own: Case) -> Changed:
        """Its own case was confirmed; where the step was cut off, the others that it changed perhaps were not."""
        family = self._gathering.family((), (own,), with_strays=True)
        if not self._gathering.is_whole(family):
            return Changed(self._settling.settle(family))
        filed = next(m for m in own.petitions if m.petition_id == petition.petition_id)
        return Changed(self._marked_unsure(petition, filed))

    def decide(self, decision: Decision) -> Changed | None:
        """Apply a decision; None where the case is not known here: then it waits for it.

        What a person decides about a case counts for all volumes of its matter; that the register has changed is
        told of each.
        """
        founding = founding_petition(decision.case_id)
        case = self._shelf.case_of(founding) or self._shelf.case(decision.case_id)
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
        first = self._shelf.volumes.first(case)
        volumes = [first, *self._shelf.volumes.following(first)]
        decided = [case] if decision.kind is DecisionKind.REDETERMINE else volumes
        return self._renewed([(one, decide(one, decision)) for one in decided if not is_known(one, decision)])

    def awaited(self, petition_id: str) -> list[Decision]:
        """Decisions that came before the petition after which their case is named."""
        return self._remarks.awaited(petition_id)

    def judge(self, judgement: Judgement) -> Changed:
        """Apply what a person judged about two petitions, wherever they are; it also waits for them."""
        if not self._remarks.learn(judgement):
            return NOTHING
        changed: list[Case] = []
        done: set[str] = set()
        for name in judgement.pair:
            case = self._shelf.case_of(name)
            if case is not None and case.case_id not in done:
                noted = case.with_changes(judgements=in_order((*case.judgements, judgement)))
                family = self._gathering.family((), (noted,), with_strays=True)
                done |= family.cases.keys()
                changed += self._settling.settle(family)
        if not done and judgement.pair in ever_same(self._remarks.judgements(judgement.petition_id)):
            names, _ = self._remarks.brought_together(judgement.pair)
            changed += self._settling.settle(self._gathering.family(names, with_strays=True))
        return Changed(tuple(changed))

    def call(self, call: MeetingCall) -> Changed:
        """Another home asks for a petition's family, because its matter is the same."""
        for name in call.kept_with:
            self._hear(name, call.meet_at)
        case = self._shelf.case_of(call.petition_id)
        if case is None:
            known = self._remarks.of(call.petition_id)
            elsewhere = known.away_at or known.heard_at
            if not elsewhere:
                self._remarks.called(call)
                return self._told_of(call)
            if elsewhere != call.meet_at or (known.away_at and call.kept_with):
                # On its way to the meeting already, but not with those that the call names.
                self._settling.departures.append(Departure(elsewhere, call))
            return NOTHING
        family = self._gathering.family(call.kept_with, (case,), with_strays=True)
        family.homes.add(call.meet_at)
        return Changed(self._settling.settle(family))

    def _told_of(self, call: MeetingCall) -> Changed:
        """Whom people brought together with a petition that is not here may be here, and learns where it meets."""
        together, _ = self._remarks.brought_together((call.petition_id,))
        family = self._gathering.family(together, with_strays=True)
        family.homes.add(call.meet_at)
        return Changed(self._settling.settle(family))

    def _hear(self, name: str, home: str) -> None:
        if self._shelf.case_of(name) is None:
            self._settling.departures += [
                Departure(home, call) for call in self._remarks.heard(name, home) if call.meet_at != home
            ]

    def departures(self) -> list[Departure]:
        """What has to go to the desks of other homes; given once."""
        found, self._settling.departures = self._settling.departures, []
        return found

    def case(self, case_id: str) -> Case | None:
        """The case with this id, or the one that took it over."""
        return self._shelf.case(case_id)

    def finish(self) -> None:
        """Put the changed cases into the table, each once however many petitions came for it."""
        self._renewed([(volume, united([volume])) for volume in self._shelf.outdated()])
        self._shelf.finish()

    def _was_seen(self, petition: LinkedPetition) -> bool:
        name = petition.petition_id
        return was_seen(petition, self._shelf.holding(name), self._remarks.of(name))

    def _looking_back(self, petition: LinkedPetition, trace: Trace) -> tuple[Link, ...]:
        """Its links without unsure ones to later petitions that arrived before it: those are marked instead."""
        mine = (trace.received, trace.petition_id)
        kept = []
        for made in petition.links:
            other = self._candidates.trace(made.petition_id) if made.verdict is Verdict.UNSURE else None
            if other is None or (other.received, other.petition_id) < mine:
                kept.append(made)
        return tuple(kept)

    def _marked_unsure(self, petition: LinkedPetition, member: CasePetition) -> tuple[Case, ...]:
        """An unsure link is shown at the later petition of the two, whichever of them arrived first.

        What the petition shows itself is not shown twice, also where the other one has become the later one since.
        """
        changed: list[Case] = []
        shown = {made.petition_id for made in member.links}
        for made in petition.links:
            if made.petition_id in shown:
                continue
            other = self._shelf.case_of(made.petition_id) if made.verdict is Verdict.UNSURE else None
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
        return Changed(tuple(self._shelf.put(self._close(draft, case.version + 1)) for case, draft in drafts))

    def _close(self, draft: Draft, version: int) -> Case:
        named = self._shelf.case(draft.volume_of) if draft.volume_of else None
        first = self._shelf.volumes.first(named) if named is not None else None
        if first is not None and any(m.petition_id == first.petitions[0].petition_id for m in draft.members):
            first = None
        if first is not draft.first_volume:
            draft = draft._replace(first_volume=first)
        return close(draft, version, self._rules, self._shelf.trace_of)


def _trace_of(petition: LinkedPetition) -> Trace:
    return trace_of(petition, petition.place, petition.classification, petition.home)


def _without_repetition(petitions: Iterable[LinkedPetition]) -> Iterator[list[LinkedPetition]]:
    """The petitions in their order, cut where one comes again: if it was seen shows once the first one is filed."""
    run: dict[str, LinkedPetition] = {}
    for petition in petitions:
        if petition.petition_id in run:
            yield list(run.values())
            run = {}
        run[petition.petition_id] = petition
    yield list(run.values())
