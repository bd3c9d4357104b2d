"""A case as a value: who is its first petition, what the others are to it, and what people decided.

Everything here is a function of the set of petitions, not of the order in which they arrived, so that a late
record leads to the same case as a punctual one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from processors.rules.relation import (
    OTHER_PETITIONER,
    SAME_PETITIONER,
    Trace,
    is_sent_to_many,
    relation,
)
from schemas.events import Case, CaseNote, CasePetition, Classification, Clock, Decision, JurisdictionDecision, Place
from schemas.keys import case_id
from schemas.terms import CaseStatus, Confidence, DecisionKind, Ground, Verdict

_STATUS_AFTER = {
    DecisionKind.ACCEPT: CaseStatus.ACCEPTED,
    DecisionKind.DECLINE: CaseStatus.DECLINED,
    DecisionKind.CONCLUDE: CaseStatus.CONCLUDED,
    DecisionKind.REOPEN: CaseStatus.HANDLING,
}
MOST_COMPARED = 20
"""Earlier petitions of one petitioner that a copy is looked for among."""
_SURENESS = {Confidence.CERTAIN: 3, Confidence.LIKELY: 2, Confidence.AMBIGUOUS: 1, Confidence.NONE: 0}

Determine = Callable[[CasePetition, Place, Classification], JurisdictionDecision]
CaseClocks = Callable[[Classification, tuple[CasePetition, ...], tuple[CaseNote, ...]], tuple[Clock, ...]]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that need the register and the calendar, as functions."""

    determine: Determine
    case_clocks: CaseClocks


@dataclass(frozen=True, slots=True)
class Draft:
    """A case while it is put together: its members and what has been decided about it."""

    home: str
    members: tuple[CasePetition, ...]
    notes: tuple[CaseNote, ...] = ()
    decided: JurisdictionDecision | None = None
    before: Case | None = None
    """The case that grows; what is not touched by `changed` is taken from it."""
    changed: frozenset[str] = frozenset()
    """Petitions that are new or revised."""
    traces: dict[str, Trace] = field(default_factory=dict, repr=False)


def order_of(petition: CasePetition) -> tuple[float, str]:
    """Petitions stand in the order in which they reached an office; ties by id."""
    return petition.received_at.timestamp(), petition.petition_id


def canonical_id(members: Iterable[CasePetition]) -> str:
    """A case is named after its earliest petition, whenever that one arrived."""
    return case_id(min(members, key=order_of).petition_id)


def close(draft: Draft, version: int, rules: Rules) -> Case:
    """Put a case together: verdicts, place, category, the one accountable unit, clocks."""
    members = arranged(draft.members, draft.traces, draft.changed)
    place, classification = _place_of(members), _classification_of(members)
    return Case(
        case_id=canonical_id(members),
        version=version,
        home=draft.home,
        status=status_of(members, draft.notes),
        opened_at=members[0].received_at,
        updated_at=max([m.ingested_at for m in members] + [n.at for n in draft.notes if n.decision_id]),
        place=place,
        classification=classification,
        jurisdiction=draft.decided
        or _unchanged(draft, members[0], place, classification)
        or rules.determine(members[0], place, classification),
        clocks=rules.case_clocks(classification, members, draft.notes),
        petitions=members,
        notes=draft.notes,
        takeover=all(m.takeover for m in members),
    )


def _unchanged(
    draft: Draft, first: CasePetition, place: Place, classification: Classification
) -> JurisdictionDecision | None:
    """The unit that was determined before, while nothing that it follows from has changed."""
    before = draft.before
    if before is None or not before.petitions or first.petition_id in draft.changed:
        return None
    is_same = before.petitions[0].petition_id == first.petition_id and before.place == place
    return before.jurisdiction if is_same and before.classification == classification else None


def united(cases: Iterable[Case]) -> Draft:
    """Several cases that turned out to be one matter; what people decided about any of them is kept."""
    found = list(cases)
    notes = sorted({n for case in found for n in case.notes}, key=lambda n: (n.at, n.decision_id, n.text))
    decided = [c for c in found if any(n.decision_id for n in c.notes)]
    leading = max(decided or found, key=lambda c: (c.updated_at, c.case_id))
    is_fixed = leading.jurisdiction.ground is Ground.DECIDED
    members = tuple(m for case in found for m in case.petitions)
    is_growing = len(found) == 1
    return Draft(
        home=found[0].home,
        members=members,
        notes=tuple(notes),
        decided=leading.jurisdiction if is_fixed else None,
        before=leading if is_growing else None,
        changed=frozenset() if is_growing else frozenset(m.petition_id for m in members),
    )


def merged_away(case: Case, into: str) -> Case:
    """The case that was taken over: it keeps its id and its notes and points to the other."""
    return case.with_changes(
        version=case.version + 1, status=CaseStatus.MERGED, merged_into=into, petitions=(), clocks=()
    )


def decide(case: Case, decision: Decision, named_unit: JurisdictionDecision | None) -> Draft:
    """Apply what a person decided; the same decision again changes nothing (see `is_known`)."""
    note = CaseNote(
        at=decision.at,
        by=decision.by,
        decision_id=decision.decision_id,
        kind=decision.kind,
        text=f"{decision.kind.label}：{decision.reason}",
    )
    draft = united([case])
    return replace(draft, notes=(*draft.notes, note), decided=named_unit or draft.decided)


def status_of(members: tuple[CasePetition, ...], notes: tuple[CaseNote, ...]) -> CaseStatus:
    """What a person decided last, else what the county reported last, else registered."""
    decided = [_STATUS_AFTER[note.kind] for note in notes if note.kind in _STATUS_AFTER]
    if decided:
        return decided[-1]
    reported = [m for m in members if m.reported_status is not None]
    latest = max(reported, key=lambda m: (m.reported_status_at or m.received_at, m.petition_id), default=None)
    return (latest.reported_status if latest else None) or CaseStatus.REGISTERED


def is_known(case: Case, decision: Decision) -> bool:
    """Whether the decision was applied before."""
    return any(note.decision_id == decision.decision_id for note in case.notes)


def arranged(
    members: Iterable[CasePetition], traces: dict[str, Trace], changed: frozenset[str]
) -> tuple[CasePetition, ...]:
    """Members in order, each with its verdict against the earlier ones.

    The earliest is the first petition. A later one by the same petitioner is a repeat, or was sent to many; one
    by somebody else joins. `traces` holds what is needed to compare those that are in `changed`.
    """
    ordered = sorted(members, key=order_of)
    by_petitioner: dict[str, list[CasePetition]] = {}
    result: list[CasePetition] = []
    for member in ordered:
        own = by_petitioner.setdefault(member.petitioner_ref or member.petition_id, [])
        compared = own or ordered[:1]
        if not result:
            result.append(_first(member, {m.petition_id for m in ordered}))
        elif _is_settled(member, compared, changed):
            result.append(member)
        elif own:
            result.append(_again(member, own, traces))
        else:
            result.append(_joining(member, ordered[0], traces))
        own.append(member)
    return tuple(result)


def _is_settled(member: CasePetition, compared: list[CasePetition], changed: frozenset[str]) -> bool:
    """Neither the petition nor what it was compared with has changed since its verdict."""
    names = {other.petition_id for other in compared}
    return member.matched_petition_id in names and changed.isdisjoint({member.petition_id, *names})


def _first(member: CasePetition, members: set[str]) -> CasePetition:
    unsure = [made for made in member.links if made.verdict is Verdict.UNSURE and made.petition_id not in members]
    if unsure:
        best = max(unsure, key=lambda made: (made.score, made.petition_id))
        return _with(member, Verdict.UNSURE, best.petition_id, best.score, best.evidence)
    return _with(member, Verdict.FIRST, "", 0.0, ())


def _again(member: CasePetition, earlier: list[CasePetition], traces: dict[str, Trace]) -> CasePetition:
    """The latest earlier one of which it is a copy sent elsewhere; else it repeats the latest."""
    mine = traces[member.petition_id]
    for other in reversed(earlier[-MOST_COMPARED:]):
        found = relation(traces[other.petition_id], mine, SAME_PETITIONER)
        if is_sent_to_many(traces[other.petition_id], mine, found.text):
            return _with(member, Verdict.SENT_TO_MANY, other.petition_id, found.score, found.evidence)
    found = relation(traces[earlier[-1].petition_id], mine, SAME_PETITIONER)
    return _with(member, Verdict.REPEAT, earlier[-1].petition_id, found.score, found.evidence)


def _joining(member: CasePetition, first: CasePetition, traces: dict[str, Trace]) -> CasePetition:
    found = relation(traces[first.petition_id], traces[member.petition_id], OTHER_PETITIONER)
    return _with(member, Verdict.JOINING, first.petition_id, found.score, found.evidence)


def _with(
    member: CasePetition, verdict: Verdict, matched: str, score: float, evidence: tuple[str, ...]
) -> CasePetition:
    return member.with_changes(verdict=verdict, matched_petition_id=matched, score=score, evidence=evidence)


def _place_of(members: tuple[CasePetition, ...]) -> Place:
    """The surest and then most exact place that any petition names; of equals the earliest petition's."""
    return max((m.place for m in members), key=lambda p: (_SURENESS[p.confidence], len(p.code)))


def _classification_of(members: tuple[CasePetition, ...]) -> Classification:
    return next((m.classification for m in members if m.classification.category), members[0].classification)
