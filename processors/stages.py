"""The three stages as pure steps: one message and the partition's table in, effects out."""

from collections.abc import Sequence

import msgspec
from pydantic import ValidationError

from processors.at_hand import CasesAtHand
from processors.batches import read, read_petitions
from processors.casebook import Casebook, Expected
from processors.effects import Effects
from processors.moving import arrived
from processors.rulebook import Rulebook
from processors.rules.registration import Entries, Fingerprint, Outcome, Registration, fingerprints, register
from processors.rules.repeat import History, Reading, link
from processors.status_events import send_home, tell_awaited, tell_older, tell_petition
from processors.tables import Table
from schemas.contract import faulty_field
from schemas.events import Decision, Judgement, LinkedBatch, MovedPetition
from schemas.keys import partition_of, record_key
from schemas.office_time import office_day
from schemas.petition import IntakeBatch, IntakeRecord, LinkedPetition, Petition, RegisteredBatch
from schemas.terms import RejectReason, Stage
from schemas.topics import Topic

_pack = msgspec.msgpack.Encoder().encode
_entries = msgspec.msgpack.Decoder(Entries)
_history = msgspec.msgpack.Decoder(History)


class RegisterBehind(RuntimeError):
    """A decision rests on a change of the register that this worker does not know: it leaves and starts with it."""


class RegistrationStep:
    """`intake` → `registered`: each petition once, however often its record was sent."""

    source = Topic.INTAKE

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """See `processors.step.Step`."""
        batch = read_petitions(value, IntakeBatch, Stage.REGISTRATION, origin, effects)
        keys = [key_of(record) for record in batch.records]
        table.get_many(keys)  # at hand when each is asked for
        for key, record, fingerprint in zip(keys, batch.records, fingerprints(batch.records), strict=True):
            self.register(key, record, fingerprint, table, effects)
        for event in batch.statuses:
            tell_petition(event, table, effects)
        return len(batch.records)

    def register(
        self, key: bytes, record: IntakeRecord, fingerprint: Fingerprint, table: Table, effects: Effects
    ) -> Registration:
        """Register one record; what follows from it is in the effects, and returned for whoever keeps accounts.

        `key` is that of its number, see `key_of`.
        """
        known = table.get(key)
        before: Entries = _entries.decode(known) if known is not None else ()
        result = register(record, before, fingerprint)
        if result.entries is not before:
            table.put(key, _pack(result.entries))
        if result.petition is not None:
            effects.emit(Topic.REGISTERED, result.petition.route, result.petition)
        if not before:
            tell_awaited(key, result.entries, table, effects)
        elif result.outcome is Outcome.REVISED and result.petition is None:
            tell_older(record, table, effects)
        return result

    def finish(self, table: Table) -> None:
        """See `processors.step.Step`."""


class LinkingStep:
    """`registered` → `linked`: the place, the category and the petitioner's earlier petitions."""

    source = Topic.REGISTERED

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """See `processors.step.Step`."""
        batch = read_petitions(value, RegisteredBatch, Stage.LINKING, origin, effects)
        self.link(batch.petitions, self._rulebook.read(batch.petitions), table, effects)
        for status in batch.statuses:
            known = table.get(status.route.encode())
            city = self._rulebook.gazetteer.city_of(status.event.source, office_day(status.event.at))
            send_home(status, _history.decode(known) if known is not None else (), city, effects)
        return len(batch.petitions)

    def link(
        self, petitions: Sequence[Petition], readings: Sequence[Reading], table: Table, effects: Effects
    ) -> None:
        """Link petitions one after the other."""
        keys = [petition.route.encode() for petition in petitions]
        table.get_many(keys)  # at hand when each is asked for
        made = []
        for key, petition, reading in zip(keys, petitions, readings, strict=True):
            known = table.get(key)
            result = link(petition, reading, _history.decode(known) if known is not None else ())
            if not result.is_replay:
                table.put(key, _pack(result.history))
            made.append(result)
        for result in made:
            effects.emit(Topic.LINKED, result.known.trace.home, result.petition)

    def finish(self, table: Table) -> None:
        """See `processors.step.Step`."""


class Books:
    """The case desks of a worker, one for each partition; all steps of cases share them."""

    def __init__(self, rulebook: Rulebook, partitions: int) -> None:
        """`partitions` is how many there are in all."""
        self._rulebook = rulebook
        self._partitions = partitions
        self._books: dict[Table, Casebook] = {}
        self._at_hand = CasesAtHand()

    def of(self, table: Table, origin: str) -> Casebook:
        """The desk of the partition that a message came from."""
        if table not in self._books:
            number = int(origin.rsplit(":", 2)[1])
            self._books[table] = Casebook(
                table,
                self._rulebook.rules,
                lambda home: partition_of(home, self._partitions) == number,
                self._at_hand,
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
        batch = read(value, LinkedBatch, Stage.CASES, origin, effects)
        for petition, expected in book.expected((*batch.petitions, *batch.moved)):
            self.file(petition, book, expected)
        for call in batch.calls:
            book.call(call)
        for decision in batch.decisions:
            book.decide(decision)
        _hand_over(book, effects)
        return len(batch.petitions)

    def file(self, petition: LinkedPetition, book: Casebook, expected: Expected) -> None:
        """File one petition; the changed cases are in the table, whose changelog is the topic of cases."""
        member = arrived(petition) if isinstance(petition, MovedPetition) else self._rulebook.member(petition)
        book.add(petition, member, expected)
        for decision in book.awaited(petition.petition_id):
            book.decide(decision)

    def finish(self, table: Table) -> None:
        """Write what the step has changed."""
        self._books.finish(table)


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


def key_of(record: IntakeRecord) -> bytes:
    """Where the table of registration has all petitions under the number of a record."""
    return record_key(record.source, record.record_no).encode()


def _hand_over(book: Casebook, effects: Effects) -> None:
    for departure in book.departures():
        effects.hand_over(departure.home, departure.what)
