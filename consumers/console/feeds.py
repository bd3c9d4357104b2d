"""The reports of the counties as a page."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.feeds import feeds_of
from consumers.console.pages import Pages
from consumers.rights.viewer import Right, Viewer


def feed_page_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The page of county reports."""
    routes = APIRouter()

    @routes.get("/feeds")
    def feeds_page(
        request: Request,
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.FEEDS))],
        first: date | Literal[""] = "",
        last: date | Literal[""] = "",
    ) -> Response:
        """Zero, late, missing and wrong reports by county."""
        return pages.page(request, "feeds.html", viewer, found=feeds_of(backend, viewer, first or None, last or None))

    return routes
