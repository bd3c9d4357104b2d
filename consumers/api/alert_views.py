"""Which alerts a viewer may see, and what is shown of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final

from consumers.api.alert_log import Entry
from consumers.api.backend import Backend
from consumers.api.errors import RETRY_AFTER_S, ApiProblem
from consumers.api.older_alerts import AlertsUnavailable
from consumers.arrivals import MOST_KEPT
from consumers.rights.scope import sees_case, sees_division
from consumers.rights.viewer import Viewer
from consumers.search.finder import cases_seen, standings
from consumers.search.reader import IndexReader
from consumers.statistics.compiling import by_rule
from schemas.alert_events import AlertAction
from schemas.events import Alert
from schemas.office_time import office_day
from schemas.terms import AlertActionKind, AlertRule

LOOKED_THROUGH: Final = 5_000
"""Alerts among which the latest of one viewer are looked for."""
AT_ONCE: Final = 500
FRESH: Final = timedelta(seconds=60)
"""So long an alert itself says who may see its case, because the index may not hold the case yet."""
MOST_SUBJECTS: Final = 100
OPEN: Final = "open"
"""Nobody has said anything to the alert."""
ENDED: Final = "ended"
"""Nor need anybody: what it told no longer holds."""


def latest_alerts(backend: Backend, viewer: Viewer, size: int) -> list[dict[str, Any]]:
    """So many alerts about what the viewer may see, the latest first."""
    latest = backend.alerts.latest(LOOKED_THROUGH)
    found: list[Entry] = []
    for part in reversed(list(_parts(latest))):
        found = visible_entries(viewer, backend.cases(viewer), part, backend.sessions.now) + found
        if len(found) >= size:
            break
    found = found[-size:]
    over = ended(backend.cases(viewer), found, office_day(backend.sessions.now))
    told = [seen_by(viewer, entry, backend.alerts.action_on(entry[1].alert_id)) for entry in reversed(found)]
    return [one | {"state": ENDED} if one["state"] == OPEN and one["alert_id"] in over else one for one in told]


def digest_of(backend: Backend, viewer: Viewer, on: date) -> dict[str, Any]:
    """The visible alerts of one day by rule, with how many are open: they hold, and nobody has said anything.

    All of that day, however many came since; a part of them is in memory at a time.
    """
    reader, now = backend.cases(viewer), backend.sessions.now
    found: dict[AlertRule, dict[str, Any]] = {}
    try:
        for part in _parts(_of_day(backend, on)):
            visible = visible_entries(viewer, reader, part, now)
            over = ended(reader, visible, office_day(now))
            for _, alert in visible:
                is_open = alert.alert_id not in over and backend.alerts.action_on(alert.alert_id) is None
                _count(found, alert, is_open=is_open)
    except AlertsUnavailable:
        message = "the alerts of that day cannot be read now; come again"
        raise ApiProblem(503, "unavailable", message, retry_after_s=RETRY_AFTER_S) from None
    return {"on": on, "rules": [found[rule] for rule in AlertRule if rule in found]}


def _of_day(backend: Backend, on: date) -> Iterable[Entry]:
    known = backend.alerts.of_day(on)
    return backend.older_alerts(on) if known is None else known


def _count(found: dict[AlertRule, dict[str, Any]], alert: Alert, *, is_open: bool) -> None:
    rule = alert.rule
    told = found.setdefault(
        rule, {"rule": rule.value, "label": rule.label, "count": 0, "open": 0, "subjects": list[str]()}
    )
    told["count"] += 1
    told["open"] += is_open
    if len(told["subjects"]) < MOST_SUBJECTS:
        told["subjects"].append(alert.subject)


def alerts_by_rule(
    backend: Backend, viewer: Viewer, first: date, last: date
) -> tuple[list[dict[str, Any]], date | None]:
    """How many visible alerts each rule raised on these days, and from which day on where that is not the first."""
    known = backend.alerts.latest(MOST_KEPT)
    alerts = [alert for _, alert in _visible_between(backend, viewer, known, first, last)]
    oldest = office_day(known[0][1].raised_at) if len(known) == MOST_KEPT else first
    return by_rule(alerts), oldest if oldest > first else None


def _visible_between(
    backend: Backend, viewer: Viewer, entries: Sequence[Entry], first: date, last: date
) -> list[Entry]:
    wanted = [entry for entry in entries if first <= office_day(entry[1].raised_at) <= last]
    now = backend.sessions.now
    return [entry for part in _parts(wanted) for entry in visible_entries(viewer, backend.cases(viewer), part, now)]


def _parts(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """So many as fit into one request."""
    each = iter(entries)
    while part := list(islice(each, AT_ONCE)):
        yield part


def ended(reader: IndexReader, entries: Sequence[Entry], today: date) -> set[str]:
    """The alerts about cases that no longer hold, because the unit has done its work.

    All do with their case; that a period is over also once nothing is due that early, a reminder with its day.
    """
    found = standings(reader, {alert.subject for _, alert in entries if alert.unit})
    return {
        alert.alert_id
        for _, alert in entries
        if alert.subject in found and _is_over(alert, found[alert.subject], today)
    }


def _is_over(alert: Alert, case: Mapping[str, Any], today: date) -> bool:
    if not case["is_open"]:
        return True
    if alert.due_on is None:
        return False
    if alert.rule is AlertRule.NEAR_DUE:
        return alert.due_on < today
    return case["next_due_on"] is None or alert.due_on < date.fromisoformat(case["next_due_on"])


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
        return {"state": OPEN, "said_by": "", "until": None}
    is_acknowledged = said.kind is AlertActionKind.ACKNOWLEDGED
    return {"state": said.kind.value, "said_by": said.by, "until": None if is_acknowledged else said.until}
