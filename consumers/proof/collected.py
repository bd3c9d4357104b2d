"""All that the topics and the index hold for a proof, reduced to what it needs, and compared drawer by drawer.

Ten million records would not fit into memory at once. Records, petitions and status events of one number lie in one
drawer, the versions of a case and its document in another.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from consumers.proof import rows
from consumers.proof.account import Difference, Evidence, broken_merges, newest, unequal_index
from consumers.proof.drawers import DRAWERS, Drawers, drawer_of
from consumers.proof.judged import Judgements, unequal_judgements
from consumers.proof.rows import Document, Filed, Held, Member, Pushed, Received, Refused, Reported


@dataclass(slots=True)
class Counted:
    """How much was compared."""

    cases: int = 0
    merged: int = 0
    documents: int = 0


class Collected:
    """Takes the messages of each topic, then tells what differs."""

    def __init__(self, folder: Path) -> None:
        """`folder` is empty and has room for what is collected: about half a kilobyte for each record and case."""
        self._records = Drawers(folder, Received)
        self._pushed = Drawers(folder, Pushed)
        self._cases = Drawers(folder, Filed)
        self._documents = Drawers(folder, Document)
        self._held = Drawers(folder, Held)
        self.reports: dict[str, Reported] = {}
        self.refused: dict[str, Refused] = {}
        """Dead letters of the intake by id."""
        self.buried: set[str] = set()
        """Receipts that a stage has refused."""
        self.judgements = Judgements()

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
        self.reports[report.report_id] = report

    def letter(self, value: bytes) -> None:
        """A dead letter of the intake."""
        letter = rows.decode_letter(value)
        self.refused[letter.letter_id] = letter

    def bury(self, value: bytes) -> None:
        """A dead letter of a stage."""
        if receipt := rows.buried_receipt(value):
            self.buried.add(receipt)

    def judgement(self, value: bytes) -> None:
        """What a person judged; what cannot be read is in the dead letters."""
        with suppress(msgspec.MsgspecError):
            self.judgements.receive(rows.decode_judgement(value))

    def case(self, value: bytes) -> None:
        """One version of a case; what cannot be read is in the dead letters of the index."""
        with suppress(msgspec.MsgspecError):
            case = rows.decode_case(value)
            self._cases.put(case.case_id, case)

    def document(self, case_id: str, version: int) -> None:
        """One document of the index."""
        self._documents.put(case_id, Document(case_id, version))

    def compare_cases(self, partitions: int) -> tuple[Counted, list[Difference]]:
        """Cases against the index, against one another and against what people judged; call it once, and first."""
        counted, differences = Counted(), list[Difference]()
        merged: dict[str, Filed] = {}
        judged: dict[str, Filed] = {}
        asked_about = self.judgements.petitions
        for number in range(DRAWERS):
            cases = newest(self._cases.rows(number))
            documents = {one.case_id: one.version for one in self._documents.rows(number)}
            counted.documents += len(documents)
            differences += unequal_index(cases, documents)
            for case in cases.values():
                if case.is_merged:
                    merged[case.case_id] = case
                    continue
                counted.cases += 1
                for member in case.petitions:
                    self._held.put(_key(member), Held(member, case.case_id))
                    if member.petition_id in asked_about:
                        judged[case.case_id] = case
        counted.merged = len(merged)
        differences += broken_merges(merged, self._existing({case.merged_into for case in merged.values()}))
        differences += unequal_judgements(self.judgements, judged, partitions)
        return counted, differences

    def pieces(self) -> Iterator[Evidence]:
        """Some numbers of records after the other, with their petitions and status events."""
        for number in range(DRAWERS):
            evidence = Evidence(buried=self.buried)
            for record in self._records.rows(number):
                evidence.receive(record)
            for event in self._pushed.rows(number):
                evidence.push(event)
            for held in self._held.rows(number):
                evidence.hold(held.member, held.case_id)
            yield evidence

    def _existing(self, wanted: set[str]) -> set[str]:
        numbers = {drawer_of(name) for name in wanted}
        return {case.case_id for number in numbers for case in self._cases.rows(number)} & wanted


def _key(row: Received | Pushed | Member) -> str:
    return f"{row.source} {row.record_no}"
