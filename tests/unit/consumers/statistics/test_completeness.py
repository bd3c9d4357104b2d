"""A total that lacks what counties have not reported must not look complete."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import KafkaException

from consumers.alerts.feeds import county_silent
from consumers.api.backend import Backend
from consumers.api.completeness import completeness_of, days_of
from consumers.loop import Record
from consumers.search.query_language import parse_query
from consumers.statistics import reported
from consumers.statistics.reported import Reported, ReportsUnavailable
from consumers.statistics.silence import DayReport, Missing, Reporting, Silence, completeness
from schemas.events import CountyReport
from schemas.settings import Settings
from schemas.terms import ReportKind
from tests.officials import OFFICIALS, Audit, backend

MARCH = date(2026, 3, 1), date(2026, 3, 31)


def until(day: int) -> dict[date, tuple[DayReport, ...]]:
    return {date(2026, 3, one): () for one in range(1, day + 1)}


@pytest.mark.parametrize(
    ("reported_until", "silent", "late"),
    [(31, (), ()), (29, (), ()), (28, (), (3,)), (26, (), (5,)), (25, (6,), ()), (0, (31,), ())],
)
def test_a_county_is_late_before_it_is_silent(
    reported_until: int, silent: tuple[int, ...], late: tuple[int, ...]
) -> None:
    known = Reporting({"411002": until(reported_until)}, {"411002": 5}, late_after=2)
    found = completeness(known, *MARCH)
    assert found.silent == tuple(Silence("411002", days) for days in silent)
    assert found.late == tuple(Silence("411002", days) for days in late)
    assert found.is_complete is not bool(silent or late)


@pytest.mark.parametrize(
    ("left_out", "today", "missing"),
    [
        ((4, 20), 31, (4, 20)),  # never two in a row, so it is not silent
        ((30,), 31, ()),  # not late yet
        ((30, 31), 31, ()),
        ((30, 31), 32, (30,)),
        ((30, 31), 40, (30, 31)),  # a month that is over
    ],
)
def test_a_day_of_which_nothing_was_said_is_missing_once_it_is_late(
    left_out: tuple[int, ...], today: int, missing: tuple[int, ...]
) -> None:
    days = {day: told for day, told in until(31).items() if day.day not in left_out}
    known = Reporting({"411002": days}, {"411002": 5}, late_after=2)
    found = completeness(known, *MARCH, MARCH[0] + timedelta(days=today - 1))
    days_missing = tuple(date(2026, 3, day) for day in missing)
    assert found.missing == ((Missing("411002", days_missing),) if missing else ())
    assert found.is_complete is not bool(missing)


@pytest.mark.parametrize(
    ("reported_on", "first", "today", "silent"),
    [
        ((1, 8, 15, 22, 29), 1, 31, ()),
        ((1, 8, 15, 22, 29), 10, 31, ()),  # a period that no report is about until the next one
        ((1, 8, 16, 25, 31), 1, 31, ()),  # so late as is allowed each time
        ((1, 8, 15, 22, 29), 1, 37, ()),  # the next report is not due yet
        ((1, 8, 15, 22, 29), 1, 38, (9,)),
        ((1, 8, 15, 23), 1, 31, ()),
        ((1, 8, 15, 22), 1, 31, (9,)),
        ((1, 8, 18, 25), 1, 31, (9,)),  # a report was left out
        ((2, 8, 15, 22, 40), 1, 40, (17,)),
        ((), 1, 31, (31,)),
    ],
)
def test_a_county_that_reports_weekly_lacks_days_only_where_it_was_silent_for_longer_than_it_may_be(
    reported_on: tuple[int, ...], first: int, today: int, silent: tuple[int, ...]
) -> None:
    days = {MARCH[0] + timedelta(days=day - 1): () for day in reported_on}
    known = Reporting({"411002": days}, {"411002": 8}, late_after=2, speaks_back={"411002": 8})
    found = completeness(known, date(2026, 3, first), MARCH[1], MARCH[0] + timedelta(days=today - 1))
    assert (found.silent, found.late, found.missing) == (tuple(Silence("411002", one) for one in silent), (), ())
    assert found.is_complete is not bool(silent)


@pytest.mark.parametrize("allowed", [7, 8, 12])
def test_a_weekly_county_is_silent_in_numbers_from_the_day_on_which_the_alert_says_so(allowed: int) -> None:
    last_on, day = date(2026, 3, 22), timedelta(days=1)
    days = {last_on - 7 * day: (), last_on: ()}
    known = Reporting({"411002": days}, {"411002": allowed}, late_after=2, speaks_back={"411002": allowed})
    for today in (last_on + one * day for one in range(1, 20)):
        now = datetime(today.year, today.month, today.day, 4, tzinfo=UTC)
        alert = county_silent(
            "411002", last_report_on=last_on, is_never_seen=False, days=allowed, today=today, now=now
        )
        found = completeness(known, today - 30 * day, today)
        assert [one.days for one in found.silent] == ([(today - last_on).days] if alert else [])
        assert found.is_complete is (alert is None)


@pytest.mark.parametrize("first", [1, 10, 14])
def test_a_short_period_between_two_weekly_reports_lacks_nothing(first: int) -> None:
    days = {date(2026, 3, day): () for day in (1, 8, 15, 22)}
    known = Reporting({"411002": days}, {"411002": 8}, late_after=2, speaks_back={"411002": 8})
    assert completeness(known, date(2026, 3, first), date(2026, 3, 14), date(2026, 4, 30)).is_complete


@pytest.mark.parametrize(
    ("joined", "reported_until", "silent"), [(10, 31, ()), (31, 31, ()), (10, 20, (11,)), (10, 10, (21,))]
)
def test_a_county_is_asked_for_the_days_since_it_joined(
    joined: int, reported_until: int, silent: tuple[int, ...]
) -> None:
    days = {date(2026, 3, day): () for day in range(joined, reported_until + 1)}
    found = completeness(Reporting({"411002": days}, {"411002": 5}, late_after=2), *MARCH)
    assert found.silent == tuple(Silence("411002", days) for days in silent)
    assert found.is_complete is not bool(silent)


def test_a_period_before_a_county_joined_lacks_nothing_of_it() -> None:
    known = Reporting({"411002": {date(2026, 4, 1): ()}}, {"411002": 5}, late_after=2)
    assert completeness(known, *MARCH).is_complete


@pytest.mark.parametrize(("first", "last"), [(date.min, MARCH[1]), (date(2026, 3, 31), date.max)])
def test_a_period_may_begin_and_end_where_the_calendar_does(first: date, last: date) -> None:
    (silent,) = completeness(Reporting({}, {"411002": 5}), first, last).silent
    assert silent.days == (last - first).days + 1


def test_where_no_county_is_known_to_report_nothing_is_called_complete() -> None:
    assert not completeness(Reporting({}, {}), *MARCH).is_complete


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", date(2026, 3, 11), date(2026, 4, 10)),
        ("from:2026-01-01", date(2026, 1, 1), date(2026, 4, 10)),
        ("from:2026-01-01 to:2026-01-31", date(2026, 1, 1), date(2026, 1, 31)),
        ("to:2026-03-31", date(2026, 3, 1), date(2026, 3, 31)),
        ("to:2027-01-01", date(2026, 3, 11), date(2026, 4, 10)),
        ("from:2027-01-01", date(2026, 4, 10), date(2026, 4, 10)),
        ("to:0001-01-10", date.min, date(1, 1, 10)),
    ],
)
def test_the_days_that_count_are_those_of_the_search(query: str, first: date, last: date) -> None:
    assert days_of(parse_query(query), date(2026, 4, 10)) == (first, last)


@pytest.mark.parametrize(
    ("official", "counties"),
    [("east", ["411002"]), ("west", []), ("city", ["411002"]), ("whole", ["411002"]), ("labour", ["411002"])],
)
def test_a_county_is_named_to_those_whose_numbers_lack_it(tmp_path: Path, official: str, counties: list[str]) -> None:
    made = backend(tmp_path, None, Settings(), Audit())
    known = Reporting({"411002": {}, "411023": until(31)}, {})
    told = asked(replace(made, reporting=lambda: known), official, "from:2026-03-01 to:2026-03-31")
    assert [one["county"] for one in told["silent"]] == counties
    assert told["is_complete"] is (not counties)


def test_where_nobody_can_tell_the_numbers_are_told_as_incomplete(tmp_path: Path) -> None:
    def away() -> Reporting:
        raise ReportsUnavailable

    told = asked(replace(backend(tmp_path, None, Settings(), Audit()), reporting=away), "city", "")
    assert (told["is_complete"], told["counties"]) == (False, 0)


def test_days_that_a_county_left_out_are_told(tmp_path: Path) -> None:
    days = {day: told for day, told in until(31).items() if day.day != 9}
    made = replace(backend(tmp_path, None, Settings(), Audit()), reporting=lambda: Reporting({"411002": days}, {}, 5))
    told = asked(made, "city", "from:2026-03-01 to:2026-03-31")
    assert told["missing"] == [{"county": "411002", "days": [date(2026, 3, 9)]}]
    assert (told["is_complete"], told["silent"], told["late"]) == (False, [], [])


def asked(console: Backend, official: str, query: str) -> dict[str, Any]:
    viewer = console.viewer(next(user for user in OFFICIALS if user.name == official))
    assert viewer is not None
    return completeness_of(console, viewer, query)


def test_reports_are_read_on_and_not_again(monkeypatch: pytest.MonkeyPatch) -> None:
    topic = [report(day) for day in (1, 2)]
    asked_from: list[int] = []

    def replay(settings: Settings, name: str, *, since: Mapping[tuple[str, int], int]) -> Iterator[list[Record]]:
        asked_from.append(since.get((name, 0), 0))
        yield [Record(name, 0, at, None, value) for at, value in enumerate(topic)][asked_from[-1] :]

    monkeypatch.setattr(reported, "replay", replay)
    monkeypatch.setattr(reported, "FRESH_S", -1.0)
    known = Reported(Settings())
    assert set(known().reports["411002"]) == {date(2026, 3, 1), date(2026, 3, 2)}
    topic += [b"no report", report(5)]
    assert set(known().reports["411002"]) == {date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 5)}
    assert asked_from == [0, 2]


def test_without_kafka_nobody_knows_who_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    def replay(*_: object, **__: object) -> Iterator[list[Record]]:
        raise KafkaException

    monkeypatch.setattr(reported, "replay", replay)
    with pytest.raises(ReportsUnavailable):
        Reported(Settings())()


def report(day: int) -> bytes:
    return CountyReport(
        report_id=str(day),
        county="411002",
        kind=ReportKind.ZERO,
        reported_at=datetime(2026, 3, day, 12, tzinfo=UTC),
        period_on=date(2026, 3, day),
    ).to_bytes()
