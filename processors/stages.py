"""The three stages as pure steps: one message and the partition's table in, effects out."""

from collections.abc import Iterator
from typing import TypeVar

import msgspec
import orjson
from pydantic import ValidationError

from processors.casebook import Casebook
from processors.effects import Effects
from processors.moving import arrived
from processors.rulebook import Rulebook
from processors.rules.registration import Entries, Outcome, fingerprints, register
from processors.rules.repeat import History, Reading, link
from processors.status_events import send_home, tell_awaited, tell_older, tell_petition
from processors.tables import Table
from schemas.contract import Contract, faulty_field
from schemas.events import (
    Decision,
    IntakeBatch,
    IntakeRecord,
    Judgement,
    LinkedBatch,
    LinkedPetition,
    MovedPetition,
    Petition,
    RegisteredBatch,
    RoutedStatus,
    StatusEvent,
)
from schemas.keys import partition_of, record_key
from schemas.terms import RejectReason, Stage
from schemas.topics import Topic

_pack = msgspec.msgpack.Encoder().encode
_entries = msgspec.msgpack.Decoder(Entries)
_history = msgspec.msgpack.Decoder(History)
_STATUSES = b'"statuses"'
"""Stands in a message that holds status events, and in no text: there the quotes are escaped."""
C = TypeVar("C", bound=Contract)


class RegisterBehind(RuntimeError):
    """A decision rests on a change of the register that this worker does not know: it leaves and starts with it."""


class RegistrationStep:
    """`intake` → `registered`: each petition once, however often its record was sent."""

    source = Topic.INTAKE

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """See `processors.step.Step`."""
        records = _records(value, "records", IntakeBatch, IntakeRecord, Stage.REGISTRATION, origin, effects)
        for record, fingerprint in zip(records, fingerprints(records), strict=True):
            self.register(record, fingerprint, table, effects)
        if _STATUSES in value:
            events = _records(value, "statuses", IntakeBatch, StatusEvent, Stage.REGISTRATION, origin, effects)
            for event in events:
                tell_petition(event, table, effects)
        return len(records)

    def register(self, record: IntakeRecord, fingerprint: bytes, table: Table, effects: Effects) -> None:
        """Register one record."""
        key = record_key(record.source, record.record_no).encode()
        known = table.get(key)
        before: Entries = _entries.decode(known) if known is not None else ()
        result = register(record, before, fingerprint)
        if result.entries is not before:
            table.put(key, _pack(result.entries))
        if result.petition is not None:
            effects.emit(Topic.REGISTERED, result.petition.route, result.petition)
        if not before:
            tell_awaited(record, table, effects)
        elif result.outcome is Outcome.REVISED and result.petition is None:
            tell_older(record, table, effects)

    def finish(self, table: Table) -> None:
        """See `processors.step.Step`."""


class LinkingStep:
    """`registered` → `linked`: the place, the category and the petitioner's earlier petitions."""

    source = Topic.REGISTERED

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """See `processors.step.Step`."""
        petitions = _records(value, "petitions", RegisteredBatch, Petition, Stage.LINKING, origin, effects)
        for petition, reading in zip(petitions, self._rulebook.read(petitions), strict=True):
            self.link(petition, reading, table, effects)
        if _STATUSES in value:
            told = _records(value, "statuses", RegisteredBatch, RoutedStatus, Stage.LINKING, origin, effects)
            for status in told:
                known = table.get(status.route.encode())
                send_home(status, _history.decode(known) if known is not None else (), effects)
        return len(petitions)

    def link(self, petition: Petition, reading: Reading, table: Table, effects: Effects) -> None:
        """Link one petition."""
        key = petition.route.encode()
        known = table.get(key)
        history: History = _history.decode(known) if known is not None else ()
        result = link(petition, reading, history)
        if not result.is_replay:
            table.put(key, _pack(result.history))
        effects.emit(Topic.LINKED, result.petition.home, result.petition)

    def finish(self, table: Table) -> None:
        """See `processors.step.Step`."""


class Books:
    """The case desks of a worker, one for each partition; all steps of cases share them."""

    def __init__(self, rulebook: Rulebook, partitions: int) -> None:
        """`partitions` is how many there are in all."""
        self._rulebook = rulebook
        self._partitions = partitions
        self._books: dict[Table, Casebook] = {}

    def of(self, table: Table, origin: str) -> Casebook:
        """The desk of the partition that a message came from."""
        if table not in self._books:
            number = int(origin.rsplit(":", 2)[1])
            self._books[table] = Casebook(
                table, self._rulebook.rules, lambda home: partition_of(home, self._partitions) == number
            )
        return self._books[table]

    def finish(self, table: Table) -> None:
        """Put what has changed into the table."""
        if table in self._books:
            self._books[table].finish()


class CaseStep:
    """`linked` → `cases`: the matter, its one accountable unit and its clocks."""

    source = Topic.LINKED

    def __init__(self, rulebook: Rulebook, books: Books) -> None:
        self._rulebook = rulebook
        self._books = books

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """See `processors.step.Step`."""
        book = self._books.of(table, origin)
        petitions = _records(value, "petitions", LinkedBatch, LinkedPetition, Stage.CASES, origin, effects)
        for petition in petitions:
            self.file(petition, book)
        if not petitions:
            self._take_over(value, book)
        _hand_over(book, effects)
        return len(petitions)

    def file(self, petition: LinkedPetition, book: Casebook) -> None:
        """File one petition; the changed cases are in the table, whose changelog is the topic of cases."""
        member = arrived(petition) if isinstance(petition, MovedPetition) else self._rulebook.member(petition)
        book.add(petition, member)
        for decision in book.awaited(petition.petition_id):
            book.decide(decision)

    def finish(self, table: Table) -> None:
        """Write what the step has changed."""
        self._books.finish(table)

    def _take_over(self, value: bytes, book: Casebook) -> None:
        """What the desk of another home handed over; a batch that cannot be read was buried as one of petitions."""
        try:
            batch = LinkedBatch.from_bytes(value)
        except ValidationError:
            return
        for petition in batch.moved:
            self.file(petition, book)
        for call in batch.calls:
            book.call(call)
        for decision in batch.decisions:
            book.decide(decision)


class DecisionStep:
    """`decisions` → `cases`: what people decided."""

    source = Topic.DECISIONS

    def __init__(self, rulebook: Rulebook, books: Books) -> None:
        self._rulebook = rulebook
        self._books = books

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """See `processors.step.Step`. A decision about an unknown case or unit goes to the dead letters."""
        try:
            decision = Decision.from_bytes(value)
        except ValidationError as error:
            effects.bury(Stage.CASES, RejectReason.UNDECODABLE, faulty_field(error), value, origin)
            return 0
        if not self._rulebook.knows_change(decision):
            raise RegisterBehind("the register was changed after this worker had read it")
        book = self._books.of(table, origin)
        if not self._rulebook.knows_unit(decision):
            effects.bury(Stage.CASES, RejectReason.UNKNOWN_VALUE, "unit", value, origin)
        elif book.decide(decision) is None:
            effects.bury(Stage.CASES, RejectReason.UNKNOWN_VALUE, "case_id", value, origin)
        _hand_over(book, effects)
        return 1

    def finish(self, table: Table) -> None:
        """See `processors.step.Step`."""
        self._books.finish(table)


class JudgementStep:
    """`judgements` → `cases`: what people judged about pairs of petitions."""

    source = Topic.JUDGEMENTS

    def __init__(self, books: Books) -> None:
        self._books = books

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """See `processors.step.Step`. A judgement about petitions that are not here is kept until they come."""
        try:
            judgement = Judgement.from_bytes(value)
        except ValidationError as error:
            effects.bury(Stage.CASES, RejectReason.UNDECODABLE, faulty_field(error), value, origin)
            return 0
        book = self._books.of(table, origin)
        book.judge(judgement)
        _hand_over(book, effects)
        return 1

    def finish(self, table: Table) -> None:
        """See `processors.step.Step`."""
        self._books.finish(table)


def _hand_over(book: Casebook, effects: Effects) -> None:
    for departure in book.departures():
        effects.hand_over(departure.home, departure.what)


def _records(
    value: bytes, name: str, batch: type[Contract], single: type[C], stage: Stage, origin: str, effects: Effects
) -> list[C]:
    """The records of a batch. Where one is bad, only that one is buried."""
    try:
        return list(getattr(batch.from_bytes(value), name))
    except ValidationError:
        return list(_salvaged(value, name, single, stage, origin, effects))


def _salvaged(value: bytes, name: str, single: type[C], stage: Stage, origin: str, effects: Effects) -> Iterator[C]:
    try:
        rows = orjson.loads(value)[name]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        effects.bury(stage, RejectReason.UNDECODABLE, "", value, origin)
        return
    for index, row in enumerate(rows if isinstance(rows, list) else [rows]):
        raw = orjson.dumps(row)
        try:
            yield single.from_bytes(raw)
        except ValidationError as error:
            source = row.get("source", "") if isinstance(row, dict) else ""
            known_source = source if isinstance(source, str) and source.isdigit() and len(source) <= 12 else ""
            effects.bury(stage, RejectReason.INVALID, faulty_field(error), raw, f"{origin}:{index}", known_source)
