"""What counties report about a petition, in any revision of its record, as steps in the life of its case."""

from datetime import UTC, datetime, timedelta

from processors.rules.steps import Step, rank_of
from schemas.events import CasePetition
from schemas.life import CaseStep
from schemas.office_time import office_day
from schemas.terms import CaseStatus, StepKind

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


def reported(member: CasePetition) -> list[Step]:
    """What its county reported about one petition, beyond its registration."""
    steps = [_counted(step, member.source) for step in member.steps]
    kind = REPORTED_AS.get(member.reported_status) if member.reported_status is not None else None
    if kind is None or kind is StepKind.REGISTERED:
        return steps
    stated = member.reported_status_at
    if stated is None and steps:
        return steps
    at = stated or member.received_at
    name = step_id(member.petition_id, kind, at)
    steps.append(Step(at, rank_of(kind), name, kind, by=member.source, is_dated=stated is not None))
    return steps


def _counted(step: CaseStep, source: str) -> Step:
    return Step(
        step.at,
        rank_of(step.kind),
        step.step_id,
        step.kind,
        step.unit,
        step.to_unit,
        step.article,
        source,
        step.is_dated,
    )


def own_step(member: CasePetition) -> CaseStep | None:
    """The step that a petition's reported standing tells of. When the row was changed says nothing about its day.

    Without a day it is undated and stands at the receipt; once other steps are known, `carried_over` has put it
    behind them.
    """
    kind = REPORTED_AS.get(member.reported_status) if member.reported_status is not None else None
    at = member.reported_status_at
    if kind is None or (at is None and member.steps):
        return None
    name = step_id(member.petition_id, kind, at or member.received_at)
    is_dated = at is not None
    return _OWN.with_changes(
        step_id=name, kind=kind, at=at or member.received_at, is_dated=is_dated, answer=member.answer
    )


_OWN = CaseStep(step_id="", kind=StepKind.REGISTERED, at=datetime.min.replace(tzinfo=UTC))


def step_id(petition_id: str, kind: StepKind, at: datetime) -> str:
    """The same report about a petition is the same step, however often it comes."""
    return f"{petition_id}-{kind.value}-{at.timestamp():.0f}"


def carried_over(before: CasePetition, after: CasePetition) -> CasePetition:
    """A new revision with all that earlier ones reported; the first day of receipt goes on to start its clocks.

    A standing without a day of its own that only stays the same is one step, of the revision which told it first.
    """
    first = before.counted_from or office_day(before.received_at)
    told = {step.step_id: step for step in before.steps}
    own, current = own_step(before), own_step(after)
    if own is not None and own.kind is not StepKind.REGISTERED:
        earlier = max((step for step in before.steps if step.at <= own.at), key=_moment, default=None)
        if before.reported_status_at is not None or earlier is None or earlier.kind is not own.kind:
            told[own.step_id] = own
    latest = max(told.values(), key=_moment, default=None)
    if current is not None and current.is_dated:
        same = told.pop(current.step_id, None)
        if same is not None and after.answer is None:
            after = after.with_changes(answer=same.answer)
    elif current is not None and latest is not None and current.kind not in {latest.kind, StepKind.REGISTERED}:
        at = max(latest.at + _NEXT, after.received_at)
        name = step_id(after.petition_id, current.kind, at)
        told[name] = current.with_changes(step_id=name, at=at)
    return after.with_changes(
        steps=tuple(sorted(told.values(), key=_moment)),
        counted_from=first if first != office_day(after.received_at) else None,
    )


_NEXT = timedelta(seconds=1)


def with_step(member: CasePetition, step: CaseStep) -> CasePetition:
    """The petition with one more report about it; the same again only adds the answer, where that was missing."""
    own = own_step(member)
    kept = (*member.steps, own) if own is not None and not own.is_dated else member.steps
    known = next((told for told in (own, *member.steps) if told is not None and told.step_id == step.step_id), None)
    if known is None:
        return member.with_changes(steps=tuple(sorted((*kept, step), key=_moment)))
    if known is own or known.answer is not None or step.answer is None:
        return member
    return member.with_changes(steps=tuple(step if told is known else told for told in member.steps))


def _moment(step: CaseStep) -> tuple[datetime, str]:
    return step.at, step.step_id
