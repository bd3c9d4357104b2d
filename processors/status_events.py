"""Status events on their way: from a record number to its petition, from the petition to its case.

A county pushes what became of a record under its number alone. Registration knows the petition behind the number,
linking knows where the petition lives, and the case desk notes it as a step of that petition.
"""

import msgspec

from processors.effects import Effects
from processors.rules.life import DECIDED_AS
from processors.rules.registration import Entries, Entry
from processors.rules.repeat import History
from processors.tables import Table
from schemas.events import Decision
from schemas.keys import case_id, pushed_step_id, record_key
from schemas.life import REPORTED_AS
from schemas.office_time import office_day
from schemas.petition import IntakeRecord, RoutedStatus, StatusEvent

_entries = msgspec.msgpack.Decoder(Entries)
_waiting = msgspec.msgpack.Decoder(list[bytes])
_pack = msgspec.msgpack.Encoder().encode
_SAID_BY = {step: kind for kind, step in DECIDED_AS.items()}


def tell_petition(event: StatusEvent, table: Table, effects: Effects) -> None:
    """Pass the event on to the petition that its number means; where the record has not come yet, it waits for it."""
    key = record_key(event.source, event.record_no).encode()
    known = table.get(key)
    if known is not None:
        _tell(_meant(event, _entries.decode(known)), event, effects)
        return
    waiting = _waiting.decode(table.get(_waits(key)) or _pack([]))
    if all(StatusEvent.from_bytes(other).receipt != event.receipt for other in waiting):
        table.put(_waits(key), _pack([*waiting, event.to_bytes()]))


def tell_awaited(key: bytes, entries: Entries, table: Table, effects: Effects) -> None:
    """Pass on what was reported about a record before it came; `entries` are what is known under its number now."""
    waiting = table.get(_waits(key))
    if waiting is None:
        return
    for event in map(StatusEvent.from_bytes, _waiting.decode(waiting)):
        _tell(_meant(event, entries), event, effects)


def tell_older(record: IntakeRecord, table: Table, effects: Effects) -> None:
    """A revision that comes after a newer one changes no content; what it dated is a step all the same."""
    status, at = record.reported_status, record.reported_status_at
    kind = _SAID_BY.get(REPORTED_AS[status]) if status in REPORTED_AS else None
    if kind is None or at is None:
        return
    event = StatusEvent(
        receipt=record.receipt,
        source=record.source,
        record_no=record.record_no,
        kind=kind,
        at=at,
        ingested_at=record.ingested_at,
        answer=record.answer,
    )
    tell_petition(event, table, effects)


def send_home(status: RoutedStatus, history: History, city: str, effects: Effects) -> None:
    """Hand the event to the desk of the petition's case; where linking has forgotten it, of its county's city."""
    known = (k.trace.home for k in history if k.trace.petition_id == status.petition_id)
    home, event = next(known, city), status.event
    step = pushed_step_id(status.petition_id, event.kind.value, event.at, event.unit, event.article)
    effects.hand_over(
        home,
        Decision(
            decision_id=step,
            kind=event.kind,
            case_id=case_id(status.petition_id),
            home=home,
            by=event.source,
            at=event.at,
            reason=event.kind.label,
            unit=event.unit,
            article=event.article,
            petition_id=status.petition_id,
            answer=event.answer,
        ),
    )


def _meant(event: StatusEvent, entries: Entries) -> Entry:
    """Of several petitions under one number the latest that had been received by then."""
    on = office_day(event.at).isoformat()
    came = [entry for entry in entries if entry.received_on <= on]
    return max(came, key=lambda entry: entry.received_on) if came else entries[0]


def _tell(entry: Entry, event: StatusEvent, effects: Effects) -> None:
    effects.tell(RoutedStatus(petition_id=entry.petition_id, route=entry.route, event=event))


def _waits(key: bytes) -> bytes:
    return b"s:" + key
