"""Which alerts were raised, what officials said to them, and what goes to the level above. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from consumers.alerts.rules import alert_id
from consumers.alerts.table import RuleTable
from consumers.search.documents import CODE_LENGTHS
from schemas.alert_events import AlertAction
from schemas.events import Alert
from schemas.office_time import office_day
from schemas.terms import AlertActionKind, AlertRule


class Escalation:
    """Each alert once, and once more for the level above where it still holds and nobody has acknowledged it."""

    def __init__(self, table: RuleTable) -> None:
        """Nothing was raised yet."""
        self._table = table
        self._raised: dict[str, datetime] = {}
        self._acknowledged: set[str] = set()
        self._put_off: dict[str, date] = {}

    def remember(self, alert: Alert) -> None:
        """This alert was raised."""
        self._raised[alert.alert_id] = alert.raised_at

    def action_seen(self, action: AlertAction) -> None:
        """What an official said; the latest counts, so an alert that was put off can be acknowledged later."""
        if action.kind is AlertActionKind.ACKNOWLEDGED:
            self._acknowledged.add(action.alert_id)
        elif action.until is not None:
            self._put_off[action.alert_id] = action.until

    def new(self, found: Iterable[Alert], now: datetime) -> Iterator[Alert]:
        """Of the alerts that hold now those that were never raised, and those that have to go up."""
        for alert in found:
            if alert.alert_id not in self._raised:
                yield alert
            elif self._is_ignored(alert, now):
                escalated = _escalated(alert, now)
                if escalated is not None and escalated.alert_id not in self._raised:
                    yield escalated

    def _is_ignored(self, alert: Alert, now: datetime) -> bool:
        days = self._table.row(alert.rule).escalate_after_days
        name = alert.alert_id
        if not days or name in self._acknowledged or self._put_off.get(name, date.min) > office_day(now):
            return False
        return now - self._raised[name] >= timedelta(days=days)


def _escalated(alert: Alert, now: datetime) -> Alert | None:
    """The same for the division above; None where there is none above."""
    above = next((alert.division[:digits] for digits in reversed(CODE_LENGTHS) if digits < len(alert.division)), "")
    if not above:
        return None
    return alert.with_changes(
        alert_id=alert_id(AlertRule.ESCALATED, alert.alert_id),
        rule=AlertRule.ESCALATED,
        about=alert.alert_id,
        raised_at=now,
        division=above,
        message=f"上报督办：{alert.message}",
        message_en=f"Nobody has acknowledged this: {alert.message_en}",
    )
