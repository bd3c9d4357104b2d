"""Which alerts a viewer may see, and what is shown of them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from consumers.api.alert_log import Entry
from consumers.api.backend import Backend
from consumers.arrivals import MOST_KEPT
from consumers.rights.scope import sees_case, sees_division
from consumers.rights.viewer import Viewer
from consumers.search.finder import cases_seen
from consumers.search.reader import IndexReader
from consumers.statistics.compiling import by_rule
from schemas.alert_events import AlertAction
from schemas.events import Alert
from schemas.office_time import office_day
from schemas.terms import AlertActionKind, AlertRule

LOOKED_THROUGH: Final = 5_000
"""Alerts among which those of one viewer are looked for."""
AT_ONCE: Final = 500
FRESH: Final = timedelta(seconds=60)
"""So long an alert itself says who may see its case, because the index may not hold the case yet."""
MOST_SUBJECTS: Final = 100


def latest_alerts(backend: Backend, viewer: Viewer, size: int) -> list[dict[str, Any]]:
    """So many alerts about what the viewer may see, the latest first."""
    latest = backend.alerts.latest(LOOKED_THROUGH)
    parts = [latest[at : at + AT_ONCE] for at in range(0, len(latest), AT_ONCE)]
    found: list[Entry] = []
    for part in reversed(parts):
        found = visible_entries(viewer, backend.cases(viewer), part, backend.sessions.now) + found
        if len(found) >= size:
            break
    return [seen_by(viewer, entry, backend.alerts.action_on(entry[1].alert_id)) for entry in reversed(found[-size:])]


def digest_of(backend: Backend, viewer: Viewer, on: date) -> dict[str, Any]:
    """The visible alerts of one day by rule, with what nobody has acknowledged."""
    alerts = _visible_between(backend, viewer, backend.alerts.latest(LOOKED_THROUGH), on, on)
    rules = []
    for rule in AlertRule:
        subjects = [alert.subject for alert in alerts if alert.rule is rule]
        is_open = [alert for alert in alerts if alert.rule is rule and not backend.alerts.action_on(alert.alert_id)]
        if subjects:
            told = {"rule": rule.value, "label": rule.label, "count": len(subjects), "open": len(is_open)}
            rules.append(told | {"subjects": subjects[:MOST_SUBJECTS]})
    return {"on": on, "rules": rules}


def alerts_by_rule(
    backend: Backend, viewer: Viewer, first: date, last: date
) -> tuple[list[dict[str, Any]], date | None]:
    """How many visible alerts each rule raised on these days, and from which day on where that is not the first."""
    known = backend.alerts.latest(MOST_KEPT)
    alerts = _visible_between(backend, viewer, known, first, last)
    oldest = office_day(known[0][1].raised_at) if len(known) == MOST_KEPT else first
    return by_rule(alerts), oldest if oldest > first else None


def _visible_between(
    backend: Backend, viewer: Viewer, entries: Sequence[Entry], first: date, last: date
) -> list[Alert]:
    wanted = [entry for entry in entries if first <= office_day(entry[1].raised_at) <= last]
    parts = [wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE)]
    now = backend.sessions.now
    return [alert for part in parts for _, alert in visible_entries(viewer, backend.cases(viewer), part, now)]


def visible_entries(viewer: Viewer, reader: IndexReader, entries: Sequence[Entry], now: datetime) -> list[Entry]:
    """The alerts about cases that the viewer may see, and about feeds of the own territory.

    The index decides about cases. It may not hold one yet that an alert is about; so a fresh alert decides by what
    it says of its case itself.
    """
    fresh = {
        alert.alert_id: sees_case(viewer, alert)
        for _, alert in entries
        if alert.unit and alert.territories and now - alert.raised_at < FRESH
    }
    subjects = {alert.subject for _, alert in entries if alert.unit and alert.alert_id not in fresh}
    seen = cases_seen(reader, subjects)

    def is_visible(entry: Entry) -> bool:
        alert = entry[1]
        if not alert.unit:
            return sees_division(viewer, alert.division)
        return fresh.get(alert.alert_id, alert.subject in seen)

    return [entry for entry in entries if is_visible(entry)]


def is_about_own(viewer: Viewer, alert: Alert) -> bool:
    """Whether the alert is about the own unit: the accountable one, or the one that has to act."""
    return bool(viewer.unit) and viewer.unit in {alert.unit, alert.owed_by}


def seen_by(viewer: Viewer, entry: Entry, said: AlertAction | None = None) -> dict[str, Any]:
    """An alert as it is sent to an official, with whether it is about the own unit, which cannot answer it."""
    return shown(entry, said) | {"is_own": is_about_own(viewer, entry[1])}


def shown(entry: Entry, said: AlertAction | None = None) -> dict[str, Any]:
    """An alert as it is sent; about a case, a unit, a day or a feed, never about a person."""
    offset, alert = entry
    told: dict[str, Any] = {
        "id": offset,
        "alert_id": alert.alert_id,
        "rule": alert.rule.value,
        "label": alert.rule.label,
        "subject": alert.subject,
        "raised_at": alert.raised_at,
        "unit": alert.unit,
        "unit_name": alert.unit_name,
        "owed_by": alert.owed_by,
        "division": alert.division,
        "due_on": alert.due_on,
        "about": alert.about,
        "message": alert.message,
        "message_en": alert.message_en,
    }
    return told | _state(said)


def _state(said: AlertAction | None) -> dict[str, Any]:
    """Open, acknowledged, or put off until a day; an alert that was put off is open again from then on."""
    if said is None:
        return {"state": "open", "said_by": "", "until": None}
    is_acknowledged = said.kind is AlertActionKind.ACKNOWLEDGED
    return {"state": said.kind.value, "said_by": said.by, "until": None if is_acknowledged else said.until}
