"""Today: what needs the viewer. Every number leads to the cases that it counts."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from consumers.api.access import Needs
from consumers.api.alert_views import latest_alerts
from consumers.api.backend import Backend
from consumers.api.cases import Search, found_page
from consumers.api.statistics import numbers_of
from consumers.console.pages import Pages
from consumers.rights.viewer import Right, Viewer

TILES: Final = ("overdue", "near_due", "refused_again", "unsure", "open", "collective")
"""Numbers of the statistics, those first that cannot wait."""
FIRST: Final = 6
LOOKED_AT: Final = 200
"""Alerts among which silent counties are looked for."""


def overview_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The page of today."""
    routes = APIRouter()

    @routes.get("/today")
    def overview_page(request: Request, viewer: Annotated[Viewer, Depends(Needs(backend, Right.CASES))]) -> Response:
        """What needs the viewer."""
        alerts = latest_alerts(backend, viewer, LOOKED_AT)
        return pages.page(
            request,
            "today.html",
            viewer,
            tiles=tiles(numbers_of(backend, viewer)),
            urgent={name: _first(backend, viewer, name) for name in ("overdue", "near_due")},
            alerts=[alert for alert in alerts if alert["unit"]][:FIRST],
            feeds=[alert for alert in alerts if not alert["unit"]][:FIRST],
        )

    return routes


def tiles(numbers: dict[str, Any]) -> list[dict[str, Any]]:
    """The numbers of the page with their definitions, in the page's order."""
    figures = {figure["name"]: figure for figure in numbers["total"]}
    definitions = {one["name"]: one for one in numbers["definitions"]}
    return [figures[name] | definitions[name] for name in TILES]


def _first(backend: Backend, viewer: Viewer, name: str) -> list[dict[str, Any]]:
    found = found_page(backend, viewer, Search(sort="due", size=FIRST, within=f"{name}:yes"))
    return [hit["case"] for hit in found["cases"]]
