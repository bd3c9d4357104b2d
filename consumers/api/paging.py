"""Cursors: where the next page of a result begins, signed, for the same viewer and the same search only."""

from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from consumers.api.errors import ApiProblem
from schemas.keys import digest


@dataclass(frozen=True, slots=True)
class Place:
    """How far a result was read."""

    point: str
    """The kept moment of the index."""
    after: tuple[Any, ...]
    missing: int = 0
    """How many of the words the hits may lack."""


class Cursors:
    """Makes cursors and reads them again."""

    def __init__(self, key: str) -> None:
        """Whoever has the key can make cursors."""
        self._serializer = URLSafeSerializer(key, salt="cursor")

    def write(self, place: Place, *owner: str) -> str:
        """A cursor for one viewer and one search (`owner`)."""
        return str(self._serializer.dumps([digest(*owner), place.point, list(place.after), place.missing]))

    def read(self, cursor: str, *owner: str) -> Place:
        """Where to go on; raises a 400 where the cursor belongs to another viewer or another search."""
        try:
            of, point, after, missing = self._serializer.loads(cursor)
        except (BadSignature, ValueError, TypeError):
            raise _wrong() from None
        if of != digest(*owner):
            raise _wrong()
        return Place(str(point), tuple(after), int(missing))


def _wrong() -> ApiProblem:
    return ApiProblem(400, "bad_cursor", "the cursor is not of this search", field="cursor")
