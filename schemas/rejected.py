"""How a pure function refuses a record."""

from dataclasses import dataclass

from schemas.terms import RejectReason, Stage


@dataclass(frozen=True, slots=True)
class Rejected(Exception):
    """A bad record: where, why and in which field, never the value."""

    stage: Stage
    reason: RejectReason
    field: str = ""

    def __str__(self) -> str:
        """For operators: stage, reason and field."""
        return f"{self.stage}: {self.reason}" + (f" in {self.field}" if self.field else "")
