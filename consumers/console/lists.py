"""Audit and users as pages."""

from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from consumers.api.access import Needs
from consumers.api.audit import audit_page
from consumers.api.backend import Backend
from consumers.api.users import all_users
from consumers.console.pages import Pages
from consumers.rights.viewer import Right, Viewer
from schemas.terms import AuditKind

RECORDS: Final = 200


def list_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The pages that are lists."""
    routes = APIRouter()

    @routes.get("/audit")
    def audit_list_page(
        request: Request,
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.AUDIT))],
        by: Annotated[str, Query(max_length=64)] = "",
        case: Annotated[str, Query(max_length=64)] = "",
        kind: AuditKind | Literal[""] = "",
        first: date | Literal[""] = "",
        last: date | Literal[""] = "",
    ) -> Response:
        """What officials of one's own territory did."""
        asked = {"by": by, "case": case, "kind": kind or None, "first": first or None, "last": last or None}
        found = audit_page(backend, viewer, size=RECORDS, **asked)
        kinds = [one.value for one in AuditKind]
        return pages.page(request, "audit.html", viewer, found=found, asked=asked, kinds=kinds)

    @routes.get("/users")
    def users_page(request: Request, viewer: Annotated[Viewer, Depends(Needs(backend, Right.USERS))]) -> Response:
        """Who may sign in, and as what."""
        return pages.page(request, "users.html", viewer, users=all_users(backend))

    return routes
