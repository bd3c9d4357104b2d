"""Supervisors say that they have seen an alert, or put it off: events, so that a restart knows them.

A unit cannot do so with alerts about itself: they end when it does its work.
"""

from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from consumers.api.access import Needs
from consumers.api.alert_views import is_about_own, visible_entries
from consumers.api.backend import Backend
from consumers.api.deciding import signed
from consumers.api.errors import ApiProblem, not_found
from consumers.api.keeping import send
from consumers.api.limits import DECISIONS
from consumers.message import Message
from consumers.rights.scope import sees_division
from consumers.rights.viewer import Right, Viewer
from schemas.alert_events import AlertAction
from schemas.keys import digest
from schemas.office_time import office_day
from schemas.terms import AlertActionKind
from schemas.topics import Topic

LONGEST_DAYS: Final = 30


class SnoozeAsked(BaseModel):
    """Until when."""

    until: date


class ActionKept(BaseModel):
    """What was said to an alert, kept by Kafka."""

    action_id: str
    alert_id: str
    kind: AlertActionKind
    until: date | None


def alert_action_routes(backend: Backend) -> APIRouter:
    """The routes of what supervisors say to alerts."""
    routes = APIRouter()
    needs = Needs(backend, Right.ACKNOWLEDGE)

    @routes.post("/alerts/{alert_id}/acknowledge", status_code=202)
    def acknowledge(alert_id: str, viewer: Annotated[Viewer, Depends(needs)]) -> ActionKept:
        """The alert has been seen by a supervisor; it does not go to the level above."""
        return act(backend, viewer, alert_id, AlertActionKind.ACKNOWLEDGED)

    @routes.post("/alerts/{alert_id}/snooze", status_code=202)
    def put_off(alert_id: str, asked: SnoozeAsked, viewer: Annotated[Viewer, Depends(needs)]) -> ActionKept:
        """Put the alert off until a day, at most thirty days from now."""
        return snooze(backend, viewer, alert_id, asked)

    return routes


def snooze(backend: Backend, viewer: Viewer, alert_id: str, asked: SnoozeAsked) -> ActionKept:
    """Put a visible alert off; raises a 422 for a day that is too far, and as `act` does."""
    today = office_day(backend.sessions.now)
    if not today < asked.until <= today + timedelta(days=LONGEST_DAYS):
        raise ApiProblem(422, "invalid", f"a day within the next {LONGEST_DAYS}", field="until")
    return act(backend, viewer, alert_id, AlertActionKind.SNOOZED, asked.until)


def act(
    backend: Backend, viewer: Viewer, alert_id: str, kind: AlertActionKind, until: date | None = None
) -> ActionKept:
    """Say something to a visible alert of others; one that went up is answered by the level above only.

    A unit has no word about an alert about itself: who is supervised cannot call the supervision off (article 40).
    """
    backend.limits.take("decisions", viewer.name, DECISIONS)
    entry = backend.alerts.get(alert_id)
    if entry is None or not visible_entries(viewer, backend.cases(viewer), [entry], backend.sessions.now):
        raise not_found()
    if is_about_own(viewer, entry[1]):
        raise ApiProblem(403, "forbidden", "this alert is about your own unit; it ends when the unit does its work")
    if entry[1].about and not sees_division(viewer, entry[1].division):
        raise ApiProblem(403, "forbidden", "this alert went to the level above yours")
    action = AlertAction(
        action_id="B" + digest("alert-action", alert_id, kind.value, viewer.name, str(until or "")),
        alert_id=alert_id,
        kind=kind,
        by=signed(backend, viewer),
        unit=viewer.unit,
        at=backend.sessions.now,
        until=until,
    )
    send(backend, [Message(Topic.ALERT_ACTIONS, 0, alert_id.encode(), action.to_bytes())])
    backend.alerts.act(action)
    return ActionKept(action_id=action.action_id, alert_id=alert_id, kind=kind, until=until)
