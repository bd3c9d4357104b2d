"""How often somebody may ask: so many at once, and so many a minute after that."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from consumers.api.errors import ApiProblem

MOST_KEYS = 50_000
"""Names and addresses remembered; who has been quiet longest is forgotten first."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, refilled at so many a minute."""

    burst: float
    a_minute: float


REQUESTS = Rate(burst=120, a_minute=300)
"""Of one signed-in official."""
EXPORTS = Rate(burst=5, a_minute=2)
IDENTITIES = Rate(burst=10, a_minute=6)
DECISIONS = Rate(burst=30, a_minute=30)
"""Decisions and judgements of one official."""
PETITIONERS = Rate(burst=10, a_minute=6)
"""Of one address, and about one number."""
PETITIONERS_OF_ALL = Rate(burst=300, a_minute=600)
"""Of everybody together: a code is not found by many who try."""
SIGN_INS = Rate(burst=10, a_minute=6)
"""Of one address, and of one name: a password is not found by trying."""


class Limits:
    """Counts by key, in memory."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds."""
        self._clock = clock
        self._left: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, kind: str, key: str, rate: Rate) -> None:
        """Count one; raises a 429 that says when to come again."""
        now = self._clock()
        left, since = self._left.pop((kind, key), (rate.burst, now))
        left = min(rate.burst, left + (now - since) * rate.a_minute / 60)
        is_over = left < 1
        self._left[kind, key] = (left if is_over else left - 1, now)
        if len(self._left) > MOST_KEYS:
            del self._left[next(iter(self._left))]
        if is_over:
            wait = math.ceil((1 - left) * 60 / rate.a_minute)
            raise ApiProblem(429, "too_many", "too many requests; come again later", retry_after_s=wait)
