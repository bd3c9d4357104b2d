"""The alerts of a day that the console no longer has in memory, from their topic, which keeps them for ever."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from typing import Final

from confluent_kafka import KafkaException

from consumers.api.alert_log import Entry
from consumers.reading import Unreadable, reader
from consumers.replay import TopicUnreadable, positions_at, replay
from schemas.events import Alert
from schemas.office_time import OFFICE_TIME, office_day
from schemas.settings import Settings
from schemas.topics import Topic

BEFORE_S: Final = 3_600
"""So much earlier reading begins: an alert is sent just after it is raised, by a clock that may be set meanwhile."""
PASSED: Final = 5_000
"""After so many later alerts in a row the day is over; some may stand too early, where a clock was wrong."""

_read = reader(Alert)


class AlertsUnavailable(RuntimeError):
    """The topic of alerts cannot be read now."""


def alerts_of(settings: Settings, on: date) -> Iterator[Entry]:
    """The alerts that were raised on a day, in their order, each as it is asked for; raises `AlertsUnavailable`."""
    topic = Topic.ALERTS.under(settings.prefix)
    begins = datetime.combine(on, time.min, OFFICE_TIME).timestamp()
    later = 0
    try:
        since = positions_at(settings, max(begins - BEFORE_S, 0.0), topic)
        with closing(replay(settings, topic, since=since)) as batches:
            for record in (record for batch in batches for record in batch):
                try:
                    alert = _read(record.value or b"")
                except Unreadable:
                    continue  # who follows the topic has said so in the log
                raised_on = office_day(alert.raised_at)
                if raised_on == on:
                    yield record.offset, alert
                later = later + 1 if raised_on > on else 0
                if later > PASSED:
                    return
    except (KafkaException, TopicUnreadable):
        raise AlertsUnavailable from None
