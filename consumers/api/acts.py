"""What officials did lately, by the id of their request: a click that is sent twice is done once."""

from collections.abc import Hashable
from typing import Any

from schemas.contract import Contract

MOST_KEPT = 10_000
"""Older ones are recognised by the id of the event alone, in which the request stands."""


class OtherRequest(ValueError):
    """The id of the request was used for something else."""


class Acts:
    """The latest acts, in the memory of this process."""

    def __init__(self) -> None:
        """Nothing was done yet."""
        self._done: dict[tuple[str, str], tuple[Hashable, Contract]] = {}

    def done(self, who: str, request_id: str, what: Hashable) -> Any:
        """The event that this request led to; None where it is new. Raises `OtherRequest`."""
        known = self._done.get((who, request_id))
        if known is None:
            return None
        if known[0] != what:
            raise OtherRequest
        return known[1]

    def keep(self, who: str, request_id: str, what: Hashable, event: Contract) -> None:
        """Remember what a request led to, once Kafka has it."""
        self._done[who, request_id] = what, event
        if len(self._done) > MOST_KEPT:
            del self._done[next(iter(self._done))]
