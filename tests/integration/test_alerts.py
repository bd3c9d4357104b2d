"""The alert feed on real topics: each occasion once, over restarts too."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from consumers.alerts import feed
from consumers.alerts.disk import KeysOnDisk
from consumers.alerts.keys import PlacesKept
from consumers.alerts.table import load_rules
from consumers.replay import Positions, end_positions, replay
from schemas.events import Alert, CountyReport
from schemas.settings import Settings
from schemas.terms import AlertRule, CaseStatus, ReportKind
from schemas.topics import Topic
from tests.consumers_running import eventually, publish, running
from tests.fakes_consumers import case, clock, petition

LATE = clock(due=date(2026, 1, 5))


def raised(settings: Settings) -> list[tuple[AlertRule, str]]:
    topic = Topic.ALERTS.under(settings.prefix)
    found = [Alert.from_bytes(r.value or b"") for batch in replay(settings, topic) for r in batch]
    return [(alert.rule, alert.subject) for alert in found]


def report(county: str, on: date) -> CountyReport:
    at = datetime(on.year, on.month, on.day, tzinfo=UTC)
    return CountyReport(report_id=county, county=county, kind=ReportKind.ZERO, reported_at=at, period_on=on)


def test_alerts_are_raised_once_over_a_restart(settings: Settings, tmp_path: Path) -> None:
    profiles = tmp_path / "profiles"
    profiles.mkdir()
    (profiles / "411023.toml").write_text('code = "411023"\n[reports]\nsilent_after_days = 3\n', "utf-8")
    settings = settings.model_copy(update={"profiles_dir": profiles})
    late = case(petition("1"), clocks=(LATE,))
    publish(settings, Topic.CASES, [late, case(petition("2", row=2), clocks=(LATE,), takeover=True)])
    publish(settings, Topic.REPORTS, {"411002": report("411002", datetime.now(UTC).date() - timedelta(days=4))})
    expected = [
        (AlertRule.COUNTY_SILENT, "411023"),
        (AlertRule.OVERDUE, late.case_id),
    ]
    with running(feed.run, settings):
        eventually(lambda: sorted(raised(settings)) == expected)
    later = case(petition("3", row=3), clocks=(LATE,))
    publish(settings, Topic.CASES, [late.model_copy(update={"version": 2}), later])
    with running(feed.run, settings):
        eventually(lambda: (AlertRule.OVERDUE, later.case_id) in raised(settings))
    assert sorted(raised(settings)) == sorted([*expected, (AlertRule.OVERDUE, later.case_id)])


def test_a_case_that_was_concluded_before_the_start_raises_nothing(settings: Settings) -> None:
    late = case(petition("1"), clocks=(LATE,))
    done = late.model_copy(update={"version": 2, "status": CaseStatus.CONCLUDED})
    other = case(petition("2", row=2), clocks=(LATE,))
    publish(settings, Topic.CASES, [late, done, other])
    with running(feed.run, settings):
        eventually(lambda: raised(settings) == [(AlertRule.OVERDUE, other.case_id)])


def kept(settings: Settings, instead: Positions | None = None) -> Positions:
    """Up to where the last run has read; `instead` is what the next one will find."""
    keys = KeysOnDisk(settings.state_folder / "alerts", feed.maker_of(load_rules()))
    found = PlacesKept(keys).places()
    PlacesKept(keys).keep(instead or {})
    keys.close()
    return found


@pytest.mark.parametrize("beyond", [0, 1_000], ids=["as it was left", "of topics that were longer"])
def test_a_start_goes_on_where_the_last_run_ended_unless_the_topics_are_others(
    settings: Settings, beyond: int
) -> None:
    cases = [case(petition(str(n), row=n), clocks=(LATE,)) for n in range(3)]
    publish(settings, Topic.CASES, cases[:1])
    with running(feed.run, settings):
        eventually(lambda: raised(settings) == [(AlertRule.OVERDUE, cases[0].case_id)])
    name = Topic.CASES.under(settings.prefix)
    ends = end_positions(settings, name)
    assert {place: offset for place, offset in kept(settings).items() if place[0] == name and offset} == {
        place: end for place, end in ends.items() if end
    }
    publish(settings, Topic.CASES, cases[1:2])
    kept(settings, {place: end + beyond for place, end in end_positions(settings, name).items()})
    publish(settings, Topic.CASES, cases[2:])
    with running(feed.run, settings):
        eventually(lambda: (AlertRule.OVERDUE, cases[2].case_id) in raised(settings))
    passed_over = (AlertRule.OVERDUE, cases[1].case_id) not in raised(settings)
    assert passed_over == (beyond == 0)
