"""Prove that nothing is missing: what was received against the cases, and the cases against the index."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, datetime
from threading import Event
from typing import Any

from consumers.elastic import connect
from consumers.proof.account import Difference, Tally
from consumers.proof.collected import Collected
from consumers.proof.pushed import PushedTally
from consumers.replay import behind, replay
from consumers.search.index import alias_of, current_index
from consumers.search.scan import scan_versions
from schemas.settings import Settings
from schemas.topics import WAY, Topic

PAUSE_S = 0.3


@dataclass(frozen=True, slots=True)
class Verification:
    """The whole account."""

    differences: tuple[Difference, ...]
    by_day: dict[tuple[str, date], Tally]
    """County and day of intake → what became of its records."""
    statuses: PushedTally
    """What became of the status events that counties pushed."""
    cases: int
    merged: int
    documents: int
    unreported: tuple[str, ...]
    """Deliveries that are in the intake, but that no report accounts for yet."""
    lag: int
    """Messages that a process had not yet worked off when the proof began."""
    complete_up_to: datetime | None
    """When the platform took the latest record that this proof covers."""

    @property
    def total(self) -> Tally:
        """The sum of all counties and days."""
        total = Tally()
        for tally in self.by_day.values():
            total.add(tally)
        return total

    @property
    def by_county(self) -> dict[str, Tally]:
        """The sum of each county."""
        counties: dict[str, Tally] = {}
        for (county, _), tally in sorted(self.by_day.items()):
            counties.setdefault(county, Tally()).add(tally)
        return counties

    @property
    def received(self) -> int:
        """Records received, refused ones included."""
        return self.total.received

    @property
    def registered(self) -> int:
        """Petitions."""
        return self.total.registered

    @property
    def resent(self) -> int:
        """Records that said nothing new."""
        return self.total.resent

    @property
    def revised(self) -> int:
        """Records that changed a petition."""
        return self.total.revised

    @property
    def rejected(self) -> int:
        """Records in the dead letters."""
        return self.total.rejected

    @property
    def is_complete(self) -> bool:
        """No difference anywhere, and every record and status event became exactly one thing."""
        return not self.differences and self.total.adds_up and self.statuses.adds_up

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        days = [{"county": c, "day": d.isoformat(), **asdict(t)} for (c, d), t in sorted(self.by_day.items())]
        return {
            "is_complete": self.is_complete,
            **asdict(self.total),
            "statuses": asdict(self.statuses),
            "cases": self.cases,
            "merged": self.merged,
            "documents": self.documents,
            "lag": self.lag,
            "complete_up_to": self.complete_up_to.isoformat() if self.complete_up_to else None,
            "by_day": days,
            "unreported": list(self.unreported),
            "differences": [asdict(difference) for difference in self.differences],
        }


class NotSettled(Exception):
    """The processes did not work everything off in the time given."""


def verify(settings: Settings) -> Verification:
    """Compare reports, intake, cases and index as they are now; name every difference.

    What is compared lies in the instance's folder meanwhile; raises `NoRoom` where there is none.
    """
    lag = sum(lags(settings).values())
    with closing(Collected(settings.folder)) as collected:
        _collect(settings, collected)
        found = collected.compared(settings.partitions)
    return Verification(
        differences=tuple(found.differences),
        by_day=found.by_day,
        statuses=found.statuses,
        cases=found.cases,
        merged=found.merged,
        documents=found.documents,
        unreported=tuple(found.unreported),
        lag=lag,
        complete_up_to=found.latest,
    )


def lags(settings: Settings) -> dict[str, int]:
    """`process:topic` → messages not yet worked off, asked in the order in which a record passes them."""
    found: dict[str, int] = {}
    for process, topics in WAY.items():
        names = {topic.under(settings.prefix): topic for topic in topics}
        lag = behind(settings, f"{settings.prefix}.{process}", *names)
        found |= {f"{process}:{names[name].value}": count for name, count in lag.items()}
    return found


def wait_until_settled(
    settings: Settings, seconds: float, progress: Callable[[dict[str, int]], None] = lambda lag: None
) -> None:
    """Return when every process has worked off what the one before it wrote; raises `NotSettled` in the end.

    Two looks in a row must find nothing left: case desks also write to one another.
    """
    until = time.monotonic() + seconds
    was_settled = False
    while True:
        lag = lags(settings)
        progress(lag)
        is_settled = not any(lag.values())
        if is_settled and was_settled:
            return
        was_settled = is_settled
        if is_settled:
            continue
        if time.monotonic() >= until:
            waiting = ", ".join(f"{name} {count}" for name, count in lag.items() if count)
            raise NotSettled(f"not worked off after {seconds:g} s: {waiting}")
        Event().wait(PAUSE_S)


def _collect(settings: Settings, found: Collected) -> None:
    """Read the topics and the index once, the cases last: what came meanwhile is not missing in them."""
    for topic, take in (
        (Topic.INTAKE, found.intake),
        (Topic.REPORTS, found.report),
        (Topic.INTAKE_DEAD, found.letter),
        (Topic.STAGE_DEAD, found.bury),
        (Topic.JUDGEMENTS, found.judgement),
        (Topic.CASES, found.case),
    ):
        for value in _values(settings, topic):
            take(value)
    with connect(settings) as client:
        alias = alias_of(settings)
        if current_index(client, alias):
            for case_id, version in scan_versions(client, alias):
                found.document(case_id, version)


def _values(settings: Settings, topic: Topic) -> Iterator[bytes]:
    for records in replay(settings, topic.under(settings.prefix)):
        for record in records:
            if record.value is not None:
                yield record.value
