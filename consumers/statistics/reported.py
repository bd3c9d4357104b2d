"""What the counties have reported, read from their topic: a message for each county and day is little."""

from datetime import date

from confluent_kafka import KafkaException

from consumers.alerts.expected import expected_days
from consumers.alerts.table import load_rules
from consumers.reading import Unreadable, reader
from consumers.replay import TopicUnreadable, replay
from consumers.statistics.silence import Reporting
from schemas.events import CountyReport
from schemas.settings import Settings
from schemas.topics import Topic


class ReportsUnavailable(RuntimeError):
    """Nobody can tell now which counties are silent."""


def reporting(settings: Settings) -> Reporting:
    """The days that each county has reported about, beside what the alerts expect of it."""
    read = reader(CountyReport)
    days_of: dict[str, set[date]] = {}
    try:
        for batch in replay(settings, Topic.REPORTS.under(settings.prefix)):
            for record in batch:
                try:
                    report = read(record.value or b"")
                except Unreadable:
                    continue  # the alerts tell of it
                days_of.setdefault(report.county, set()).add(report.period_on)
    except (KafkaException, TopicUnreadable):
        raise ReportsUnavailable from None
    usually = load_rules(settings.alert_rules_file).county_silent.days
    return Reporting(days_of, expected_days(settings), usually)
