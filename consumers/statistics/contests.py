"""Numbers that were contested, with their answers, as the console knows them from their topic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Event, Lock

from consumers.following import Read, follow_topics
from schemas.settings import Settings
from schemas.statistics_events import NumberContest
from schemas.terms import ContestKind
from schemas.topics import Topic


@dataclass(frozen=True, slots=True)
class Contested:
    """A contest and its answer."""

    contest: NumberContest
    answer: NumberContest | None = None

    @property
    def state(self) -> ContestKind:
        """How far it is."""
        return self.answer.kind if self.answer else self.contest.kind

    @property
    def stands(self) -> bool:
        """Whether the number is in doubt: not yet answered, or answered that the contest is right."""
        return self.state is not ContestKind.UPHELD


class Contests:
    """Safe from any thread; read again from the beginning they are the same."""

    def __init__(self) -> None:
        """None."""
        self._lock = Lock()
        self._known: dict[str, Contested] = {}

    def take(self, steps: Iterable[NumberContest]) -> None:
        """Keep contests and answers; of each the first counts."""
        with self._lock:
            for step in steps:
                known = self._known.get(step.contest_id)
                if known is None:
                    self._known[step.contest_id] = Contested(step)
                elif step.kind is not ContestKind.RAISED and known.answer is None:
                    self._known[step.contest_id] = Contested(known.contest, step)

    def get(self, contest_id: str) -> Contested | None:
        """One by its id."""
        return self._known.get(contest_id)

    def all(self) -> list[Contested]:
        """All of them, the latest first."""
        with self._lock:
            return sorted(
                self._known.values(), key=lambda one: (one.contest.at, one.contest.contest_id), reverse=True
            )


def follow_contests(settings: Settings, contests: Contests, stop: Event) -> None:
    """Read all contests and answers from the beginning; go on until told to stop."""

    def take(events: Sequence[Read]) -> None:
        contests.take(one.event for one in events)

    follow_topics(settings, {Topic.CONTESTS: NumberContest}, take, stop)
