"""What counties report about a petition, in any revision of its record, as steps in the life of its case."""

from datetime import datetime, timedelta
from functools import lru_cache

from processors.rules.steps import Step, rank_of
from schemas.events import CasePetition
from schemas.life import CaseStep, step_id
from schemas.office_time import office_day
from schemas.terms import StepKind

MOST_KEPT = 16_384
"""Petitions whose steps a worker keeps: whenever a case changes, those of all its petitions are asked for."""


def reported(member: CasePetition) -> tuple[Step, ...]:
    """What its county reported about one petition, beyond its registration."""
    return steps_of(member)[1:]


def steps_of(member: CasePetition) -> tuple[Step, ...]:
    """Its registration and what its county reported about one petition.

    The registration comes before all that was reported: many dates bear no hour, some are wrong.
    """
    at = member.reported_status_at
    return _steps(member.petition_id, member.received_at, member.source, member.steps, member.own_kind, at)


@lru_cache(MOST_KEPT)
def _steps(
    name: str,
    received_at: datetime,
    source: str,
    reports: tuple[CaseStep, ...],
    own: StepKind | None,
    own_at: datetime | None,
) -> tuple[Step, ...]:
    told = [_counted(step, source) for step in reports]
    if own is not None and own is not StepKind.REGISTERED:
        at = own_at or received_at
        told.append(Step(at, rank_of(own), step_id(name, own, at), own, by=source, is_dated=own_at is not None))
    first = min([received_at, *(step.at for step in told)])
    return (Step(first, rank_of(StepKind.REGISTERED), name, StepKind.REGISTERED), *told)


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


def carried_over(before: CasePetition, after: CasePetition) -> CasePetition:
    """A new revision with all that earlier ones reported; the first day of receipt goes on to start its clocks.

    A standing without a day of its own that only stays the same is one step, of the revision which told it first.
    """
    first = before.counted_from or office_day(before.received_at)
    told = {step.step_id: step for step in before.steps}
    own, current = before.own_step, after.own_step
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
    own = member.own_step
    kept = (*member.steps, own) if own is not None and not own.is_dated else member.steps
    known = next((told for told in (own, *member.steps) if told is not None and told.step_id == step.step_id), None)
    if known is None:
        return member.with_changes(steps=tuple(sorted((*kept, step), key=_moment)))
    if known is own or known.answer is not None or step.answer is None:
        return member
    return member.with_changes(steps=tuple(step if told is known else told for told in member.steps))


def _moment(step: CaseStep) -> tuple[datetime, str]:
    return step.at, step.step_id
