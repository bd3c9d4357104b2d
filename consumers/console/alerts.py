"""Alerts as a page: those that came, those that come, and what supervisors say to them."""

from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from consumers.api.access import Needs
from consumers.api.alert_actions import LONGEST_DAYS, SnoozeAsked, act, snooze
from consumers.api.alert_views import latest_alerts, seen_by
from consumers.api.backend import Backend
from consumers.api.errors import ApiProblem, not_found
from consumers.console.entry import SEE_OTHER
from consumers.console.forms import Form, FormNeeds, read_form
from consumers.console.pages import Pages
from consumers.rights.viewer import Right, Viewer
from schemas.office_time import office_day
from schemas.terms import AlertActionKind

SHOWN: Final = 100


def alert_page_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The page of alerts, and where its forms are sent."""
    routes = APIRouter()
    needs = FormNeeds(backend, Right.ACKNOWLEDGE)

    @routes.get("/alerts")
    def alerts_page(request: Request, viewer: Annotated[Viewer, Depends(Needs(backend, Right.ALERTS))]) -> Response:
        """The latest alerts; a script adds those that come."""
        newest = backend.alerts.newest  # before the list: what comes while it is made is told by the script
        alerts = latest_alerts(backend, viewer, SHOWN)
        today = office_day(backend.sessions.now)
        return pages.page(
            request,
            "alerts.html",
            viewer,
            alerts=alerts,
            newest=newest,
            first_day=today + timedelta(days=1),
            last_day=today + timedelta(days=LONGEST_DAYS),
        )

    @routes.post("/alerts/{alert_id}/acknowledge")
    def acknowledge_by_form(alert_id: str, request: Request, viewer: Annotated[Viewer, Depends(needs)]) -> Response:
        """The alert has been seen."""
        act(backend, viewer, alert_id, AlertActionKind.ACKNOWLEDGED)
        return _after(request, viewer, alert_id)

    @routes.post("/alerts/{alert_id}/snooze")
    def snooze_by_form(
        alert_id: str,
        request: Request,
        form: Annotated[Form, Depends(read_form)],
        viewer: Annotated[Viewer, Depends(needs)],
    ) -> Response:
        """Put the alert off until a day."""
        try:
            until = date.fromisoformat(form.get("until", ""))
        except ValueError:
            raise ApiProblem(422, "invalid", "a day is needed", field="until") from None
        snooze(backend, viewer, alert_id, SnoozeAsked(until=until))
        return _after(request, viewer, alert_id)

    def _after(request: Request, viewer: Viewer, alert_id: str) -> Response:
        """The line of the alert where a script asked, else the whole page."""
        entry = backend.alerts.get(alert_id)
        if entry is None:
            raise not_found()
        if "hx-request" not in request.headers:
            return RedirectResponse("/alerts", SEE_OTHER)
        one = seen_by(viewer, entry, backend.alerts.action_on(alert_id))
        return pages.page(request, "alert_line.html", viewer, one=one)

    return routes
