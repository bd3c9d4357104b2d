"""Kept searches as a page: what is new since, keeping another one, and letting one go."""

from contextlib import suppress
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.searches import Estimate, SearchAsked, estimated, forget, hits_of, kept
from consumers.console.deciding import as_asked, request_id
from consumers.console.entry import SEE_OTHER
from consumers.console.forms import Form, FormNeeds, read_form
from consumers.console.pages import Pages, watching
from consumers.console.refused import Refused
from consumers.rights.viewer import Right, Viewer
from consumers.search.query_language import MOST_CHARACTERS, QueryError
from schemas.terms import Notice

SHOWN: Final = 10
"""Found cases of each search."""


def kept_search_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The page, and where its forms are sent."""
    routes = APIRouter()

    def shown(
        request: Request,
        viewer: Viewer,
        keep: str,
        estimate: Estimate | None,
        *,
        refused: Refused | None = None,
        about: str = "",
    ) -> Response:
        """The viewer's own, and a form that keeps another; `about` is the one that was not let go."""
        seen = watching(backend, viewer)  # before the list: what is found while it is made is told by the script
        own = backend.shelf.of(viewer.name)
        return pages.page(
            request,
            "searches.html",
            viewer,
            status=refused.problem.status if refused else 200,
            here="/searches",
            searches=[_with_hits(backend, viewer, one) for one in own],
            watching=seen,
            keep=keep,
            estimate=estimate,
            notices=[notice.value for notice in Notice],
            refused=refused,
            about=about,
            is_there=about in {one.search_id for one in own},
            request_id=request_id,
        )

    def again(request: Request, viewer: Viewer, refused: Refused) -> Response:
        """The viewer's own, with the form that was refused; a query that is wrong can be written anew."""
        about = request.path_params.get("search_id", "")
        keep = "" if about else refused.typed.get("query", "")
        with suppress(QueryError):
            return shown(request, viewer, keep, _estimate(backend, viewer, keep), refused=refused, about=about)
        return shown(request, viewer, keep, None, refused=refused)

    needs = FormNeeds(backend, Right.CASES, again)

    @routes.get("/searches")
    def kept_searches_page(
        request: Request,
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.CASES))],
        keep: Annotated[str, Query(max_length=MOST_CHARACTERS)] = "",
    ) -> Response:
        """The viewer's own with what they found; with `keep` the form that keeps this query."""
        return shown(request, viewer, keep, _estimate(backend, viewer, keep))

    @routes.post("/searches")
    def keep_by_form(
        form: Annotated[Form, Depends(read_form)], viewer: Annotated[Viewer, Depends(needs)]
    ) -> Response:
        """Keep a search."""
        kept(backend, viewer, as_asked(SearchAsked, form))
        return RedirectResponse("/searches", SEE_OTHER)

    @routes.post("/searches/{search_id}/delete")
    def forget_by_form(search_id: str, viewer: Annotated[Viewer, Depends(needs)]) -> Response:
        """Keep one no longer."""
        forget(backend, viewer, search_id)
        return RedirectResponse("/searches", SEE_OTHER)

    return routes


def _estimate(backend: Backend, viewer: Viewer, keep: str) -> Estimate | None:
    return estimated(backend, viewer, keep) if keep else None


def _with_hits(backend: Backend, viewer: Viewer, search: Any) -> dict[str, Any]:
    hits = hits_of(backend, viewer, search.search_id)
    return {"search": search, "count": len(hits), "hits": hits[:SHOWN]}
