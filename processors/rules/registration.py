"""Registration (登记): each petition once, however often its record was sent.

Same source, number and content: resent. Same number, changed content: a revision. Same number, another matter:
another petition, with a mark and a warning (`number_reused`).
"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from processors.rules.agreement import overlap
from processors.rules.anchors import anchors_of
from processors.rules.forms import grown
from processors.rules.imprint import imprints
from processors.rules.sketch import is_empty, sketches
from schemas.keys import petition_id
from schemas.office_time import office_day
from schemas.petition import IntakeRecord, Petition

KEPT_RECEIPTS = 32
KEPT_HASHES = 16
SAME_MATTER_OVERLAP = 0.3
"""How much of the shorter text a revision shares with what it revises."""
OTHER_PERSON_OVERLAP = 0.6
"""The same where another known person sent it on another day: a third of a letter may be how all of them ask."""


class Outcome(StrEnum):
    """What became of one received record."""

    REGISTERED = "registered"
    RESENT = "resent"
    REVISED = "revised"
    REPLAYED = "replayed"


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """What is remembered of one petition under a record number."""

    petition_id: str
    number_reused: bool
    revision: int
    hashes: tuple[str, ...]
    """Content hashes of its revisions, the current one last."""
    sketch: bytes
    petitioner_ref: str
    route: str
    received_on: str
    modified_at: str
    receipts: tuple[tuple[str, int], ...]
    """The latest receipts, each with the revision that it made; 0 for a resent record."""
    resent: int = 0


Entries = tuple[Entry, ...]


class Registration(NamedTuple):
    """What follows from one record: the entries to keep and the petition to pass on, if any."""

    outcome: Outcome
    entries: Entries
    petition: Petition | None


class Fingerprint(NamedTuple):
    """What tells the text of a record from others."""

    sketch: bytes
    imprint: bytes
    anchors: tuple[int, ...]


def fingerprints(records: Sequence[IntakeRecord]) -> list[Fingerprint]:
    """The fingerprint of each record; together they cost much less than one by one."""
    made = sketches([record.title + record.body for record in records])
    named = anchors_of(
        [record.title + "\n" + record.body for record in records],
        [office_day(record.received_at).year for record in records],
    )
    return list(map(Fingerprint, made, imprints([record.body for record in records]), named))


def register(record: IntakeRecord, entries: Entries, fingerprint: Fingerprint | None = None) -> Registration:
    """Apply one received record to what is known under its number. The same receipt again changes nothing.

    `fingerprint` where it was made together with others.
    """
    if fingerprint is None:
        (fingerprint,) = fingerprints([record])
    for entry in entries:
        for receipt, revision in entry.receipts:
            if receipt == record.receipt:
                return Registration(Outcome.REPLAYED, entries, _petition(record, entry, revision, fingerprint))
    for index, entry in enumerate(entries):
        if record.content_hash in entry.hashes and not _is_return_to_older(record, entry):
            kept = _noted(entry, record.receipt, 0, resent=entry.resent + 1)
            if record.content_hash == entry.hashes[-1]:  # what it says now it still said then
                kept = msgspec.structs.replace(kept, modified_at=max(entry.modified_at, _moment(record.modified_at)))
            return Registration(Outcome.RESENT, _replaced(entries, index, kept), None)
    for index, entry in enumerate(entries):
        if _is_same_matter(record, entry, fingerprint):
            return _revised(record, entries, index, fingerprint)
    return _registered(record, entries, fingerprint)


def _registered(record: IntakeRecord, entries: Entries, fingerprint: Fingerprint) -> Registration:
    mark = record.content_hash if entries else ""
    name = petition_id(record.source, record.record_no, mark)
    entry = Entry(
        petition_id=name,
        number_reused=bool(entries),
        revision=1,
        hashes=(record.content_hash,),
        sketch=fingerprint.sketch,
        petitioner_ref=record.petitioner_ref or "",
        route=record.petitioner_ref or name,
        received_on=office_day(record.received_at).isoformat(),
        modified_at=_moment(record.modified_at),
        receipts=((record.receipt, 1),),
    )
    return Registration(Outcome.REGISTERED, (*entries, entry), _petition(record, entry, 1, fingerprint))


def _revised(record: IntakeRecord, entries: Entries, index: int, fingerprint: Fingerprint) -> Registration:
    entry = entries[index]
    if record.modified_at is not None and _moment(record.modified_at) < entry.modified_at:
        older = msgspec.structs.replace(
            _noted(entry, record.receipt, 0), hashes=(record.content_hash, *entry.hashes)[-KEPT_HASHES:]
        )
        return Registration(Outcome.REVISED, _replaced(entries, index, older), None)
    revision = entry.revision + 1
    others = tuple(seen for seen in entry.hashes if seen != record.content_hash)
    current = msgspec.structs.replace(
        _noted(entry, record.receipt, revision),
        revision=revision,
        hashes=(*others, record.content_hash)[-KEPT_HASHES:],
        sketch=fingerprint.sketch,
        petitioner_ref=record.petitioner_ref or "",
        modified_at=_moment(record.modified_at) or entry.modified_at,
    )
    petition = _petition(record, current, revision, fingerprint)
    return Registration(Outcome.REVISED, _replaced(entries, index, current), petition)


def _is_return_to_older(record: IntakeRecord, entry: Entry) -> bool:
    """A later change back to earlier content is a revision; only the county's own time of change can tell."""
    return record.content_hash != entry.hashes[-1] and _moment(record.modified_at) > entry.modified_at


def _is_same_matter(record: IntakeRecord, entry: Entry, fingerprint: Fingerprint) -> bool:
    is_known = record.petitioner_ref is not None and bool(entry.petitioner_ref)
    is_same_person = is_known and record.petitioner_ref == entry.petitioner_ref
    is_same_day = office_day(record.received_at).isoformat() == entry.received_on
    if is_same_person and is_same_day:
        return True
    is_somebody_else = is_known and not is_same_person and not is_same_day
    if is_empty(fingerprint.sketch) and is_empty(entry.sketch):
        return not is_somebody_else
    shared = overlap(fingerprint.sketch, entry.sketch).containment
    return shared >= (OTHER_PERSON_OVERLAP if is_somebody_else else SAME_MATTER_OVERLAP)


def _noted(entry: Entry, receipt: str, revision: int, resent: int | None = None) -> Entry:
    return msgspec.structs.replace(
        entry,
        receipts=(*entry.receipts, (receipt, revision))[-KEPT_RECEIPTS:],
        resent=entry.resent if resent is None else resent,
    )


def _replaced(entries: Entries, index: int, entry: Entry) -> Entries:
    return (*entries[:index], entry, *entries[index + 1 :])


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _petition(record: IntakeRecord, entry: Entry, revision: int, fingerprint: Fingerprint) -> Petition | None:
    if revision == 0:
        return None
    return grown(
        Petition,
        record,
        petition_id=entry.petition_id,
        revision=revision,
        number_reused=entry.number_reused,
        sketch=b64encode(fingerprint.sketch).decode(),
        anchors=fingerprint.anchors,
        imprint=b64encode(fingerprint.imprint).decode(),
        route=entry.route,
    )
