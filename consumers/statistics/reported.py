"""What the counties have reported, read from their topic: a message for each county and day is little."""

import time
from datetime import date
from threading import Lock
from typing import Final

from confluent_kafka import KafkaException

from consumers.alerts.expected import expected_days, spoken_back
from consumers.alerts.table import load_rules
from consumers.reading import Unreadable, reader
from consumers.replay import Positions, TopicUnreadable, replay
from consumers.statistics.silence import DayReport, Reporting
from schemas.events import CountyReport
from schemas.office_time import office_day
from schemas.settings import Settings
from schemas.topics import Topic

FRESH_S: Final = 30.0
"""What was read, of the topic and of the profiles, is not asked for again before."""


class ReportsUnavailable(RuntimeError):
    """Nobody can tell now which counties are silent."""


class Reported:
    """What each county has reported about each day; read on from where it was read last. Safe from any thread."""

    def __init__(self, settings: Settings) -> None:
        """Reads when it is first asked."""
        self._settings = settings
        self._lock = Lock()
        self._read = reader(CountyReport)
        self._positions: Positions = {}
        self._reports: dict[str, dict[date, dict[str, DayReport]]] = {}
        self._known = Reporting({}, {})
        self._read_at = float("-inf")

    def __call__(self) -> Reporting:
        """What is known now, beside what the alerts expect; raises `ReportsUnavailable`."""
        with self._lock:
            if time.monotonic() - self._read_at > FRESH_S:
                self._read_on()
                self._known = self._summary()
                self._read_at = time.monotonic()
            return self._known

    def _summary(self) -> Reporting:
        """As one value that nothing changes any more, for all who ask until the next look."""
        reports = {
            county: {day: tuple(told.values()) for day, told in days.items()}
            for county, days in self._reports.items()
        }
        rules = load_rules(self._settings.alert_rules_file)
        return Reporting(
            reports,
            expected_days(self._settings),
            rules.county_silent.days,
            rules.county_late.days,
            spoken_back(self._settings),
        )

    def _read_on(self) -> None:
        try:
            for batch in replay(self._settings, Topic.REPORTS.under(self._settings.prefix), since=self._positions):
                for record in batch:
                    self._take(record.value or b"")
                    self._positions[record.topic, record.partition] = record.offset + 1
        except (KafkaException, TopicUnreadable):
            raise ReportsUnavailable from None

    def _take(self, value: bytes) -> None:
        try:
            report = self._read(value)
        except Unreadable:
            return  # the alerts tell of it
        told = self._reports.setdefault(report.county, {}).setdefault(report.period_on, {})
        came_after = (office_day(report.reported_at) - report.period_on).days
        # The same report again has the same id.
        told[report.report_id] = DayReport(
            report.kind, report.received, report.rejected, came_after, report.is_complete
        )
