"""Which alerts were raised, what officials said to them, and what goes to the level above. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from consumers.alerts.keys import Keys
from consumers.alerts.remembered import AlertKept, AlertsKept
from consumers.alerts.rules import alert_id
from consumers.alerts.table import RuleTable
from schemas.alert_events import AlertAction
from schemas.divisions import place_path
from schemas.events import Alert
from schemas.office_time import office_day
from schemas.terms import AlertActionKind, AlertRule


class Escalation:
    """Each alert once, and once more for the level above where it still holds and nobody has acknowledged it."""

    def __init__(self, table: RuleTable, keys: Keys) -> None:
        """What was raised and said lies under the keys: alerts are kept for ever, as in their topic."""
        self._table = table
        self._alerts = AlertsKept(keys)

    def remember(self, alert: Alert) -> None:
        """This alert was raised."""
        name = alert.alert_id
        self._alerts.keep(name, replace(self._alerts.alert(name), raised_at=alert.raised_at))

    def action_seen(self, action: AlertAction) -> None:
        """What an official said; the latest counts, so an alert that was put off can be acknowledged later."""
        kept = self._alerts.alert(action.alert_id)
        if action.kind is AlertActionKind.ACKNOWLEDGED:
            self._alerts.keep(action.alert_id, replace(kept, is_acknowledged=True))
        elif action.until is not None:
            self._alerts.keep(action.alert_id, replace(kept, put_off_until=action.until))

    def new(self, found: Iterable[Alert], now: datetime) -> Iterator[Alert]:
        """Of the alerts that hold now those that were never raised, and those that have to go up."""
        for alert in found:
            kept = self._alerts.alert(alert.alert_id)
            if kept.raised_at is None:
                yield alert
            elif self._is_ignored(alert.rule, kept, kept.raised_at, now):
                escalated = _escalated(alert, now)
                if escalated is not None and self._alerts.alert(escalated.alert_id).raised_at is None:
                    yield escalated

    def _is_ignored(self, rule: AlertRule, kept: AlertKept, raised_at: datetime, now: datetime) -> bool:
        days = self._table.row(rule).escalate_after_days
        if not days or kept.is_acknowledged or (kept.put_off_until or date.min) > office_day(now):
            return False
        return now - raised_at >= timedelta(days=days)


def _escalated(alert: Alert, now: datetime) -> Alert | None:
    """The same for the division above; None where there is none above."""
    above = (alert.division_path or place_path(alert.division))[:-1]
    if not above:
        return None
    return alert.with_changes(
        alert_id=alert_id(AlertRule.ESCALATED, alert.alert_id),
        rule=AlertRule.ESCALATED,
        about=alert.alert_id,
        raised_at=now,
        division=above[-1],
        division_path=alert.division_path[:-1],
        message=f"上报督办：{alert.message}",
        message_en=f"Nobody has acknowledged this: {alert.message_en}",
    )
