"""The three stages as pure steps: one message and the partition's table in, effects out."""

from collections.abc import Iterator
from typing import TypeVar

import msgspec
import orjson
from pydantic import ValidationError

from processors.casebook import Casebook
from processors.effects import Effects
from processors.rulebook import Rulebook
from processors.rules.registration import Entries, register
from processors.rules.repeat import History, link
from processors.tables import Table
from schemas.contract import Contract, faulty_field
from schemas.events import (
    Decision,
    IntakeBatch,
    IntakeRecord,
    LinkedBatch,
    LinkedPetition,
    Petition,
    RegisteredBatch,
)
from schemas.keys import record_key
from schemas.terms import RejectReason, Stage
from schemas.topics import Topic

_pack = msgspec.msgpack.Encoder().encode
_entries = msgspec.msgpack.Decoder(Entries)
_history = msgspec.msgpack.Decoder(History)
C = TypeVar("C", bound=Contract)


class RegistrationStep:
    """`intake` → `registered`: each petition once, however often its record was sent."""

    source = Topic.INTAKE

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """See `processors.step.Step`."""
        records = _records(value, "records", IntakeBatch, IntakeRecord, Stage.REGISTRATION, origin, effects)
        for record in records:
            self.register(record, table, effects)
        return len(records)

    def register(self, record: IntakeRecord, table: Table, effects: Effects) -> None:
        """Register one record."""
        key = record_key(record.source, record.record_no).encode()
        known = table.get(key)
        before: Entries = _entries.decode(known) if known is not None else ()
        result = register(record, before)
        if result.entries is not before:
            table.put(key, _pack(result.entries))
        if result.petition is not None:
            effects.emit(Topic.REGISTERED, result.petition.route, result.petition)

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
        for petition in petitions:
            self.link(petition, table, effects)
        return len(petitions)

    def link(self, petition: Petition, table: Table, effects: Effects) -> None:
        """Locate, classify and link one petition."""
        place, classification = self._rulebook.locate(petition), self._rulebook.classify(petition)
        key = petition.route.encode()
        known = table.get(key)
        history: History = _history.decode(known) if known is not None else ()
        result = link(petition, place, classification, self._rulebook.home(petition, place), history)
        if not result.is_replay:
            table.put(key, _pack(result.history))
        effects.emit(Topic.LINKED, result.petition.home, result.petition)

    def finish(self, table: Table) -> None:
        """See `processors.step.Step`."""


class CaseStep:
    """`linked` → `cases`: the matter, its one accountable unit and its clocks."""

    source = Topic.LINKED

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._books: dict[Table, Casebook] = {}

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """See `processors.step.Step`."""
        petitions = _records(value, "petitions", LinkedBatch, LinkedPetition, Stage.CASES, origin, effects)
        for petition in petitions:
            self.file(petition, table)
        return len(petitions)

    def file(self, petition: LinkedPetition, table: Table) -> None:
        """File one petition; the changed cases are in the table, whose changelog is the topic of cases."""
        self._book(table).add(petition, self._rulebook.member(petition))

    def finish(self, table: Table) -> None:
        """Write what the step has changed."""
        self._book(table).finish()

    def _book(self, table: Table) -> Casebook:
        if table not in self._books:
            self._books[table] = Casebook(table, self._rulebook.rules)
        return self._books[table]


class DecisionStep:
    """`decisions` → `cases`: what people decided."""

    source = Topic.DECISIONS

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """See `processors.step.Step`. A decision about an unknown case or unit goes to the dead letters."""
        try:
            decision = Decision.from_bytes(value)
        except ValidationError as error:
            effects.bury(Stage.CASES, RejectReason.UNDECODABLE, faulty_field(error), value, origin)
            return 0
        if not self._rulebook.knows_unit(decision):
            effects.bury(Stage.CASES, RejectReason.UNKNOWN_VALUE, "unit", value, origin)
        elif not self._apply(decision, table):
            effects.bury(Stage.CASES, RejectReason.UNKNOWN_VALUE, "case_id", value, origin)
        return 1

    def finish(self, table: Table) -> None:
        """See `processors.step.Step`."""

    def _apply(self, decision: Decision, table: Table) -> bool:
        book = Casebook(table, self._rulebook.rules)
        is_known = book.decide(decision) is not None
        book.finish()
        return is_known


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
