"""One row of a county to one intake record and its petitioner, or a refusal that names the field."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b
from typing import TypeVar

from producers.formats.answers import LONGEST, imprint_of
from producers.formats.dates import moment
from producers.formats.rows import Cell, RawRow, refused
from producers.profiles import Profile
from schemas import keys
from schemas.cleaning import cleaned, identifier
from schemas.identity import Petitioner
from schemas.petition import IntakeRecord
from schemas.terms import CaseStatus, Channel, RejectReason

LIMITS = {
    "record_no": 64,
    "office": 200,
    "title": 1_000,
    "body": 100_000,
    "place_text": 500,
    "category_hint": 100,
    "answer": LONGEST,
    "name": 200,
    "id_number": 64,
    "phone": 64,
    "residence": 500,
}
MOST_PEOPLE = 100_000
PEOPLE = re.compile(r"([0-9]{1,6})(?:\.0)?人?")

Identify = Callable[[Petitioner], str | None]
Code = TypeVar("Code", Channel, CaseStatus)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file or push of a county, with all that its rows share."""

    profile: Profile
    delivery_id: str
    ingested_at: datetime
    latest: datetime
    """No date in the delivery may be later: the end of tomorrow in the county."""
    takeover: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """A record without identity, and apart from it the petitioner; None where the county names nobody."""

    record: IntakeRecord
    petitioner: Petitioner | None


def delivery(profile: Profile, delivery_id: str, at: datetime, *, takeover: bool = False) -> Delivery:
    """A delivery that the platform took at that moment."""
    after_tomorrow = at.astimezone(profile.zone).date() + timedelta(days=2)
    latest = datetime.combine(after_tomorrow, time(), profile.zone).astimezone(UTC) - timedelta(microseconds=1)
    return Delivery(profile, delivery_id, at.astimezone(UTC), latest, takeover)


def validate(row: RawRow, to: Delivery, identify: Identify) -> Accepted:
    """A row is taken whole or refused with reason and field; nothing is guessed. Raises `Rejected`."""
    profile, values = to.profile, row.values
    record_no = identifier(_text(values, "record_no", required=True))
    if not record_no:
        raise refused(RejectReason.MISSING, "record_no")
    if len(record_no) > LIMITS["record_no"]:  # its one form may be longer than what was written: ㍿ becomes 株式会社
        raise refused(RejectReason.TOO_LONG, "record_no")
    received_at = _moment(values, "received_at", to)
    if received_at is None:
        raise refused(RejectReason.MISSING, "received_at")
    channel = _code(values, "channel", profile.values.channel)
    if channel is None:
        raise refused(RejectReason.MISSING, "channel")
    title, body = _text(values, "title"), _text(values, "body")
    if not title and not body:
        raise refused(RejectReason.MISSING, "body")
    petitioner = _petitioner(values)
    office, place_text, hint = _text(values, "office"), _text(values, "place_text"), _text(values, "category_hint")
    status = _code(values, "status", profile.values.status)
    status_at = _moment(values, "status_at", to)
    answer = imprint_of(_text(values, "answer"), petitioner.name if petitioner else "")
    people = _people(values)
    is_named = petitioner is not None and petitioner.name not in profile.anonymous
    petitioner_ref = identify(petitioner) if petitioner and is_named else None
    content = (
        received_at.isoformat(),
        channel,
        office,
        petitioner_ref or "",
        str(people),
        title,
        body,
        place_text,
        hint,
        status or "",
        status_at.isoformat() if status_at else "",
        # What bears no answer keeps the hash that it had before answers were read: sent again, it is no revision.
        *([answer.digest] if answer else []),
    )
    record = IntakeRecord(
        receipt=keys.receipt(to.delivery_id, row.number),
        source=profile.code,
        record_no=record_no,
        delivery_id=to.delivery_id,
        row=row.number,
        content_hash=content_hash(content),
        received_at=received_at,
        ingested_at=to.ingested_at,
        modified_at=_moment(values, "modified_at", to),
        channel=channel,
        office=office,
        petitioner_ref=petitioner_ref,
        people=people,
        title=title,
        body=body,
        place_text=place_text,
        category_hint=hint,
        reported_status=status,
        reported_status_at=status_at,
        answer=answer,
        takeover=to.takeover,
    )
    return Accepted(record, petitioner)


def content_hash(parts: tuple[str, ...]) -> str:
    """16 hex digits over what the county may change; cleaned texts hold no separator, so one hash does."""
    return blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def _text(values: Mapping[str, Cell], field: str, *, required: bool = False) -> str:
    cell = values.get(field, "")
    if not cell:
        if required:
            raise refused(RejectReason.MISSING, field)
        return ""
    text = cleaned(cell if isinstance(cell, str) else cell.isoformat(" "))
    if len(text) > LIMITS[field]:
        raise refused(RejectReason.TOO_LONG, field)
    return text


def _moment(values: Mapping[str, Cell], field: str, to: Delivery) -> datetime | None:
    cell = values.get(field, "")
    if isinstance(cell, str):
        cell = cleaned(cell)
    return moment(cell, to.profile, to.latest, field) if cell else None


def _code(values: Mapping[str, Cell], field: str, codes: Mapping[str, Code]) -> Code | None:
    """The county's word is looked up as it is; an empty cell has a code only where the map gives one to it."""
    cell = values.get(field, "")
    word = cell if isinstance(cell, str) else cell.isoformat(" ")
    code = codes.get(word) or codes.get(cleaned(word))
    if code is None and cleaned(word):
        raise refused(RejectReason.UNKNOWN_VALUE, field)
    return code


def _people(values: Mapping[str, Cell]) -> int:
    cell = values.get("people", "")
    text = identifier(cell) if isinstance(cell, str) else "?"
    if not text:
        return 1
    found = PEOPLE.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= MOST_PEOPLE:
        raise refused(RejectReason.INVALID, "people")
    return int(found[1])


def _petitioner(values: Mapping[str, Cell]) -> Petitioner | None:
    """Who the county names; None where it gives neither a name nor a number."""
    name, id_number = _text(values, "name"), _text(values, "id_number")
    phone, residence = _text(values, "phone"), _text(values, "residence")
    if not (name or id_number or phone):
        return None
    return Petitioner(name=name, id_number=id_number, phone=phone, residence=residence)
