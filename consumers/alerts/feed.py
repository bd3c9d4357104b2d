"""The alert feed: reads cases, reports and dead letters, publishes each alert once.

What grows with the cases and alerts lies on disk, with the places up to which their topics were read. A start goes
on from there; without the folder, or with one that other code or other rules have made, it reads them from the
beginning. Reports, dead letters and what officials said are read again always. No alert is raised before all is read.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from threading import Event

from kafka import ConsumerRebalanceListener, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from consumers.alerts.disk import KeysOnDisk
from consumers.alerts.expected import expected_days
from consumers.alerts.keys import PlacesKept
from consumers.alerts.lag import LagLook
from consumers.alerts.table import RuleTable, load_rules
from consumers.alerts.watch import Clock, Watch
from consumers.health import ALERTS, Health, serve
from consumers.loop import COMMIT_MS, POLL_MS, in_group
from consumers.reading import Unreadable, reader
from consumers.replay import end_positions, replay
from schemas.alert_events import AlertAction
from schemas.connections import kafka_python
from schemas.events import Alert, Case, CountyReport, DeadLetter
from schemas.office_time import office_day
from schemas.settings import Settings
from schemas.topics import Topic

log = logging.getLogger(__name__)

LETTERS = (Topic.INTAKE_DEAD, Topic.STAGE_DEAD, Topic.INDEX_DEAD)
SOURCES = (Topic.CASES, Topic.REPORTS, Topic.ALERT_ACTIONS, *LETTERS)
CODE = ("consumers", "schemas")
"""Packages that decide what is kept."""
MOST_RECORDS = 2_000
LEAST_BYTES = 1_000_000
WAIT_MS = 200
"""A fifth of a second together is cheaper than each message by itself, and still at once for people."""
ACK_S = 60.0
READ_CASE, READ_REPORT, READ_LETTER = reader(Case), reader(CountyReport), reader(DeadLetter)
READ_ALERT, READ_ACTION = reader(Alert), reader(AlertAction)


def run(settings: Settings, stop: Event, clock: Clock = lambda: datetime.now(UTC)) -> None:
    """Raise the instance's alerts until told to stop."""
    health = Health()
    serve(health, settings)
    topics = [topic.under(settings.prefix) for topic in SOURCES]
    consumer = in_group(
        settings,
        f"{settings.prefix}.alerts",
        least_bytes=LEAST_BYTES,
        wait_ms=WAIT_MS,
    )
    producer = KafkaProducer(**kafka_python(settings), acks="all", linger_ms=5)
    table = load_rules(settings.alert_rules_file)
    keys = KeysOnDisk(settings.state_folder / "alerts", maker_of(table))
    feed = Feed(settings, consumer, producer, health, LagLook(settings, stop), keys, table, clock)
    consumer.subscribe(topics=topics, listener=feed)
    try:
        while not stop.is_set():
            feed.turn()
    finally:
        producer.close()
        consumer.close(autocommit=False)
        keys.close()


def maker_of(table: RuleTable) -> str:
    """Stands for all that decides what the alerts keep: these rules, and the code of consumers and contracts."""
    return blake2b(table.to_bytes() + _code(), digest_size=16).hexdigest()


@cache
def _code() -> bytes:
    root = Path(__file__).parents[2]
    sources = sorted(path for package in CODE for path in (root / package).rglob("*.py"))
    return b"".join(path.read_bytes() for path in sources)


class Feed(ConsumerRebalanceListener):  # type: ignore[misc]
    """One poll, one look at the rules, one publication."""

    def __init__(
        self,
        settings: Settings,
        consumer: KafkaConsumer,
        producer: KafkaProducer,
        health: Health,
        lag: LagLook,
        keys: KeysOnDisk,
        table: RuleTable,
        clock: Clock,
    ) -> None:
        """Nothing is read yet; the first assignment starts the memory."""
        self._settings = settings
        self._cases = Topic.CASES.under(settings.prefix)
        self._consumer = consumer
        self._producer = producer
        self._health = health
        self._lag = lag
        self._clock = clock
        self._keys = keys
        self._table = table
        self._places = PlacesKept(keys)
        self._watch = Watch({}, keys, table)
        self._is_new = True
        self._ends: dict[TopicPartition, int] = {}

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """What was known of lost partitions is not ours to judge any more."""
        self._is_new = True

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Other partitions: what is known of them has to be found again."""
        self._is_new = True

    def turn(self) -> None:
        """Take what came; once the past is known, raise what is due."""
        wait_ms = 0 if self._watch.is_behind else POLL_MS
        polled = self._consumer.poll(timeout_ms=wait_ms, max_records=MOST_RECORDS)
        if self._is_new:
            if self._consumer.assignment():
                self._start()
            return
        for part, messages in polled.items():
            for message in messages:
                self._take(part.topic, message.value)
        self._keep_places([part for part in polled if part.topic == self._cases])
        self._ends = {part: end for part, end in self._ends.items() if self._consumer.position(part) < end}
        if not self._ends:
            for process, messages in list(self._lag.seen.items()):
                self._watch.lag_seen(process, messages, self._clock())
            self._raise()
            if polled:
                self._commit()

    def _start(self) -> None:
        """Go on where the keys end; from the beginning, where they hold what this process is not to judge."""
        self._is_new = False
        parts = self._consumer.assignment()
        self._ends = self._consumer.end_offsets(parts)
        topic = Topic.ALERTS.under(self._settings.prefix)
        ends = {(part.topic, part.partition): end for part, end in self._ends.items()}
        ends |= end_positions(self._settings, topic)
        known = self._places.places()
        if any(place not in ends or ends[place] < offset for place, offset in known.items()):
            self._keys.wipe()
            known = {}
        log.info("reading what the alerts lack", extra={"count": len(known)})
        today = office_day(self._clock())
        self._watch = Watch(expected_days(self._settings), self._keys, self._table, today)
        for records in replay(self._settings, topic, since=known):
            for record in records:
                self._remember(record.value)
            self._places.keep({(topic, record.partition): record.offset + 1 for record in records})
        self._consumer.seek_to_beginning(*parts)
        for part in parts:
            if (part.topic, part.partition) in known:
                self._consumer.seek(part, known[part.topic, part.partition])

    def _keep_places(self, parts: Sequence[TopicPartition]) -> None:
        """All that was taken from these partitions lies under the keys already."""
        if parts:
            self._places.keep({(part.topic, part.partition): self._consumer.position(part) for part in parts})

    def _remember(self, value: bytes | None) -> None:
        try:
            self._watch.remember(READ_ALERT(value or b""))
        except Unreadable:
            log.warning("alert not understood")

    def _take(self, topic: str, value: bytes | None) -> None:
        if value is None:
            return
        try:
            match Topic(topic.removeprefix(f"{self._settings.prefix}.")):
                case Topic.CASES:
                    self._watch.case_seen(READ_CASE(value))
                case Topic.ALERT_ACTIONS:
                    self._watch.action_seen(READ_ACTION(value))
                case Topic.REPORTS:
                    self._watch.report_seen(READ_REPORT(value))
                case _:
                    self._watch.letter_seen(READ_LETTER(value))
        except Unreadable:
            # The indexer makes a dead letter of it; here a message that says nothing raises nothing.
            log.warning("message not understood", extra={"topic": topic})

    def _raise(self) -> None:
        alerts = self._watch.new_alerts(self._clock())
        self._publish(alerts)
        for alert in alerts:
            self._watch.remember(alert)
            ALERTS.labels(alert.rule.value).inc()
        if alerts:
            self._health.wrote()

    def _commit(self) -> None:
        try:
            # Only for those who look at the lag: a start goes by the places under its keys.
            self._consumer.commit(timeout_ms=COMMIT_MS)
        except KafkaError as error:
            log.warning("offsets not committed", extra={"error": type(error).__name__})

    def _publish(self, alerts: list[Alert]) -> None:
        topic = Topic.ALERTS.under(self._settings.prefix)
        sent = [self._producer.send(topic, key=a.alert_id.encode(), value=a.to_bytes()) for a in alerts]
        for future in sent:
            future.get(timeout=ACK_S)
