"""The alerts of a day are found in their topic, wherever a clock was wrong, and reading ends soon after the day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from confluent_kafka import KafkaException

from consumers.api import older_alerts
from consumers.api.older_alerts import BEFORE_S, PASSED, AlertsUnavailable, alerts_of
from consumers.loop import Record
from consumers.replay import Positions
from schemas.events import Alert
from schemas.settings import Settings
from schemas.terms import AlertRule

DAY = date(2026, 4, 1)
MIDNIGHT = datetime(2026, 3, 31, 16, tzinfo=UTC)
"""In China the beginning of the day."""
AT_ONCE = 500


def raised(hours: float) -> bytes:
    """An alert so many hours after the day began."""
    return Alert(
        alert_id=f"A{hours}",
        rule=AlertRule.COUNTY_SILENT,
        subject="411002",
        raised_at=MIDNIGHT + timedelta(hours=hours),
        division="411002",
        message="未报送",
    ).to_bytes()


class Kept:
    """A topic as it is read, and how much of it was."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *values: bytes) -> None:
        self.read = 0
        self.since_s: list[float] = []
        self.values = values
        monkeypatch.setattr(older_alerts, "positions_at", self.positions_at)
        monkeypatch.setattr(older_alerts, "replay", self.replay)

    def positions_at(self, settings: Settings, at_s: float, topic: str) -> Positions:
        self.since_s.append(at_s)
        return {(topic, 0): 1}

    def replay(self, settings: Settings, topic: str, *, since: Positions) -> Iterator[list[Record]]:
        for at in range(since[topic, 0], len(self.values), AT_ONCE):
            part = [Record(topic, 0, at + n, None, one) for n, one in enumerate(self.values[at : at + AT_ONCE])]
            self.read += len(part)
            yield part


@pytest.mark.parametrize(
    ("hours", "offsets"),
    [
        ((0, -1, 0, 23.9, 24), [2, 3]),
        ((0, 24, 1), [2]),  # one that was raised by a clock of the next day stands before
        ((0, -1, 24), []),
    ],
)
def test_the_alerts_of_a_day_are_those_between_two_midnights_in_china(
    hours: tuple[float, ...], offsets: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Kept(monkeypatch, *map(raised, hours))
    assert [offset for offset, _ in alerts_of(Settings(), DAY)] == offsets
    assert kept.since_s == [MIDNIGHT.timestamp() - BEFORE_S]


def test_what_is_no_alert_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    Kept(monkeypatch, b"", b"no alert", raised(1))
    assert [offset for offset, _ in alerts_of(Settings(), DAY)] == [2]


def test_reading_ends_soon_after_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(monkeypatch, b"", raised(1), *[raised(30)] * (3 * PASSED))
    assert len(list(alerts_of(Settings(), DAY))) == 1
    assert PASSED < kept.read <= PASSED + 2 * AT_ONCE


@pytest.mark.parametrize("on", [date.min, date(1969, 12, 31), date.max])
def test_a_day_without_alerts_may_be_any(on: date, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(monkeypatch, b"", raised(1))
    assert list(alerts_of(Settings(), on)) == []
    assert kept.since_s[0] >= 0


def test_without_kafka_nobody_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*asked: object, **more: object) -> Positions:
        raise KafkaException

    monkeypatch.setattr(older_alerts, "positions_at", away)
    with pytest.raises(AlertsUnavailable):
        list(alerts_of(Settings(), DAY))
