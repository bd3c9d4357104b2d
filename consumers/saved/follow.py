"""The thread of kept searches in the console's process: reads their topics, then follows the cases."""

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from threading import Event
from typing import Final

import msgspec
from confluent_kafka import Consumer, Message, TopicPartition
from pydantic import ValidationError

from consumers.reading import Unreadable, reader
from consumers.replay import end_positions, patiently, replay
from consumers.saved.shelf import Shelf
from consumers.saved.watcher import SETTLED, Watcher, insistently
from schemas.connections import without_group
from schemas.office_time import office_day
from schemas.search_events import SavedSearch, SearchHit
from schemas.settings import Settings
from schemas.topics import Topic

log = logging.getLogger(__name__)

AT_ONCE: Final = 1_000
POLL_S: Final = 0.2
"""A poll waits so long for more: less than people notice."""
SEEN_WITHIN_S: Final = 30.0
"""What the index does not show after so long is left to the sweep."""
AGAIN_S: Final = 0.15
ANSWER_S: Final = 30.0


class _Changed(msgspec.Struct):
    """What has to be known of a changed case."""

    case_id: str
    version: int
    takeover: bool = False


_DECODE: Final = msgspec.json.Decoder(_Changed).decode


def load(settings: Settings, shelf: Shelf) -> None:
    """Read the kept searches, which are written again when they are deleted, and what they have found."""
    read_hit = reader(SearchHit)
    for batch in replay(settings, Topic.SEARCHES.under(settings.prefix)):
        for record in batch:
            try:
                shelf.put(SavedSearch.from_bytes(record.value or b""))
            except ValidationError:
                _not_understood(record.offset)
    for batch in replay(settings, Topic.SEARCHES_FOUND.under(settings.prefix)):
        for record in batch:
            try:
                shelf.found([read_hit(record.value or b"")])
            except Unreadable:
                _not_understood(record.offset)


def follow(settings: Settings, watcher: Watcher, stop: Event) -> None:
    """Match what is indexed from now on; what came while nobody looked is found by a first sweep."""
    consumer = Consumer(without_group(settings) | {"fetch.wait.max.ms": 50, "log_level": 2})
    topic = Topic.CASES.under(settings.prefix)
    consumer.assign(_starts(consumer, settings, topic, watcher.now - SETTLED))
    swept_on = office_day(watcher.now)
    insistently(lambda: watcher.sweep(is_start=True), stop.wait)
    try:
        while not stop.is_set():
            messages = [one for one in consumer.consume(AT_ONCE, timeout=POLL_S) if not one.error()]
            _match(watcher, {one.case_id: one.version for one in _changed(messages) if not one.takeover}, stop)
            if office_day(watcher.now) != swept_on:
                swept_on = office_day(watcher.now)
                insistently(watcher.sweep, stop.wait)
    finally:
        consumer.close()


def _changed(messages: Iterable[Message]) -> Iterator[_Changed]:
    """What the messages say of their cases; one that nobody understands stops no other, nor does an empty one."""
    for message in messages:
        try:
            if value := message.value():
                yield _DECODE(value)
        except (msgspec.DecodeError, UnicodeError):
            _not_understood(message.offset())


def _not_understood(offset: int | None) -> None:
    log.warning("event not understood", extra={"offset": offset})


def _starts(consumer: Consumer, settings: Settings, topic: str, since: datetime) -> list[TopicPartition]:
    """Where to begin: what came just before the start may reach the index only after the first sweep.

    The ends are asked for before that sweep, so that nothing falls between the two; what is told twice is known.
    """
    ends = end_positions(settings, topic)
    moment = int(since.timestamp() * 1000)
    asked = [TopicPartition(topic, number, moment) for _, number in sorted(ends)]
    found = patiently(lambda: consumer.offsets_for_times(asked, timeout=ANSWER_S))
    # -1 where nothing came since: then from the end that was.
    since_then = {part.partition: part.offset for part in found if part.offset >= 0}
    return [TopicPartition(topic, n, since_then.get(n, end)) for (_, n), end in ends.items()]


def _match(watcher: Watcher, versions: dict[str, int], stop: Event) -> None:
    if not versions or not watcher.has_work:
        return

    def seen_and_matched() -> int:
        until = time.monotonic() + SEEN_WITHIN_S
        while not watcher.indexed(versions) and time.monotonic() < until and not stop.wait(AGAIN_S):
            continue
        return watcher.match(list(versions))

    insistently(seen_and_matched, stop.wait)
