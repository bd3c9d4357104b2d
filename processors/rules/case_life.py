"""A case as a value: who is its first petition, what the others are to it, and what people decided.

Everything here is a function of the set of petitions, not of the order in which they arrived, so that a late
record leads to the same case as a punctual one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from processors.rules.acceptance import IsAbove, judged_for_acceptance
from processors.rules.accusations import AccusedIn, accused_in_any, read_for_accusations
from processors.rules.judgements import as_judged, in_order, questions
from processors.rules.life import DECIDED_AS, Life, decided, lived
from processors.rules.reported_steps import with_step
from processors.rules.steps import PASSED_ON, Step
from processors.rules.tenure import Accountable, Offices, accountable
from processors.rules.verdicts import TraceOf, arranged, order_of
from schemas.events import Case, CasePetition, Decision, Judgement
from schemas.keys import case_id
from schemas.life import CaseNote, CaseStep, Clock, Irregularity, JurisdictionDecision
from schemas.office_time import office_day
from schemas.petition import Classification, Place
from schemas.terms import CaseStatus, Confidence, DecisionKind, Ground, StepKind

_SURENESS = {Confidence.CERTAIN: 3, Confidence.LIKELY: 2, Confidence.AMBIGUOUS: 1, Confidence.NONE: 0}

Determine = Callable[[CasePetition, Place, Classification, frozenset[str]], JurisdictionDecision]
"""By the first petition, and the units that the other letters complain about."""
Redetermine = Callable[[CasePetition, Place, Classification, frozenset[str], date], JurisdictionDecision]
CaseClocks = Callable[[Life, Classification, JurisdictionDecision], tuple[Clock, ...]]
PetitionClocks = Callable[[CasePetition, tuple[Step, ...]], tuple[Clock, ...]]
PathOf = Callable[[str, date], tuple[str, ...]]
"""A division on a day → the divisions that contain it, highest first; empty where its digits name them."""
NameOf = Callable[[Place, str, date], str]
"""A place, the source of the first petition and a day → its full name on that day."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that need the register and the calendar, as functions."""

    determine: Determine
    case_clocks: CaseClocks
    petition_clocks: PetitionClocks
    offices: Offices
    redetermine: Redetermine | None = None
    """Asked on the days of changes of the register; nothing is determined again without one."""
    is_above: IsAbove = lambda code, other, on: False
    accused_in: AccusedIn = lambda petition, place: ()
    path: PathOf = lambda code, on: ()
    name: NameOf = lambda place, source, on: place.name


class Draft(NamedTuple):
    """A case while it is put together: its members and what has been decided about it."""

    home: str
    members: tuple[CasePetition, ...]
    notes: tuple[CaseNote, ...] = ()
    before: Case | None = None
    """The case that grows; what is not touched by `changed` is taken from it."""
    changed: frozenset[str] = frozenset()
    """Petitions that are new or revised."""
    judgements: tuple[Judgement, ...] = ()
    kept_from: tuple[str, ...] = ()
    meet_at: str = ""
    volume_of: str = ""
    first_volume: Case | None = None
    """The case that this one follows as a further volume: place, category and unit are those of the first."""


def canonical_id(members: Iterable[CasePetition]) -> str:
    """A case is named after its earliest petition, whenever that one arrived."""
    return case_id(min(members, key=order_of).petition_id)


def close(draft: Draft, version: int, rules: Rules, trace_of: TraceOf) -> Case:
    """Put a case together: verdicts, place, category, the one accountable unit, clocks."""
    leading = draft.first_volume
    members = as_judged(arranged(draft.members, trace_of, draft.changed, leading), draft.judgements)
    members = _clocked(members, draft, rules)
    first, place, classification = members[0], _place_of(members), _classification_of(members)
    if leading is not None:
        first, place, classification = leading.petitions[0], leading.place, leading.classification
    members = read_for_accusations(
        members, place, draft.before, draft.changed, rules.accused_in, is_first_apart=leading is None
    )
    accused = accused_in_any(members if leading is None else (*leading.petitions, *members))
    life = lived(members, draft.notes, classification.category)
    determined = _unchanged(draft, members[0], place, classification, accused) or rules.determine(
        first, place, classification, accused
    )
    changes = [step for step in life.steps if step.kind is StepKind.REDETERMINED]
    later = _later(changes, first, place, classification, accused | determined.accused_units, rules)
    held = accountable(determined, members[0].received_at, life.steps, rules.offices, later)
    clocks = rules.case_clocks(life, classification, determined) if life.steps else ()
    members = judged_for_acceptance(members, life, clocks, held, rules.is_above)
    on = _determined_on(first, changes, held)
    return Case.trusted(
        case_id=case_id(members[0].petition_id),
        version=version,
        home=draft.home,
        status=life.status,
        opened_at=members[0].received_at,
        updated_at=max(
            [m.ingested_at for m in members]
            + [note.at for note in draft.notes if note.decision_id]
            + [made.at for made in draft.judgements]
        ),
        place=_named(place, rules.name(place, first.source, on)) if changes else place,
        place_path=rules.path(place.code, on),
        classification=classification,
        jurisdiction=held.jurisdiction,
        unit_path=rules.path(held.jurisdiction.unit_division, on),
        clocks=clocks,
        petitions=members,
        notes=draft.notes,
        judgements=draft.judgements,
        questions=questions(members, draft.judgements),
        kept_from=draft.kept_from,
        meet_at=draft.meet_at,
        volume_of=leading.case_id if leading is not None else "",
        takeover=all(m.takeover for m in members),
        tenures=held.tenures,
        asked_unit=held.asked,
        refusals=held.refusals,
        irregularities=tuple(_irregular(life, held)) if life.odd or held.unfollowed else (),
    )


def _later(
    changes: list[Step],
    first: CasePetition,
    place: Place,
    classification: Classification,
    accused: frozenset[str],
    rules: Rules,
) -> dict[str, JurisdictionDecision]:
    """What the register determined on each day on which it changed, by step."""
    if rules.redetermine is None:
        return {}
    days = {step.step_id: office_day(step.at) for step in changes}
    return {step_id: rules.redetermine(first, place, classification, accused, on) for step_id, on in days.items()}


def _determined_on(first: CasePetition, changes: list[Step], held: Accountable) -> date:
    """The day on which the accountable unit was determined: territory counts for whoever it belonged to then."""
    changed = (step.at for step in changes)
    return office_day(max([first.received_at, *changed, *(tenure.since for tenure in held.tenures[-1:])]))


def _named(place: Place, name: str) -> Place:
    """The place under the name that reason and path go by since the unit was determined again."""
    return place if place.name == name else place.with_changes(name=name)


def _clocked(members: tuple[CasePetition, ...], draft: Draft, rules: Rules) -> tuple[CasePetition, ...]:
    """The petitions with the clocks that their petitioners are owed; what people decide counts for all of them."""
    steps = tuple(sorted(decided(draft.notes))) if draft.notes else ()
    return tuple(
        m.with_changes(clocks=rules.petition_clocks(m, steps)) if steps or m.petition_id in draft.changed else m
        for m in members
    )


def _irregular(life: Life, held: Accountable) -> Iterator[Irregularity]:
    """What did not fit where the case stood, and what named a unit that may not have the case."""
    yield from life.odd
    unknown = held.unfollowed - {odd.step_id for odd in life.odd}
    for step in life.steps:
        if step.step_id in unknown:
            yield Irregularity(step_id=step.step_id, kind=step.kind, at=step.at, status=life.status)


def _unchanged(
    draft: Draft, first: CasePetition, place: Place, classification: Classification, accused: frozenset[str]
) -> JurisdictionDecision | None:
    """The unit that was determined before, while nothing that it follows from has changed.

    Where people have moved the case, it bears another unit than was determined.
    """
    before = draft.before
    if before is None or draft.first_volume is not None or not before.petitions or first.petition_id in draft.changed:
        return None
    if before.tenures or before.refusals or before.jurisdiction.ground is Ground.DECIDED:
        return None
    if any(note.kind is DecisionKind.REDETERMINE for note in before.notes):
        return None
    is_same = before.petitions[0].petition_id == first.petition_id and before.place == place
    is_same = is_same and accused_in_any(before.petitions) == accused
    return before.jurisdiction if is_same and before.classification == classification else None


def united(cases: Iterable[Case]) -> Draft:
    """Several cases that turned out to be one matter; what people decided about any of them is kept."""
    found = list(cases)
    if len(found) == 1:
        return _growing(found[0])
    members = tuple(m for case in found for m in case.petitions)
    return Draft(
        home=found[0].home,
        members=members,
        notes=in_time(note for case in found for note in case.notes),
        changed=frozenset(m.petition_id for m in members),
        judgements=in_order(made for case in found for made in case.judgements),
        volume_of=min({case.volume_of for case in found} - {"", *(case.case_id for case in found)}, default=""),
    )


def _growing(case: Case) -> Draft:
    """One case that is put together anew."""
    return Draft(
        home=case.home,
        members=case.petitions,
        notes=in_time(case.notes) if case.notes else (),
        before=case,
        judgements=in_order(case.judgements) if case.judgements else (),
        kept_from=case.kept_from,
        meet_at=case.meet_at,
        volume_of=case.volume_of if case.volume_of != case.case_id else "",
    )


def merged_away(case: Case, into: str) -> Case:
    """The case that was taken over: it keeps its id and its notes and points to the other."""
    return case.with_changes(
        version=case.version + 1, status=CaseStatus.MERGED, merged_into=into, petitions=(), clocks=(), volume_of=""
    )


def decide(case: Case, decision: Decision) -> Draft:
    """Apply what a person decided; the same decision again changes nothing (see `is_known`)."""
    note = CaseNote(
        at=decision.at,
        by=decision.by,
        decision_id=decision.decision_id,
        kind=decision.kind,
        text=f"{decision.kind.label}：{decision.reason}",
        unit=decision.unit,
        article=decision.article,
        case_id=decision.case_id,
        rating=decision.rating,
    )
    draft = united([case])
    return draft._replace(notes=in_time((*draft.notes, note)))


def tell(case: Case, event: Decision) -> Draft | None:
    """Note what a county reported about one petition; None where it is known or the petition is not in the case."""
    kind = DECIDED_AS.get(event.kind)
    told = next((m for m in case.petitions if m.petition_id == event.petition_id), None)
    if kind is None or told is None:
        return None
    is_passed_on = kind in PASSED_ON
    step = CaseStep(
        step_id=event.decision_id,
        kind=kind,
        at=event.at,
        unit="" if is_passed_on else event.unit,
        to_unit=event.unit if is_passed_on else "",
        article=event.article,
        answer=event.answer,
    )
    after = with_step(told, step)
    if after is told:
        return None
    members = tuple(after if m is told else m for m in case.petitions)
    return united([case])._replace(members=members, changed=frozenset({after.petition_id}))


def in_time(notes: Iterable[CaseNote]) -> tuple[CaseNote, ...]:
    """Each note once, in the order of time."""
    return tuple(sorted(set(notes), key=lambda note: (note.at, note.decision_id, note.text)))


def is_known(case: Case, decision: Decision) -> bool:
    """Whether the decision was applied before."""
    return any(note.decision_id == decision.decision_id for note in case.notes)


def _place_of(members: tuple[CasePetition, ...]) -> Place:
    """The surest and then most exact place that any petition names; of equals the earliest petition's."""
    if len(members) == 1:
        return members[0].place
    return max((m.place for m in members), key=lambda p: (_SURENESS[p.confidence], len(p.code)))


def _classification_of(members: tuple[CasePetition, ...]) -> Classification:
    return next((m.classification for m in members if m.classification.category), members[0].classification)
