"""Alerts to other systems: what the user of the webhook may see, signed, in order, until it is taken."""

import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition
from pydantic import SecretStr

from consumers.api import webhook_places
from consumers.api.backend import Backend
from consumers.api.webhooks import Deliveries, Webhook, WebhooksFileError, When, read_webhooks, signature
from schemas.events import Alert
from schemas.settings import Settings
from schemas.terms import AlertRule
from tests.officials import Audit, Clock, backend, without_index

SECRET = "0123456789abcdef0123456789"
HOUR = 3600.0


class Receiver:
    """Takes what is sent, or answers with other statuses first."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: list[tuple[bytes, dict[str, str]]] = []

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        self.got.append((body, headers))
        return self.statuses.pop(0) if self.statuses else 200

    @property
    def ids(self) -> list[list[str]]:
        return [[alert["alert_id"] for alert in json.loads(body)["alerts"]] for body, _ in self.got]


class Place:
    """Remembers an offset."""

    def __init__(self) -> None:
        self.at = -1

    def read(self) -> int:
        return self.at

    def write(self, offset: int) -> None:
        self.at = offset


class NoPause(Event):
    """Waits without waiting, and counts how long it would have been."""

    def __init__(self, most: int = 10_000) -> None:
        super().__init__()
        self.pauses: list[float] = []
        self._most = most

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0.0)
        return len(self.pauses) >= self._most


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def console(tmp_path: Path, clock: Clock) -> Backend:
    made = without_index(backend(tmp_path, None, Settings(), Audit(), clock=clock))
    made.alerts.add((number, silent(f"A{number}", county)) for number, county in enumerate(["411002", "411023"]))
    return made


def silent(alert_id: str, county: str) -> Alert:
    return Alert(
        alert_id=alert_id,
        rule=AlertRule.COUNTY_SILENT,
        subject=county,
        raised_at="2026-04-01T00:00:00Z",
        division=county,
        message="未报送",
    )


def hook(user: str = "city", when: When = When.AT_ONCE) -> Webhook:
    return Webhook(name="board", url="https://console.test/in", secret=SecretStr(SECRET), user=user, when=when)


@pytest.mark.parametrize(("user", "ids"), [("city", [["A0", "A1"]]), ("east", [["A0"]]), ("labour", []), ("no", [])])
def test_a_webhook_gets_what_its_user_may_see(console: Backend, user: str, ids: list[list[str]]) -> None:
    receiver, place = Receiver(), Place()
    assert Deliveries(hook(user), console, place, NoPause(), receiver).turn()
    assert (receiver.ids, place.at) == (ids, 1)


def test_a_delivery_proves_who_sent_it_and_when(console: Backend, clock: Clock) -> None:
    receiver = Receiver()
    Deliveries(hook(), console, Place(), NoPause(), receiver).turn()
    ((body, headers),) = receiver.got
    expected = hmac.new(SECRET.encode(), f"{int(clock.now)}.".encode() + body, sha256).hexdigest()
    assert headers["X-Petitions-Signature"] == f"t={int(clock.now)},v1={expected}"
    assert headers["X-Petitions-Delivery"] == "board-1"
    assert signature(SECRET, 1, b"a") != signature(SECRET, 2, b"a")
    assert SECRET not in body.decode() + repr(hook())


def test_what_is_not_taken_is_sent_again_with_longer_pauses(console: Backend) -> None:
    receiver, stop = Receiver(500, 0, 302), NoPause()
    Deliveries(hook(), console, Place(), stop, receiver).turn()
    assert len(receiver.got) == 4
    assert len({body for body, _ in receiver.got}) == len({h["X-Petitions-Delivery"] for _, h in receiver.got}) == 1
    assert 0.5 <= stop.pauses[0] <= 1 <= stop.pauses[1] <= 2 <= stop.pauses[2] <= 4


def test_a_receiver_that_takes_nothing_for_a_day_loses_that_delivery_and_gets_the_next(console: Backend) -> None:
    receiver, stop, place = Receiver(*[500] * 200), NoPause(), Place()
    deliveries = Deliveries(hook(), console, place, stop, receiver)
    deliveries.turn()
    assert 12 * HOUR <= sum(stop.pauses) <= 25 * HOUR
    receiver.statuses.clear()
    console.alerts.add([(2, silent("A2", "411002"))])
    deliveries.turn()
    assert receiver.ids[-1] == ["A2"]


def test_a_restart_goes_on_where_it_was_and_what_was_not_taken_comes_again(console: Backend) -> None:
    place = Place()
    Deliveries(hook(), console, place, NoPause(most=2), Receiver(*[500] * 9)).turn()
    assert place.at == -1
    again = Receiver()
    Deliveries(hook(), console, place, NoPause(), again).turn()
    assert not Deliveries(hook(), console, place, NoPause(), again).turn()
    assert again.ids == [["A0", "A1"]]


@pytest.mark.parametrize("is_down_at_night", [False, True])
def test_a_daily_digest_waits_for_the_next_day_also_where_the_console_is_down_each_midnight(
    console: Backend, clock: Clock, is_down_at_night: bool
) -> None:
    receiver, place = Receiver(), Place()
    made = Deliveries(hook(when=When.DAILY), console, place, NoPause(), receiver)
    raised(console, clock, 2)
    assert made.turn(), "what was raised on an earlier day is not held back until the next"
    assert not made.turn()
    for day in range(2):
        raised(console, clock, 3 + day)
        clock.now += 24 * HOUR
        if is_down_at_night:
            made = Deliveries(hook(when=When.DAILY), console, place, NoPause(), receiver)
        raised(console, clock, 13 + day)
        assert made.turn()
        assert not made.turn()
    assert receiver.ids == [["A0", "A1"], ["A2", "A3"], ["A13", "A4"]]


def raised(console: Backend, clock: Clock, number: int) -> None:
    """An alert of this day."""
    at = datetime.fromtimestamp(clock.now, UTC)
    place = max(number, console.alerts.newest + 1)
    console.alerts.add([(place, silent(f"A{number}", "411002").with_changes(raised_at=at))])


def test_a_place_that_kafka_does_not_keep_is_kept_with_the_next(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    kept: list[dict[str, int]] = []
    away = [True]

    class Group:
        """Stands for the consumer that keeps the places."""

        def __init__(self, options: Any) -> None: ...

        def committed(self, places: Any, timeout: float) -> list[TopicPartition]:
            return [TopicPartition("alerts", 0, -1001)]

        def get_watermark_offsets(self, place: Any, timeout: float) -> tuple[int, int]:
            return 0, 3

        def commit(self, offsets: list[TopicPartition], asynchronous: bool) -> None:
            if away:
                raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
            kept.append(json.loads(offsets[0].metadata))

    monkeypatch.setattr(webhook_places, "Consumer", Group)
    places = webhook_places.GroupPlaces(Settings())
    places.of("board").write(5)
    assert (places.of("board").read(), kept) == (5, [])
    assert [one.message for one in caplog.records] == ["a webhook's place is not kept yet"]
    away.clear()
    places.of("city").write(7)
    assert kept == [{"board": 5, "city": 7}]


@pytest.mark.parametrize(
    ("changed", "mode"),
    [({}, 0o644), ({"url": "http://console.test/in"}, 0o600), ({"secret": "short"}, 0o600), ({"user": None}, 0o600)],
)
def test_a_file_that_is_open_or_wrong_is_refused_without_its_values(
    tmp_path: Path, changed: dict[str, Any], mode: int
) -> None:
    one = {"name": "board", "url": "https://console.test/in", "secret": SECRET, "user": "city"}
    path = tmp_path / "webhooks.json"
    path.write_text(json.dumps([one | changed]), "utf-8")
    path.chmod(mode)
    with pytest.raises(WebhooksFileError) as raised:
        read_webhooks(path)
    assert SECRET not in str(raised.value)
    path.write_text(json.dumps([one]), "utf-8")
    path.chmod(0o600)
    assert [made.name for made in read_webhooks(path)] == ["board"]
    assert read_webhooks(None) == ()
