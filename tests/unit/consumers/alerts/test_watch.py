"""What the alerts remember, and that each is new only once."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from consumers.alerts.expected import expected_days, spoken_back
from consumers.alerts.watch import Watch
from schemas.events import CountyReport, DeadLetter
from schemas.office_time import office_day
from schemas.settings import Settings
from schemas.terms import AlertRule, CaseStatus, ClockKind, RejectReason, ReportKind, Stage
from tests.alert_rules import rules_with, watching
from tests.fakes_consumers import case, clock, petition

NOW = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
LATE = clock(ClockKind.INFORM, due=date(2026, 3, 20))


def report(county: str, on: date, kind: ReportKind = ReportKind.DATA) -> CountyReport:
    at = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    return CountyReport(report_id=f"{county}{on}", county=county, kind=kind, reported_at=at, period_on=on)


def letter(number: int, source: str = "411023", stage: Stage = Stage.INTAKE, at: datetime = NOW) -> DeadLetter:
    return DeadLetter(letter_id=str(number), stage=stage, reason=RejectReason.MISSING, source=source, at=at)


def raised(watch: Watch, now: datetime = NOW) -> list[tuple[AlertRule, str]]:
    alerts = watch.new_alerts(now)
    for alert in alerts:
        watch.remember(alert)
    return [(alert.rule, alert.subject) for alert in alerts]


def test_an_alert_is_new_once_however_often_the_case_changes() -> None:
    watch = watching()
    watch.case_seen(case(clocks=(LATE,)))
    assert raised(watch) == [(AlertRule.OVERDUE, case().case_id)]
    watch.case_seen(case(clocks=(LATE,), version=2))
    assert raised(watch) == []


def test_what_was_raised_before_a_restart_is_not_raised_again() -> None:
    first = watching()
    first.case_seen(case(clocks=(LATE,)))
    again = watching()
    again.remember(first.new_alerts(NOW)[0])
    again.case_seen(case(clocks=(LATE,)))
    assert raised(again) == []


def test_a_due_day_that_passes_at_midnight_raises_without_any_new_message() -> None:
    watch = watching()
    watch.case_seen(case(clocks=(clock(due=office_day(NOW)),)))
    assert raised(watch) == [(AlertRule.NEAR_DUE, case().case_id)]
    assert raised(watch, NOW + timedelta(days=1)) == [(AlertRule.OVERDUE, case().case_id)]


def test_the_day_changes_where_the_offices_are() -> None:
    assert office_day(datetime(2026, 3, 31, 16, 0, tzinfo=UTC)) == date(2026, 4, 1)
    assert office_day(datetime(2026, 3, 31, 15, 59, tzinfo=UTC)) == date(2026, 3, 31)


def test_a_closed_case_raises_nothing_whichever_of_its_versions_comes_last() -> None:
    """A case that moved stands in two partitions, so an older version may be read after a later one."""
    is_open, closed = case(clocks=(LATE,)), case(clocks=(LATE,), status=CaseStatus.CONCLUDED, version=2)
    for order in ((is_open, closed), (closed, is_open), (closed, is_open, closed, is_open)):
        watch = watching()
        for one in order:
            watch.case_seen(one)
        assert raised(watch) == []


def test_a_due_day_that_moved_is_told_on_the_new_day_only() -> None:
    watch = watching()
    watch.case_seen(case(clocks=(LATE,)))
    watch.case_seen(case(clocks=(clock(due=date(2026, 4, 20)),), version=2))
    assert raised(watch) == []
    assert raised(watch, NOW + timedelta(days=15)) == []
    assert raised(watch, NOW + timedelta(days=16)) == [(AlertRule.NEAR_DUE, case().case_id)]


def test_each_case_is_looked_at_once_a_day_some_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.alerts.watch.CASES_AT_ONCE", 3)
    watch = watching()
    late = [case(petition(str(n), row=n), clocks=(LATE,)) for n in range(1, 8)]
    for one in late:
        watch.case_seen(one)
    told = [raised(watch)]
    while watch.is_behind:
        told.append(raised(watch))
    assert [len(one) for one in told] == [3, 3, 1]
    assert sorted(subject for one in told for _, subject in one) == sorted(one.case_id for one in late)
    assert (raised(watch), watch.is_behind) == ([], False)


def test_what_changes_in_the_midst_of_the_daily_look_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.alerts.watch.CASES_AT_ONCE", 1)
    watch = watching()
    for number in (1, 2, 3):
        watch.case_seen(case(petition(str(number), row=number), clocks=(LATE,)))
    first = raised(watch)
    new = case(petition("9", row=9), clocks=(LATE,))
    watch.case_seen(new)
    assert (AlertRule.OVERDUE, new.case_id) in (second := raised(watch))
    rest = [one for _ in range(4) for one in raised(watch)]
    assert len(first + second + rest) == len({*first, *second, *rest}) == 4


def test_zero_reports_end_a_silence_and_profiles_say_how_long_it_may_be() -> None:
    watch = watching({"411002": 2, "411023": 40})
    watch.report_seen(report("411002", date(2026, 3, 20)))
    watch.report_seen(report("411023", date(2026, 3, 1)))
    assert raised(watch) == [(AlertRule.COUNTY_SILENT, "411002")]
    watch.report_seen(report("411002", date(2026, 4, 1), ReportKind.ZERO))
    watch.report_seen(report("411002", date(2026, 3, 2), ReportKind.CORRECTION))
    assert raised(watch) == []


def test_a_zero_report_for_a_day_to_come_ends_no_silence_but_todays() -> None:
    watch = watching({"411002": 2})
    typo = report("411002", date(2026, 3, 20), ReportKind.ZERO).with_changes(period_on=date(2062, 3, 20))
    watch.report_seen(typo)
    assert raised(watch) == [(AlertRule.COUNTY_SILENT, "411002")]


def test_a_county_that_never_reported_is_silent_since_the_others_began() -> None:
    watch = watching({"411002": 2, "411081": 2})
    assert raised(watch) == []
    watch.report_seen(report("411002", date(2026, 3, 20)))
    watch.report_seen(report("411002", date(2026, 4, 1)))
    assert raised(watch) == [(AlertRule.COUNTY_SILENT, "411081")]


def test_dead_letters_are_counted_by_source_and_day() -> None:
    watch = watching(table=rules_with(dead_letters_rising={"a_day": 2}))
    for number in (0, 1, 1, 1):
        watch.letter_seen(letter(number))
        watch.letter_seen(letter(10 + number, source="411002"))
        watch.letter_seen(letter(20 + number, at=NOW - timedelta(days=1)))
    assert raised(watch) == []
    watch.letter_seen(letter(3))
    assert raised(watch) == [(AlertRule.DEAD_LETTERS_RISING, "411023")]
    watch.letter_seen(letter(4))
    assert raised(watch) == []


def test_refusals_of_the_index_are_counted_together_not_by_case() -> None:
    watch = watching(table=rules_with(dead_letters_rising={"a_day": 1}))
    watch.letter_seen(letter(1, source="Ca", stage=Stage.INDEX))
    watch.letter_seen(letter(2, source="Cb", stage=Stage.INDEX))
    assert raised(watch) == [(AlertRule.DEAD_LETTERS_RISING, "index")]


def test_expected_days_come_from_the_profiles_that_were_given(tmp_path: Path) -> None:
    (tmp_path / "411002.toml").write_text('code = "411002"\n[reports]\nsilent_after_days = 9\n', "utf-8")
    (tmp_path / "411023.toml").write_text('code = "411023"\n', "utf-8")
    assert expected_days(Settings(profiles_dir=tmp_path)) == {"411002": 9, "411023": 2}
    assert expected_days(Settings()) == {}


def test_a_weekly_report_speaks_of_the_days_since_the_one_before_it_as_long_as_the_county_may_be_silent(
    tmp_path: Path,
) -> None:
    for county, reports in {
        "411002": 'every = "weekly"\nsilent_after_days = 8',
        "411023": 'every = "weekly"',
        "411024": 'every = "daily"\nsilent_after_days = 8',
        "411025": "silent_after_days = 8",
    }.items():
        (tmp_path / f"{county}.toml").write_text(f'code = "{county}"\n[reports]\n{reports}\n', "utf-8")
    assert spoken_back(Settings(profiles_dir=tmp_path)) == {"411002": 8, "411023": 6}
    assert spoken_back(Settings()) == {}
