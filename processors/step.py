"""One stage's work on one message."""

from typing import Protocol

from processors.effects import Effects
from processors.tables import Table
from schemas.topics import Topic


class Step(Protocol):
    """Message and table in, effects out; the same message again has the same effects."""

    source: Topic

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """Process a message; returns how many records it held. `origin` is `topic:partition:offset`."""

    def finish(self, table: Table) -> None:
        """Put into the table what was held back while several messages were handled."""
