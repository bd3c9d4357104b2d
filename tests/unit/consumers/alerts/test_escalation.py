"""What nobody acknowledges goes to the level above once; what somebody saw, or what is over, does not."""

from datetime import date, timedelta

import pytest

from consumers.alerts.watch import Watch
from schemas.alert_events import AlertAction
from schemas.events import Alert
from schemas.terms import AlertActionKind, AlertRule, CaseStatus
from tests.alert_rules import watching
from tests.fakes_consumers import START, case, clock

LATE = case(clocks=(clock(due=date(2026, 3, 11)),))
NOW = START + timedelta(days=10)
IN_TIME, LATER = NOW + timedelta(days=4), NOW + timedelta(days=6)


def alerts(watch: Watch, now: object = NOW) -> list[Alert]:
    found = watch.new_alerts(now)  # type: ignore[arg-type]
    for alert in found:
        watch.remember(alert)
    return found


def action(alert: Alert, kind: AlertActionKind, until: date | None = None) -> AlertAction:
    return AlertAction(action_id="B1", alert_id=alert.alert_id, kind=kind, by="east", at=NOW, until=until)


@pytest.fixture
def watch() -> Watch:
    made = watching()
    made.case_seen(LATE)
    return made


def test_what_nobody_acknowledges_goes_to_the_level_above_once(watch: Watch) -> None:
    (overdue,) = alerts(watch)
    assert alerts(watch, IN_TIME) == []
    (escalated,) = alerts(watch, LATER)
    assert (escalated.rule, escalated.about, escalated.division) == (AlertRule.ESCALATED, overdue.alert_id, "4110")
    assert alerts(watch, LATER + timedelta(days=30)) == []


def test_a_restart_knows_what_was_escalated(watch: Watch) -> None:
    told = [*alerts(watch), *alerts(watch, LATER)]
    again = watching()
    for alert in told:
        again.remember(alert)
    again.case_seen(LATE)
    assert alerts(again, LATER + timedelta(days=1)) == []


def test_what_was_acknowledged_stays_with_the_unit(watch: Watch) -> None:
    (overdue,) = alerts(watch)
    watch.action_seen(action(overdue, AlertActionKind.ACKNOWLEDGED))
    assert alerts(watch, LATER) == []


def test_what_was_put_off_comes_back_on_its_day(watch: Watch) -> None:
    (overdue,) = alerts(watch)
    watch.action_seen(action(overdue, AlertActionKind.SNOOZED, date(2026, 3, 25)))
    assert alerts(watch, LATER) == []
    assert [alert.rule for alert in alerts(watch, NOW + timedelta(days=13))] == [AlertRule.ESCALATED]


def test_what_is_over_is_not_escalated(watch: Watch) -> None:
    alerts(watch)
    watch.case_seen(LATE.with_changes(version=2, status=CaseStatus.CONCLUDED))
    assert alerts(watch, LATER) == []
