"""All that the topics and the index hold for a proof, reduced to what it needs, and compared drawer by drawer.

Ten million records would not fit into memory at once. Records, petitions and status events of one number lie in one
drawer, the versions of a case and its document in another.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from consumers.proof import account, rows
from consumers.proof.account import DayKey, Difference, Evidence, Tally
from consumers.proof.drawers import DRAWERS, Drawers, drawer_of
from consumers.proof.judged import Judgements, unequal_judgements
from consumers.proof.pushed import PushedTally, pushed
from consumers.proof.rows import Document, Filed, Held, Member, Pushed, Received, Refused, Reported


@dataclass(slots=True)
class Compared:
    """What differs, and how much was compared."""

    differences: list[Difference] = field(default_factory=list)
    cases: int = 0
    merged: int = 0
    documents: int = 0
    by_day: dict[DayKey, Tally] = field(default_factory=dict)
    """County and day of intake → what became of its records."""
    statuses: PushedTally = field(default_factory=PushedTally)
    deliveries: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Delivery → how many receipts are in the intake, and their sum."""
    unreported: list[str] = field(default_factory=list)
    """Deliveries that are in the intake, but that no report accounts for yet."""
    latest: datetime | None = None
    """When the platform took the latest record."""

    def add(self, piece: Evidence) -> None:
        """Account for some numbers of records."""
        days, unmatched = account.tallies(piece)
        self.count(days)
        told, untold = pushed(piece)
        self.statuses.add(told)
        self.differences += [*unmatched, *untold]
        for delivery, (count, total) in piece.deliveries.items():
            known = self.deliveries.get(delivery, (0, 0))
            self.deliveries[delivery] = known[0] + count, known[1] + total
        self.latest = max(filter(None, (self.latest, piece.latest)), default=None)

    def count(self, days: dict[DayKey, Tally]) -> None:
        """Count the tallies of some days in."""
        for day, tally in days.items():
            self.by_day.setdefault(day, Tally()).add(tally)


class Collected:
    """Takes the messages of each topic and the documents, then tells what differs."""

    def __init__(self, folder: Path) -> None:
        """What is collected lies in this folder: some 0.9 KB for each record with two versions of its case."""
        self._records = Drawers(folder, Received)
        self._pushed = Drawers(folder, Pushed)
        self._cases = Drawers(folder, Filed)
        self._documents = Drawers(folder, Document)
        self._held = Drawers(folder, Held)
        self._reports: dict[str, Reported] = {}
        self._refused: dict[str, Refused] = {}
        """Dead letters of the intake by id."""
        self._buried: set[str] = set()
        """Receipts that a stage has refused."""
        self._judgements = Judgements()

    def close(self) -> None:
        """Forget all."""
        for drawers in (self._records, self._pushed, self._cases, self._documents, self._held):
            drawers.close()

    def intake(self, value: bytes) -> None:
        """A message of the intake."""
        batch = rows.decode_intake(value)
        for record in batch.records:
            self._records.put(_key(record), record)
        for event in batch.statuses:
            self._pushed.put(_key(event), event)

    def report(self, value: bytes) -> None:
        """A county's report."""
        report = rows.decode_report(value)
        self._reports[report.report_id] = report

    def letter(self, value: bytes) -> None:
        """A dead letter of the intake."""
        letter = rows.decode_letter(value)
        self._refused[letter.letter_id] = letter

    def bury(self, value: bytes) -> None:
        """A dead letter of a stage."""
        if receipt := rows.buried_receipt(value):
            self._buried.add(receipt)

    def judgement(self, value: bytes) -> None:
        """What a person judged; what cannot be read is in the dead letters."""
        with suppress(msgspec.MsgspecError):
            self._judgements.receive(rows.decode_judgement(value))

    def case(self, value: bytes) -> None:
        """One version of a case; what cannot be read is in the dead letters of the index."""
        with suppress(msgspec.MsgspecError):
            case = rows.decode_case(value)
            self._cases.put(case.case_id, case)

    def document(self, case_id: str, version: int) -> None:
        """One document of the index."""
        self._documents.put(case_id, Document(case_id, version))

    def compared(self, partitions: int) -> Compared:
        """The whole account, made once. `partitions` is how many copies of each judgement there have to be."""
        found = Compared()
        self._compare_cases(found, partitions)
        for number in range(DRAWERS):
            found.add(self._piece(number))
        reports, refused = self._reports.values(), self._refused.values()
        found.count(account.rejected(refused))
        found.differences += account.unequal_deliveries(reports, refused, found.deliveries)
        found.unreported = account.unreported(reports, found.deliveries)
        return found

    def _compare_cases(self, found: Compared, partitions: int) -> None:
        """Cases against the index, one another and what people judged; what they hold goes to other drawers."""
        merged: dict[str, Filed] = {}
        judged: dict[str, Filed] = {}
        asked_about = self._judgements.petitions
        for number in range(DRAWERS):
            cases = account.newest(self._cases.rows(number))
            documents = {one.case_id: one.version for one in self._documents.rows(number)}
            found.documents += len(documents)
            found.differences += account.unequal_index(cases, documents)
            for case in cases.values():
                if case.is_merged:
                    merged[case.case_id] = case
                    continue
                found.cases += 1
                for member in case.petitions:
                    self._held.put(_key(member), Held(member, case.case_id))
                    if member.petition_id in asked_about:
                        judged[case.case_id] = case
        found.merged = len(merged)
        existing = self._existing({case.merged_into for case in merged.values()})
        found.differences += account.broken_merges(merged, existing)
        found.differences += unequal_judgements(self._judgements, judged, partitions)

    def _piece(self, number: int) -> Evidence:
        """The record numbers of a drawer, with their petitions and status events."""
        evidence = Evidence(buried=self._buried)
        for record in self._records.rows(number):
            evidence.receive(record)
        for event in self._pushed.rows(number):
            evidence.push(event)
        for one in self._held.rows(number):
            evidence.hold(one.member, one.case_id)
        return evidence

    def _existing(self, wanted: set[str]) -> set[str]:
        numbers = {drawer_of(name) for name in wanted}
        return {case.case_id for number in numbers for case in self._cases.rows(number)} & wanted


def _key(row: Received | Pushed | Member) -> str:
    return f"{row.source} {row.record_no}"
