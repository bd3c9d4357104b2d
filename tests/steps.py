"""Steps in the life of invented cases, for tests."""

from datetime import UTC, date, datetime, time

from processors.rules.steps import Step, rank_of
from schemas.terms import StepKind


def step(kind: StepKind, on: date | datetime, **changed: str) -> Step:
    """A step on that day at ten in the morning in China, or at that moment."""
    at = on if isinstance(on, datetime) else datetime.combine(on, time(2), UTC)
    named = {"step_id": f"{kind.value}-{at.isoformat()}", **changed}
    return Step(at=at, rank=rank_of(kind), kind=kind, **named)
