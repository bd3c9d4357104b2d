"""The life of a case: where it stands, from all that counties reported and people decided.

A checked state machine whose transitions are data (`steps.toml`). The standing follows from the set of steps in the
order in which they happened, never from the order in which they became known. A step that does not fit is kept and
marked (`Irregularity`).
"""

import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from processors.rules.working_days import day
from schemas.events import CaseNote, CasePetition, CaseStep, Irregularity
from schemas.terms import CaseStatus, DecisionKind, StepKind

REPORTED_AS = {
    CaseStatus.REGISTERED: StepKind.REGISTERED,
    CaseStatus.ACCEPTED: StepKind.ACCEPTED,
    CaseStatus.DECLINED: StepKind.DECLINED,
    CaseStatus.TRANSFERRED: StepKind.TRANSFERRED,
    CaseStatus.ASSIGNED: StepKind.ASSIGNED,
    CaseStatus.HANDLING: StepKind.HANDLING,
    CaseStatus.CONCLUDED: StepKind.CONCLUDED,
    CaseStatus.REVIEW: StepKind.REVIEW_REQUESTED,
    CaseStatus.REVIEWED: StepKind.REVIEWED,
    CaseStatus.RE_REVIEW: StepKind.RE_REVIEW_REQUESTED,
    CaseStatus.RE_REVIEWED: StepKind.RE_REVIEWED,
    CaseStatus.TERMINATED: StepKind.TERMINATED,
}
"""Which step a reported standing tells of. `merged` is the platform's own word."""
DECIDED_AS = {
    DecisionKind.TRANSFER: StepKind.TRANSFERRED,
    DecisionKind.ASSIGN: StepKind.ASSIGNED,
    DecisionKind.OBJECT: StepKind.OBJECTED,
    DecisionKind.ACCEPT: StepKind.ACCEPTED,
    DecisionKind.DECLINE: StepKind.DECLINED,
    DecisionKind.REASSIGN: StepKind.REASSIGNED,
    DecisionKind.EXTEND: StepKind.EXTENDED,
    DecisionKind.CONCLUDE: StepKind.CONCLUDED,
    DecisionKind.REQUEST_REVIEW: StepKind.REVIEW_REQUESTED,
    DecisionKind.REVIEW: StepKind.REVIEWED,
    DecisionKind.REQUEST_RE_REVIEW: StepKind.RE_REVIEW_REQUESTED,
    DecisionKind.OPEN_HEARING: StepKind.HEARING_OPENED,
    DecisionKind.CLOSE_HEARING: StepKind.HEARING_CLOSED,
    DecisionKind.RE_REVIEW: StepKind.RE_REVIEWED,
    DecisionKind.TERMINATE: StepKind.TERMINATED,
    DecisionKind.REOPEN: StepKind.REOPENED,
    DecisionKind.RATE: StepKind.RATED,
}


class Step(NamedTuple):
    """One step in the order of the case: when, its rank among steps of one moment, what and by whom."""

    at: datetime
    rank: int
    step_id: str
    kind: StepKind
    unit: str = ""
    to_unit: str = ""
    article: str = ""
    by: str = ""


class Life(NamedTuple):
    """What has happened to a case, and where it stands now."""

    status: CaseStatus = CaseStatus.REGISTERED
    steps: tuple[Step, ...] = ()
    """In the order in which they happened."""
    odd: tuple[Irregularity, ...] = ()


UNTOUCHED = Life()


def rank_of(kind: StepKind) -> int:
    """The place of a step among those of one moment."""
    return _table().ranks[kind]


class _Table(NamedTuple):
    moves: dict[tuple[StepKind, CaseStatus], tuple[CaseStatus, bool]]
    """(step, standing) → where it leads, and whether it is in order there."""
    ranks: dict[StepKind, int]


def lived(members: tuple[CasePetition, ...], notes: tuple[CaseNote, ...]) -> Life:
    """The life of a case from its petitions and the decisions about it."""
    steps = [step for member in members for step in reported(member)]
    if notes:
        steps += decided(notes)
    if not steps:
        return UNTOUCHED
    return _folded(sorted([*steps, *(_registered(member) for member in members)]))


def reported(member: CasePetition) -> list[Step]:
    """What its county reported about one petition, beyond its registration."""
    status = member.reported_status
    if not member.steps and (status is None or status is CaseStatus.REGISTERED):
        return []
    own = own_step(member)
    told = member.steps if own is None else (*member.steps, own)
    return [
        # A report that bears a date without the hour cannot mean a moment before the petition came.
        Step(
            max(step.at, member.received_at),
            rank_of(step.kind),
            step.step_id,
            step.kind,
            step.unit,
            step.to_unit,
            step.article,
            member.source,
        )
        for step in told
        if step.kind is not StepKind.REGISTERED
    ]


def own_step(member: CasePetition) -> CaseStep | None:
    """The step that a petition's reported standing tells of; an undated one bears the last change of its row."""
    kind = REPORTED_AS.get(member.reported_status) if member.reported_status is not None else None
    if kind is None:
        return None
    at = member.reported_status_at or member.modified_at or member.received_at
    return _OWN.with_changes(step_id=step_id(member.petition_id, kind, at), kind=kind, at=at)


_OWN = CaseStep(step_id="", kind=StepKind.REGISTERED, at=datetime.min.replace(tzinfo=UTC))


def step_id(petition_id: str, kind: StepKind, at: datetime) -> str:
    """The same report about a petition is the same step, however often it comes."""
    return f"{petition_id}-{kind.value}-{at.timestamp():.0f}"


def carried_over(before: CasePetition, after: CasePetition) -> CasePetition:
    """A new revision with all that earlier ones reported; the first day of receipt goes on to start its clocks.

    An undated standing that only stays the same is one step: that of the revision which told it first.
    """
    first = before.counted_from or day(before.received_at)
    told = {step.step_id: step for step in before.steps}
    own, current = own_step(before), own_step(after)
    if own is not None and own.kind is not StepKind.REGISTERED:
        earlier = max((step for step in before.steps if step.at <= own.at), key=_moment, default=None)
        if before.reported_status_at is not None or earlier is None or earlier.kind is not own.kind:
            told[own.step_id] = own
    if current is not None:
        told.pop(current.step_id, None)
    return after.with_changes(
        steps=tuple(sorted(told.values(), key=_moment)),
        counted_from=first if first != day(after.received_at) else None,
    )


def with_step(member: CasePetition, step: CaseStep) -> CasePetition:
    """The petition with one more report about it; the same again changes nothing."""
    own = own_step(member)
    if step.step_id in {known.step_id for known in (own, *member.steps) if known is not None}:
        return member
    return member.with_changes(steps=tuple(sorted((*member.steps, step), key=_moment)))


def _moment(step: CaseStep) -> tuple[datetime, str]:
    return step.at, step.step_id


def decided(notes: Iterable[CaseNote]) -> Iterator[Step]:
    """What people decided, as steps."""
    for note in notes:
        kind = DECIDED_AS.get(note.kind) if note.kind is not None else None
        if kind is not None:
            receiver = note.unit if kind in PASSED_ON else ""
            taker = "" if kind in PASSED_ON else note.unit
            rank = rank_of(kind)
            yield Step(note.at, rank, note.decision_id, kind, taker, receiver, note.article, note.by)


PASSED_ON = frozenset({StepKind.TRANSFERRED, StepKind.ASSIGNED, StepKind.REASSIGNED})
"""Steps that name the unit to which the matter goes."""


def _registered(member: CasePetition) -> Step:
    return Step(member.received_at, rank_of(StepKind.REGISTERED), member.petition_id, StepKind.REGISTERED)


def _folded(steps: list[Step]) -> Life:
    moves = _table().moves
    status, odd, is_extended = CaseStatus.REGISTERED, [], False
    for step in steps:
        to, is_regular = moves.get((step.kind, status), (status, False))
        if step.kind is StepKind.EXTENDED:
            is_regular = is_regular and not is_extended
            is_extended = is_extended or is_regular
        elif step.kind is StepKind.REOPENED:
            is_extended = False
        if not is_regular:
            odd.append(
                Irregularity(
                    step_id=step.step_id, kind=step.kind, at=step.at, status=status, is_followed=to is not status
                )
            )
        status = to
    return Life(status, tuple(steps), tuple(odd))


@cache
def _table() -> _Table:
    rows = tomllib.loads((files("processors.rules") / "steps.toml").read_text("utf-8"))["step"]
    moves: dict[tuple[StepKind, CaseStatus], tuple[CaseStatus, bool]] = {}
    ranks: dict[StepKind, int] = {}
    for rank, row in enumerate(rows):
        kind = StepKind(row["kind"])
        ranks.setdefault(kind, rank)
        for name, leads, is_regular in (("from", row.get("to"), True), ("odd_from", row.get("odd_to"), False)):
            for standing in map(CaseStatus, row.get(name, ())):
                moves[kind, standing] = (CaseStatus(leads) if leads else standing, is_regular)
    return _Table(moves, ranks)
