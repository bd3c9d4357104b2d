"""The rules of the stream on ledgers alone, without servers: `petitions dry-run`.

The steps of the workers themselves, with dictionaries for tables, in one pass ordered by the time at which petitions
were received.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import file_digest
from itertools import chain
from pathlib import Path

from pydantic import ValidationError

from deploy.stages_alone import BATCH, StagesAlone
from processors.rulebook import Rulebook
from processors.rules.registration import Outcome
from producers.entering import enter
from producers.formats.reading import parse
from producers.formats.rows import UnknownColumn
from producers.formats.validation import delivery
from producers.keyring import KEY_BYTES, Keyring
from producers.profiles import Profile
from schemas.events import Case, DeadLetter, Decision, Judgement
from schemas.keys import digest
from schemas.petition import IntakeRecord
from schemas.terms import Receipt

CHUNK_BYTES = 1 << 20
_KEYRING = Keyring(b"dry-run pseudonym".ljust(KEY_BYTES), b"dry-run identity".ljust(KEY_BYTES), "dry-run")
"""Its pseudonyms never leave the run, so it need not be secret; fixed, so that equal ledgers give equal files."""
DECISION_COLUMNS = (
    "record_id", "verdict", "case_id", "matched_record_id", "accountable_unit", "ground", "reason",
)  # fmt: skip
REJECTED_COLUMNS = ("row", "reason", "field")


@dataclass(frozen=True, slots=True)
class Ledger:
    """A file of a county."""

    path: Path
    profile: Profile


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One decision, as in `decisions.csv`. For a resent or corrected row the verdict says so."""

    record_id: str
    verdict: str
    case_id: str
    matched_record_id: str
    accountable_unit: str
    ground: str
    reason: str


@dataclass(slots=True)
class DryRun:
    """What became of each row."""

    rows: list[Row]
    rejected: list[DeadLetter]
    cases: list[Case] = field(repr=False)


def dry_run(
    ledgers: Iterable[Ledger],
    rulebook: Rulebook,
    keyring: Keyring = _KEYRING,
    judgements: Iterable[Judgement] = (),
    changed: Callable[[list[Case]], Iterable[Decision]] = lambda cases: (),
) -> DryRun:
    """Decide about every record of the ledgers; with the keyring of an instance under the ids that it uses.

    `judgements` are applied as in the stream, where they wait for their petitions. `changed` says which cases are
    determined again, because the register has changed since.
    """
    found = read(ledgers, keyring)
    rejected = [item for item in found if isinstance(item, DeadLetter)]
    records = [item for item in found if isinstance(item, IntakeRecord)]
    records.sort(key=lambda r: (r.received_at, r.source, r.record_no, r.delivery_id, r.row))
    stages = StagesAlone(rulebook)
    stages.judge(judgements)
    outcomes: dict[str, tuple[Outcome, str]] = {}
    for start in range(0, len(records), BATCH):
        outcomes |= stages.receive(records[start : start + BATCH])
    stages.decide(changed(stages.cases()))
    cases = stages.cases()
    decided = dict(decisions(cases))
    rows = [_row(record, *outcomes[record.receipt], decided) for record in found if isinstance(record, IntakeRecord)]
    return DryRun(rows, rejected, cases)


def read(ledgers: Iterable[Ledger], keyring: Keyring = _KEYRING) -> list[IntakeRecord | DeadLetter]:
    """What the producers make of the rows of ledgers, in their order."""
    return list(chain.from_iterable(_read(ledger, keyring) for ledger in ledgers))


def decisions(cases: Iterable[Case]) -> Iterator[tuple[str, Row]]:
    """Petition id and decision of every petition in the cases, whoever made them."""
    for case in cases:
        numbers = {member.petition_id: member.record_no for member in case.petitions}
        for member in case.petitions:
            yield (
                member.petition_id,
                Row(
                    record_id=member.record_no,
                    verdict=member.verdict.value,
                    case_id=case.case_id,
                    matched_record_id=numbers.get(member.matched_petition_id, member.matched_petition_id),
                    accountable_unit=case.jurisdiction.accountable_unit,
                    ground=case.jurisdiction.ground.value,
                    reason=case.jurisdiction.reason,
                ),
            )


def write(run: DryRun, folder: Path) -> None:
    """Write `decisions.csv` and `rejected.csv`; the latter names rows, reasons and fields, never values."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "decisions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(DECISION_COLUMNS)
        writer.writerows([getattr(row, column) for column in DECISION_COLUMNS] for row in run.rows)
    with (folder / "rejected.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(REJECTED_COLUMNS)
        writer.writerows([letter.row, letter.reason.value, letter.field] for letter in run.rejected)


class NotJudgements(ValueError):
    """A file that holds something else."""


def judgements_in(path: Path) -> list[Judgement]:
    """The judgements of a file, one JSON object a line, as `petitions judgements` writes them."""
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            found += [Judgement.from_bytes(line)] if line.strip() else []
        except ValidationError:
            raise NotJudgements(f"{path}: line {number} is no judgement") from None
    return found


def _read(ledger: Ledger, keyring: Keyring) -> Iterator[IntakeRecord | DeadLetter]:
    with ledger.path.open("rb") as file:
        content = file_digest(file, "sha256").hexdigest()
        file.seek(0)
        to = delivery(ledger.profile, digest("dry-run", ledger.profile.code, content), datetime.now(UTC))
        chunks = iter(lambda: file.read(CHUNK_BYTES), b"")
        for item in parse(chunks, ledger.profile):
            if not isinstance(item, UnknownColumn):
                entered = enter(item, to, keyring)
                yield entered if isinstance(entered, DeadLetter) else entered.record


def _row(record: IntakeRecord, outcome: Outcome, petition_id: str, decided: dict[str, Row]) -> Row:
    row = decided[petition_id]
    if outcome is Outcome.REGISTERED:
        return row
    verdict = Receipt.REVISED if outcome is Outcome.REVISED else Receipt.RESENT
    return Row(
        record.record_no, verdict.value, row.case_id, record.record_no, row.accountable_unit, row.ground, row.reason
    )
