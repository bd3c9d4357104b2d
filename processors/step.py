"""One stage's work on one message, and which steps share a table."""

from dataclasses import dataclass
from typing import Protocol

from processors.effects import Effects
from processors.tables import KEPT_READS, Rederive, Table
from schemas.topics import Topic


class Step(Protocol):
    """Message and table in, effects out; the same message again has the same effects."""

    source: Topic

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """Process a message; returns how many records it held. `origin` is `topic:partition:offset`."""

    def finish(self, table: Table) -> None:
        """Put into the table what was held back while several messages were handled."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Some steps that share one table, and so work one at a time."""

    table: Topic
    rederive: Rederive
    steps: tuple[Step, ...]
    beside: Topic | None = None
    """The changelog of what the table keeps beside its values; see `processors.state`."""
    kept_reads: int = KEPT_READS
    """How many small values of the table stay at hand."""
