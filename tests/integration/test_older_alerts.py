"""The alerts of a day on real Kafka: found by when they were written, to the end of the topic or of the day."""

from datetime import UTC, date, datetime, timedelta

from confluent_kafka import Producer

from consumers.api.older_alerts import alerts_of
from consumers.replay import positions_at
from schemas.connections import librdkafka
from schemas.events import Alert
from schemas.settings import Settings
from schemas.terms import AlertRule
from schemas.topics import Topic

FIRST = datetime(2026, 4, 1, 4, tzinfo=UTC)
DAYS = 5


def test_the_alerts_of_each_day_are_found(settings: Settings) -> None:
    topic, producer = Topic.ALERTS.under(settings.prefix), Producer(librdkafka(settings))
    assert positions_at(settings, FIRST.timestamp(), topic) == {(topic, 0): 0}
    for at in (FIRST + timedelta(hours=12 * half) for half in range(2 * DAYS)):
        alert = Alert(
            alert_id=f"A{at:%d%H}",
            rule=AlertRule.COUNTY_SILENT,
            subject="411002",
            raised_at=at,
            division="411002",
            message="未报送",
        )
        producer.produce(topic, alert.to_bytes(), alert.alert_id, timestamp=round(at.timestamp() * 1_000))
    assert producer.flush(30) == 0
    found = {day: [offset for offset, _ in alerts_of(settings, date(2026, 4, day))] for day in range(1, DAYS + 3)}
    # noon of the first day, then each midnight, which begins the next one, with the noon after it
    assert found == {1: [0], 2: [1, 2], 3: [3, 4], 4: [5, 6], 5: [7, 8], 6: [9], 7: []}
    assert positions_at(settings, (FIRST + timedelta(days=2)).timestamp(), topic) == {(topic, 0): 4}
    assert positions_at(settings, (FIRST + timedelta(days=DAYS)).timestamp(), topic) == {(topic, 0): 2 * DAYS}
