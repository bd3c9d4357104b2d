"""The alert feed: each alert once, in order, from where a connection was lost, and no longer than the session."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from consumers.api.alert_log import AlertLog
from consumers.api.alerts import events
from consumers.rights.viewer import Viewer
from consumers.search.reader import IndexUnavailable
from schemas.alert_events import AlertAction
from schemas.events import Alert
from schemas.terms import AlertActionKind, AlertRule, Role

WHOLE = Viewer("whole", Role.PROVINCE, "41-petition", "41")


def silent(number: int) -> Alert:
    return Alert(
        alert_id=f"A{number}",
        rule=AlertRule.COUNTY_SILENT,
        subject="411002",
        raised_at=datetime(2026, 4, 1, tzinfo=UTC),
        division="411002",
        message="未报送",
    )


def filled(*offsets: int, most_kept: int = 100) -> AlertLog:
    alerts = AlertLog(most_kept)
    alerts.add((offset, silent(offset)) for offset in offsets)
    return alerts


def ids(lines: list[bytes]) -> list[int]:
    return [int(line.split(b"\n")[0].removeprefix(b"id: ")) for line in lines if b"event: alert" in line]


def feed(alerts: AlertLog, start: int, viewers: list[Viewer | None], **options: Any) -> list[bytes]:
    """All lines of a feed; the viewers are what each look at the session gives."""
    looks: Iterator[Viewer | None] = iter([*viewers, None])

    async def read() -> list[bytes]:
        lines = events(alerts, start, lambda: next(looks), options.pop("cases", lambda viewer: None), **options)
        return [line async for line in lines]

    return asyncio.run(read())


@pytest.mark.parametrize(("start", "expected"), [(-1, [3, 5, 8]), (3, [5, 8]), (4, [5, 8]), (8, [])])
def test_a_feed_goes_on_behind_the_last_alert_that_arrived(start: int, expected: list[int]) -> None:
    assert ids(feed(filled(3, 5, 8), start, [WHOLE, WHOLE], follow=False)) == expected


def test_a_feed_ends_with_the_session() -> None:
    assert feed(filled(3), -1, [], follow=True) == []


def test_a_new_alert_wakes_those_who_wait_at_once() -> None:
    async def read() -> list[bytes]:
        alerts, got = filled(1), []
        async with asyncio.timeout(5):
            async for line in events(alerts, 1, lambda: WHOLE, lambda viewer: None, follow=True):  # type: ignore[arg-type, return-value]
                if line == b": waiting\n\n":
                    await asyncio.to_thread(alerts.add, [(2, silent(2))])
                    continue
                got.append(line)
                if b"reached" in line:
                    return got
        return got

    assert ids(asyncio.run(read())) == [2]


def test_what_came_between_the_look_and_the_wait_is_not_slept_over() -> None:
    async def waits() -> None:
        async with asyncio.timeout(5):
            await filled(1, 2).wait(1, timeout_s=60)

    asyncio.run(waits())


def test_a_quiet_feed_says_that_it_lives_and_looks_at_the_rights_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.api.streams.KEEP_ALIVE_S", 0.001)
    assert feed(filled(1), 1, [WHOLE, WHOLE, WHOLE], follow=True) == [b": waiting\n\n"] * 3


def test_where_the_index_is_away_the_feed_ends_and_nothing_is_counted_as_sent() -> None:
    class Away:
        def search(self, body: dict[str, Any]) -> dict[str, Any]:
            raise IndexUnavailable("x")

    alerts = AlertLog()
    alerts.add([(1, silent(1).with_changes(unit="411002-hrss", subject="C0000000000000001"))])
    assert feed(alerts, -1, [WHOLE, WHOLE], follow=False, cases=lambda viewer: Away()) == []


def test_only_the_latest_alerts_are_kept() -> None:
    alerts = filled(1, 2, 3, most_kept=2)
    assert [offset for offset, _ in alerts.after(-1)] == [2, 3]
    assert [offset for offset, _ in alerts.latest(1)] == [3]


@pytest.mark.parametrize(("until", "is_open"), [(date(2026, 4, 9), False), (date(2026, 4, 8), True)])
def test_an_alert_that_was_put_off_is_open_again_on_that_day(
    until: date, is_open: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consumers.api.alert_log.today", lambda: date(2026, 4, 8))
    alerts = filled(3)
    at = datetime(2026, 4, 1, tzinfo=UTC)
    alerts.act(
        AlertAction(action_id="B1", alert_id="A3", kind=AlertActionKind.SNOOZED, by="市信访局", at=at, until=until)
    )
    assert (alerts.action_on("A3") is None) is is_open
