"""Prove that nothing is missing: what was received against the cases, and the cases against the index."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from threading import Event
from typing import Any

import msgspec

from consumers.elastic import connect
from consumers.proof import account, rows
from consumers.proof.account import Difference, Evidence, Tally
from consumers.proof.judged import Judgements, unequal_judgements
from consumers.proof.pushed import PushedTally, pushed
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
    """Compare reports, intake, cases and index as they are now; name every difference."""
    lag = sum(lags(settings).values())
    evidence = collect(settings)
    with connect(settings) as client:
        alias = alias_of(settings)
        documents = dict(scan_versions(client, alias)) if current_index(client, alias) else {}
    by_day, differences = account.tallies(evidence)
    statuses, untold = pushed(evidence)
    differences += [*untold, *account.unequal_deliveries(evidence)]
    differences += account.broken_merges(evidence.cases)
    differences += unequal_judgements(collect_judgements(settings), evidence.cases, settings.partitions)
    differences += account.unequal_index(evidence.cases, documents)
    return Verification(
        differences=tuple(differences),
        by_day=by_day,
        statuses=statuses,
        cases=sum(not case.is_merged for case in evidence.cases.values()),
        merged=sum(case.is_merged for case in evidence.cases.values()),
        documents=len(documents),
        unreported=tuple(account.unreported(evidence)),
        lag=lag,
        complete_up_to=evidence.latest,
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


def collect(settings: Settings) -> Evidence:
    """Read the topics once and keep what the proof needs."""
    evidence = Evidence()
    for value in _values(settings, Topic.INTAKE):
        intake = rows.decode_intake(value)
        for record in intake.records:
            evidence.receive(record)
        evidence.pushed |= {event.receipt: event for event in intake.statuses}
    for value in _values(settings, Topic.REPORTS):
        report = rows.decode_report(value)
        evidence.reports[report.report_id] = report
    for value in _values(settings, Topic.INTAKE_DEAD):
        letter = rows.decode_letter(value)
        evidence.refused[letter.letter_id] = letter
    evidence.buried = {
        receipt for value in _values(settings, Topic.STAGE_DEAD) if (receipt := rows.buried_receipt(value))
    }
    for value in _values(settings, Topic.CASES):
        try:
            case = rows.decode_case(value)
        except msgspec.MsgspecError:
            continue  # it is in the dead letters of the index
        evidence.file(case)
    return evidence


def collect_judgements(settings: Settings) -> Judgements:
    """Read what people judged; what cannot be read is in the dead letters."""
    found = Judgements()
    for value in _values(settings, Topic.JUDGEMENTS):
        with suppress(msgspec.MsgspecError):
            found.receive(rows.decode_judgement(value))
    return found


def _values(settings: Settings, topic: Topic) -> Iterator[bytes]:
    for records in replay(settings, topic.under(settings.prefix)):
        for record in records:
            if record.value is not None:
                yield record.value
