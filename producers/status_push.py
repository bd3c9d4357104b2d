"""Status events as counties push them: what became of a record, under its number alone."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import ValidationError

from producers.entering import letter
from producers.formats.answers import LONGEST, imprint_of
from producers.formats.json_lines import as_text
from producers.formats.rows import bad_row
from producers.publisher import Entry
from schemas import keys
from schemas.cleaning import identifier
from schemas.contract import faulty_field
from schemas.events import DeadLetter
from schemas.petition import StatusEvent
from schemas.terms import DecisionKind, RejectReason

REPORTED = frozenset(DecisionKind) - {DecisionKind.REASSIGN, DecisionKind.REDETERMINE}
"""What a county may report; to name another unit is for its superior (article 24)."""
UNIT_CODE = re.compile(r"\d{2,12}-[a-z0-9_]+")
"""A division and a department; whatever else stands there may be somebody's name."""
FIELDS = ("kind", "at", "unit", "article")
"""What is taken as it is; of `answer` the imprint only, and the number in its one form, as that of a petition."""


def enter_status(
    number: int, row: dict[str, Any], source: str, delivery_id: str, at: datetime
) -> Entry[StatusEvent] | DeadLetter:
    """Every row becomes a status event or a dead letter that names the field, never the value."""
    given = {name: row[name] for name in FIELDS if name in row}
    told = row.get("answer") or ""
    if not isinstance(told, str):
        return _refused(number, row, RejectReason.INVALID, "answer", source, delivery_id, at)
    if len(told) > LONGEST:
        return _refused(number, row, RejectReason.TOO_LONG, "answer", source, delivery_id, at)
    given["answer"] = imprint_of(told)
    if (record_no := as_text(row.get("record_no"))) is not None:
        given["record_no"] = identifier(record_no)
    try:
        event = StatusEvent.model_validate(
            given | {"receipt": keys.receipt(delivery_id, number), "source": source, "ingested_at": at}
        )
    except ValidationError as error:
        return _refused(number, row, RejectReason.INVALID, faulty_field(error), source, delivery_id, at)
    if event.kind not in REPORTED:
        return _refused(number, row, RejectReason.UNKNOWN_VALUE, "kind", source, delivery_id, at)
    if event.at > at:
        return _refused(number, row, RejectReason.DATE_OUT_OF_RANGE, "at", source, delivery_id, at)
    if event.unit and not UNIT_CODE.fullmatch(event.unit):
        return _refused(number, row, RejectReason.INVALID, "unit", source, delivery_id, at)
    if event.kind is DecisionKind.OBJECT and not event.article:
        return _refused(number, row, RejectReason.MISSING, "article", source, delivery_id, at)
    return Entry(event.with_changes(at=event.at.astimezone(UTC)), keys.record_key(source, event.record_no), None)


def verdicts(found: Sequence[Entry[StatusEvent] | DeadLetter]) -> list[dict[str, Any]]:
    """What the county is told of each row."""
    return [
        {"row": row, "outcome": "accepted", "receipt": one.record.receipt}
        if isinstance(one, Entry)
        else {"row": row, "outcome": "rejected", "reason": one.reason.value, "field": one.field}
        for row, one in enumerate(found, start=1)
    ]


def _refused(
    number: int, row: dict[str, Any], reason: RejectReason, field: str, source: str, delivery_id: str, at: datetime
) -> DeadLetter:
    return letter(bad_row(number, reason, orjson.dumps(row), field), source, delivery_id, at)
