"""Alerts as a page: those that came, those that come, and what supervisors say to them."""

from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from consumers.api.access import Needs
from consumers.api.alert_actions import LONGEST_DAYS, SnoozeAsked, act, snooze
from consumers.api.alert_views import latest_alerts, seen_by, visible_entries
from consumers.api.backend import Backend
from consumers.api.errors import ApiProblem, not_found
from consumers.console.entry import SEE_OTHER
from consumers.console.forms import Form, FormNeeds, read_form
from consumers.console.pages import Pages
from consumers.console.refused import Refused
from consumers.rights.viewer import Right, Viewer
from schemas.office_time import office_day
from schemas.terms import AlertActionKind

SHOWN: Final = 100


def alert_page_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The page of alerts, and where its forms are sent."""
    routes = APIRouter()

    def shown(request: Request, viewer: Viewer, refused: Refused | None = None, about: str = "") -> Response:
        """The latest alerts; at the one of a form that was refused the form and why."""
        newest = backend.alerts.newest  # before the list: what comes while it is made is told by the script
        alerts = latest_alerts(backend, viewer, SHOWN)
        return pages.page(
            request,
            "alerts.html",
            viewer,
            status=refused.problem.status if refused else 200,
            here="/alerts",
            alerts=alerts,
            newest=newest,
            refused=refused,
            about=about,
            **_days(),
        )

    def again(request: Request, viewer: Viewer, refused: Refused) -> Response:
        """The alerts with the form that was refused; its line alone where a script asked."""
        about = request.path_params["alert_id"]
        if "hx-request" not in request.headers:
            return shown(request, viewer, refused, about)
        return _line(request, viewer, about, refused)

    needs = FormNeeds(backend, Right.ACKNOWLEDGE, again)

    @routes.get("/alerts")
    def alerts_page(request: Request, viewer: Annotated[Viewer, Depends(Needs(backend, Right.ALERTS))]) -> Response:
        """The latest alerts; a script adds those that come."""
        return shown(request, viewer)

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
        if "hx-request" not in request.headers:
            return RedirectResponse("/alerts", SEE_OTHER)
        return _line(request, viewer, alert_id)

    def _line(request: Request, viewer: Viewer, alert_id: str, refused: Refused | None = None) -> Response:
        entry = backend.alerts.get(alert_id)
        # What was done was checked by what did it; what was refused may be about anything.
        if entry is None or (
            refused and not visible_entries(viewer, backend.cases(viewer), [entry], backend.sessions.now)
        ):
            raise not_found()
        one = seen_by(viewer, entry, backend.alerts.action_on(alert_id))
        status = refused.problem.status if refused else 200
        values: dict[str, Any] = {"one": one, "refused": refused, "about": alert_id} | _days()
        answer = pages.page(request, "alert_line.html", viewer, status=status, **values)
        if refused:
            answer.headers["HX-Reswap"] = "outerHTML"  # a script shows a refusal only where it is told to
        return answer

    def _days() -> dict[str, date]:
        today = office_day(backend.sessions.now)
        return {"first_day": today + timedelta(days=1), "last_day": today + timedelta(days=LONGEST_DAYS)}

    return routes
