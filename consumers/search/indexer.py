"""The step of the indexer: messages of `cases` become documents of the index, or dead letters."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event

import msgspec
from elasticsearch import ApiError, AuthenticationException, AuthorizationException, TransportError

from consumers.bulk import ElasticsearchSink, Item, Sink, Written
from consumers.elastic import connect
from consumers.health import DEAD_LETTERS, INDEXED, Health, serve
from consumers.letters import DeadLetterLimit, KafkaLetters, Letters, dead_letter
from consumers.loop import Loop, Record, in_group
from consumers.reading import Unreadable, reader
from consumers.search.documents import document_bytes
from consumers.search.index import alias_of, ensure_index
from consumers.search.visible import VisibleSink, refresher
from consumers.search.words import NO_WORDS, WordList, load_words
from schemas.events import Case, DeadLetter
from schemas.settings import Settings
from schemas.terms import RejectReason, Stage
from schemas.topics import Topic

AMIDST_S = 5.0
"""So long after old records it is taken for granted that more are coming."""
TAKEN_OVER = b'"takeover":true'
"""How a case of old records is written, and each of them in it; looked for in the bytes, because it mostly is not
there.
"""


class _Case(msgspec.Struct):
    """The one field of a case that says so of all its petitions."""

    takeover: bool = False


_takeover = msgspec.json.Decoder(_Case)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document on its way into the index, with the message it came from."""

    item: Item
    record: Record
    is_old: bool
    """Whether the case holds old records alone."""


def is_old(record: Record) -> bool:
    """Whether a case holds old records alone: what somebody writes today is written before it."""
    if record.value is None or TAKEN_OVER not in record.value:
        return False
    try:
        return _takeover.decode(record.value).takeover
    except (msgspec.DecodeError, UnicodeError):
        return False


def leave_to_elasticsearch() -> None:
    """What is written becomes searchable when Elasticsearch comes to it."""


class CaseIndexer:
    """Writes cases to a sink: stale versions are counted, refused ones become dead letters."""

    def __init__(
        self,
        sink: Sink,
        letters: Letters,
        limit: DeadLetterLimit,
        health: Health,
        words: WordList = NO_WORDS,
        show: Callable[[], None] = leave_to_elasticsearch,
    ) -> None:
        """All that it needs to reach the world, and what it finds in texts as words.

        `show` is called when live cases were written amidst old ones: a busy index takes its time to show them.
        """
        self._show = show
        self._old_at = -math.inf
        self._words = words
        self._sink = sink
        self._letters = letters
        self._limit = limit
        self._health = health
        self._read = reader(Case)
        for reason in RejectReason:  # a series that begins with its first burst has not risen: no alert would see it
            DEAD_LETTERS.labels(Stage.INDEX.value, reason.value)

    def prepare(self, records: Sequence[Record]) -> list[Entry]:
        """One document for each case that can be read, of its newest version; what cannot is a dead letter at once.

        A version that a later message of the same batch supersedes is stale before it is written, so no document is
        made of it. Tombstones delete nothing. The batch is read from its end: there the newest versions are, nearly
        always, so that each case is let go of as soon as it is read. Read, it takes ten times what its message takes.
        """
        newest: dict[str, Entry] = {}
        unreadable: list[DeadLetter] = []
        superseded = 0
        for record in reversed(records):
            if record.value is None:
                continue
            try:
                case = self._read(record.value)
            except Unreadable:
                unreadable.append(dead_letter(record, RejectReason.UNDECODABLE))
                continue
            known = newest.get(case.case_id)
            superseded += known is not None
            if known is None or case.version > known.item.version:
                item = Item(case.case_id, case.version, document_bytes(case, self._words))
                newest[case.case_id] = Entry(item, record, case.takeover)
        self._count(Written(stale=superseded))
        self._refuse(unreadable[::-1], done=0)
        return list(reversed(newest.values()))

    def attempt(self, work: list[Entry]) -> list[Entry]:
        """Write all; what the index cannot take at present comes back."""
        written = self._sink.write([entry.item for entry in work])
        entry_of = {(entry.item.id, entry.item.version): entry for entry in work}
        self._count(written)
        self._refuse(
            [
                dead_letter(
                    entry_of[refusal.item.id, refusal.item.version].record,
                    RejectReason.REFUSED_BY_INDEX,
                    code=refusal.code,
                )
                for refusal in written.refused
            ],
            done=written.done + written.stale,
        )
        left = [entry_of[item.id, item.version] for item in written.again]
        if left:
            self._health.waits(len(left))
        elif written.done or written.stale:
            self._health.wrote()
        if written.done:
            self._show_live(work)
        return left

    def _show_live(self, work: Sequence[Entry]) -> None:
        now = time.monotonic()
        if any(entry.is_old for entry in work):
            self._old_at = now
        if now - self._old_at <= AMIDST_S and not all(entry.is_old for entry in work):
            self._show()

    def _refuse(self, letters: list[DeadLetter], *, done: int) -> None:
        """Bury these records, unless that were too many: then they are neither buried nor committed and come again.

        What can be read is not done by that: the index may refuse it.
        """
        self._limit.count(done=done, refused=letters)
        if letters:
            self._letters.post(letters)
        for letter in letters:
            DEAD_LETTERS.labels(Stage.INDEX.value, letter.reason.value).inc()

    def _count(self, written: Written) -> None:
        for outcome, count in (
            ("done", written.done),
            ("stale", written.stale),
            ("refused", len(written.refused)),
            ("again", len(written.again)),
        ):
            INDEXED.labels(outcome).inc(count)


def run(settings: Settings, stop: Event) -> None:
    """Index the instance's cases until told to stop; creates the index on first use."""
    health = Health()
    serve(health, settings)
    if not index_is_there(settings, stop):
        return
    client = connect(settings)
    letters = KafkaLetters(settings)
    sink: Sink = ElasticsearchSink(client.transport, alias_of(settings), bulk_bytes=settings.bulk_bytes)
    show = leave_to_elasticsearch
    if settings.refresh_ms is None:
        sink = visible = VisibleSink(sink, refresher(client, alias_of(settings)))
        show = visible.show
    limit, words = DeadLetterLimit(settings.dead_letter_limit), load_words(settings)
    step = CaseIndexer(sink, letters, limit, health, words, show)
    consumer = in_group(settings, f"{settings.prefix}.search")
    consumer.subscribe(topics=[Topic.CASES.under(settings.prefix)])
    Loop(consumer, step, has_time=is_old).run(stop)
    letters.close()
    client.close()


def index_is_there(settings: Settings, stop: Event, pause_s: float = 1.0) -> bool:
    """Wait until Elasticsearch answers and the index exists; False when told to stop before that."""
    with connect(settings) as client:
        while not stop.is_set():
            try:
                ensure_index(client, settings)
                return True
            except (AuthenticationException, AuthorizationException):
                raise
            except (ApiError, TransportError):
                stop.wait(pause_s)
    return False
