"""The life of a case: where it stands, from all that counties reported and people decided.

A checked state machine whose transitions are data (`steps.toml`). The standing follows from the set of steps in the
order in which they happened, never from the order in which they became known. A step that does not fit is kept and
marked (`Irregularity`).
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from processors.rules.reported_steps import steps_of
from processors.rules.steps import PASSED_ON, Step, rank_of, table
from schemas.events import CasePetition
from schemas.life import CaseNote, Irregularity
from schemas.terms import CaseStatus, DecisionKind, StepKind

DECIDED_AS = {
    DecisionKind.TRANSFER: StepKind.TRANSFERRED,
    DecisionKind.ASSIGN: StepKind.ASSIGNED,
    DecisionKind.OBJECT: StepKind.OBJECTED,
    DecisionKind.INFORM: StepKind.INFORMED,
    DecisionKind.HANDLE: StepKind.HANDLING,
    DecisionKind.ACCEPT: StepKind.ACCEPTED,
    DecisionKind.DECLINE: StepKind.DECLINED,
    DecisionKind.REASSIGN: StepKind.REASSIGNED,
    DecisionKind.REDETERMINE: StepKind.REDETERMINED,
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


class Life(NamedTuple):
    """What has happened to a case, and where it stands now."""

    status: CaseStatus = CaseStatus.REGISTERED
    steps: tuple[Step, ...] = ()
    """In the order in which they happened."""
    odd: tuple[Irregularity, ...] = ()


UNTOUCHED = Life()


def lived(members: tuple[CasePetition, ...], notes: tuple[CaseNote, ...]) -> Life:
    """The life of a case from its petitions and the decisions about it."""
    steps = [step for member in members for step in steps_of(member)]
    if notes:
        steps += decided(notes)
    # Each petition has its registration.
    return _folded(sorted(steps)) if len(steps) > len(members) else UNTOUCHED


def decided(notes: Iterable[CaseNote]) -> Iterator[Step]:
    """What people decided, as steps."""
    for note in notes:
        kind = DECIDED_AS.get(note.kind) if note.kind is not None else None
        if kind is not None:
            receiver = note.unit if kind in PASSED_ON else ""
            taker = "" if kind in PASSED_ON else note.unit
            rank = rank_of(kind)
            yield Step(note.at, rank, note.decision_id, kind, taker, receiver, note.article, note.by)


def _folded(steps: list[Step]) -> Life:
    moves = table().moves
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
