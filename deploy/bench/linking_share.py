"""What linking takes of the stages: to make, keep, look up and compare what petitions have in common.

The rest of the stages would be there without it: reading and writing messages, places, categories, units, periods,
and putting cases together.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from processors import belonging, casebook, rulebook, stages
from processors.candidates import Candidates
from processors.rules import verdicts
from processors.stages import LinkingStep

PARTS: tuple[tuple[Any, str], ...] = (
    (stages, "fingerprints"),
    (rulebook, "profiles"),
    (LinkingStep, "link"),
    (casebook, "trace_of"),
    (Candidates, "expect"),
    (Candidates, "marked"),
    (Candidates, "likely"),
    (Candidates, "remember"),
    (belonging, "may_be_one_matter"),
    (belonging, "is_no_other_form"),
    (verdicts, "relation"),
)
"""None of these calls another one."""


_IDLE_CALLS = 20_000


class Share:
    """CPU seconds of the parts while they are watched, without what watching itself takes."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._calls = 0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Count what the parts take within the block."""
        before = [getattr(owner, name) for owner, name in PARTS]
        for (owner, name), part in zip(PARTS, before, strict=True):
            setattr(owner, name, self._timed(part))
        try:
            yield
        finally:
            for (owner, name), part in zip(PARTS, before, strict=True):
                setattr(owner, name, part)
            self._leave_out_watching()

    def _leave_out_watching(self) -> None:
        """Some half a microsecond of each call is that of the clock."""
        counted, calls = self.seconds, self._calls
        idle = self._timed(lambda: None)
        for _ in range(_IDLE_CALLS):
            idle()
        self.seconds, self._calls = counted - calls * (self.seconds - counted) / _IDLE_CALLS, 0

    def _timed(self, part: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(part)
        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.thread_time()
            try:
                return part(*args, **kwargs)
            finally:
                self.seconds += time.thread_time() - began
                self._calls += 1

        return timed
