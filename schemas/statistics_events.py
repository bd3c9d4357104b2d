"""What counties and those above them say about the numbers of the statistics, on a topic of its own."""

from pydantic import Field

from schemas.contract import Contract, Instant
from schemas.terms import ContestKind


class NumberContest(Contract):
    """`petitions.contests`: a number was contested, or the contest was answered. The first answer counts."""

    step_id: str
    """`N` and 16 hex digits; the same step again has the same id."""
    contest_id: str
    """`K` and 16 hex digits: of the contest and of its answer."""
    kind: ContestKind
    number: str
    """Name of the number, as the statistics define it."""
    query: str = Field(default="", max_length=1_000)
    """The search whose cases were counted; empty for all."""
    division: str
    """The territory of whoever contests: the number is of what its supervisors see."""
    shown: int
    """What the statistics said at that moment."""
    claimed: int | None = None
    """What it should be, where that is known."""
    reason: str = Field(min_length=1)
    by: str = Field(min_length=1)
    unit: str = ""
    at: Instant
