"""The alerts of the instance as the console knows them: read from their topic once, then as they come."""

from collections.abc import Iterable, Sequence
from datetime import date
from threading import Event

from consumers.arrivals import MOST_KEPT, Arrivals
from consumers.following import Read, follow_topics
from consumers.search.days import today
from schemas.alert_events import AlertAction
from schemas.events import Alert
from schemas.office_time import office_day
from schemas.settings import Settings
from schemas.terms import AlertActionKind
from schemas.topics import Topic

Entry = tuple[int, Alert]
"""Offset and alert."""


class AlertLog(Arrivals[Alert]):
    """The latest alerts in their order, and what was said to them."""

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        """Empty."""
        super().__init__(most_kept)
        self._by_id: dict[str, Entry] = {}
        self._actions: dict[str, AlertAction] = {}
        self._is_whole = True
        """Whether each alert that came is still kept."""

    def act(self, action: AlertAction) -> None:
        """Keep what somebody said to an alert; who has acknowledged it is not forgotten by putting it off."""
        known = self._actions.get(action.alert_id)
        if known is None or known.kind is not AlertActionKind.ACKNOWLEDGED:
            self._actions[action.alert_id] = action

    def action_on(self, alert_id: str) -> AlertAction | None:
        """What was said to an alert; nothing any longer once the day has come until which it was put off."""
        said = self._actions.get(alert_id)
        is_over = said is not None and said.kind is AlertActionKind.SNOOZED and (said.until or date.min) <= today()
        return None if is_over else said

    def get(self, alert_id: str) -> Entry | None:
        """One alert by its id."""
        with self._lock:
            return self._by_id.get(alert_id)

    def of_day(self, on: date) -> list[Entry] | None:
        """The alerts that were raised on a day; None where some of them may be no longer kept."""
        with self._lock:
            known, is_whole = self._entries, self._is_whole
        if not is_whole and office_day(known[0][1].raised_at) >= on:
            return None
        return [entry for entry in known if office_day(entry[1].raised_at) == on]

    def _new(self, entries: Iterable[Entry]) -> list[Entry]:
        new = list(entries)
        self._by_id |= {entry[1].alert_id: entry for entry in new}
        return new

    def _forget(self, events: Sequence[Alert]) -> None:
        self._is_whole = self._is_whole and not events
        for old in events:
            self._by_id.pop(old.alert_id, None)


def follow_alerts(settings: Settings, alerts: AlertLog, stop: Event) -> None:
    """Read the alerts, and what was said to them, from the beginning; go on until told to stop."""

    def take(events: Sequence[Read]) -> None:
        for one in events:
            if one.topic is Topic.ALERT_ACTIONS:
                alerts.act(one.event)
        if came := [(one.offset, one.event) for one in events if one.topic is Topic.ALERTS]:
            alerts.add(came)

    follow_topics(settings, {Topic.ALERTS: Alert, Topic.ALERT_ACTIONS: AlertAction}, take, stop)
