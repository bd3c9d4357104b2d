"""From a row to what is published about it: an entry, or a dead letter. The same for files and pushes."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from producers.formats.rows import BadRow, RawRow, bad_row
from producers.formats.validation import Delivery, validate
from producers.keyring import Keyring
from producers.publisher import AnyEntry, Entry
from schemas import keys
from schemas.events import CountyReport, DeadLetter
from schemas.office_time import office_day
from schemas.petition import IntakeRecord
from schemas.rejected import Rejected
from schemas.terms import ReportKind, Stage

CHECKSUM_MODULUS = 1 << 64

Source = Literal["file", "push", "folder"]


def enter(row: RawRow | BadRow, delivery: Delivery, keyring: Keyring) -> Entry[IntakeRecord] | DeadLetter:
    """Every row becomes exactly one of the two."""
    if isinstance(row, BadRow):
        return _letter(row, delivery)
    try:
        accepted = validate(row, delivery, keyring.identify)
    except Rejected as rejected:
        return _letter(bad_row(row.number, rejected.reason, row.raw, rejected.field), delivery)
    record = accepted.record
    sealed = None
    if accepted.petitioner is not None:
        sealed = keyring.seal(accepted.petitioner, record.petitioner_ref, record.source, record.ingested_at)
    return Entry(record, keys.record_key(record.source, record.record_no), sealed)


def _letter(row: BadRow, delivery: Delivery) -> DeadLetter:
    return letter(row, delivery.profile.code, delivery.delivery_id, delivery.ingested_at)


def letter(row: BadRow, source: str, delivery_id: str, at: datetime) -> DeadLetter:
    """A refused row with its reason; the same row of the same delivery is the same letter."""
    receipt = keys.receipt(delivery_id, row.number)
    return DeadLetter(
        letter_id=keys.digest("letter", receipt),
        stage=Stage.INTAKE,
        reason=row.rejected.reason,
        field=row.rejected.field,
        source=source,
        delivery_id=delivery_id,
        row=row.number,
        receipt=receipt,
        at=at,
        raw=b64encode(row.raw).decode("ascii"),
        is_truncated=row.is_truncated,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the rows of a delivery."""

    published: int = 0
    rejected: int = 0
    checksum: int = 0
    """The sum of the receipts of the published rows modulo 2^64: the same whatever their order."""

    def plus(self, entries: Sequence[AnyEntry], letters: Sequence[DeadLetter]) -> "Tally":
        """The tally after these rows."""
        added = sum(int(entry.record.receipt, 16) for entry in entries)
        return Tally(
            self.published + len(entries), self.rejected + len(letters), (self.checksum + added) % CHECKSUM_MODULUS
        )


def report(county: str, delivery_id: str, at: datetime, on: date, tally: Tally, channel: Source) -> CountyReport:
    """A delivery accounted for: what was received is what was published and what was rejected."""
    return CountyReport(
        report_id=keys.digest("report", delivery_id),
        county=county,
        kind=ReportKind.DATA,
        delivery_id=delivery_id,
        reported_at=at,
        period_on=on,
        received=tally.published + tally.rejected,
        published=tally.published,
        rejected=tally.rejected,
        checksum=f"{tally.checksum:016x}",
        channel=channel,
    )


class NotYet(ValueError):
    """Nobody can say of a day that has not come that there was nothing to report."""


def zero_report(county: str, on: date, at: datetime) -> CountyReport:
    """A county's word that it had nothing to report on that day (零报告); raises `NotYet` for a day to come."""
    if on > office_day(at):
        raise NotYet(f"{on} has not come yet")
    report_id = keys.digest("zero", county, on.isoformat())
    return CountyReport(report_id=report_id, county=county, kind=ReportKind.ZERO, reported_at=at, period_on=on)
