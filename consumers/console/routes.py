"""All pages of the console, and problems as pages."""

from contextlib import suppress
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from consumers.api.backend import Backend
from consumers.api.errors import ApiProblem
from consumers.console.alerts import alert_page_routes
from consumers.console.assets import asset_routes
from consumers.console.case import case_page_routes
from consumers.console.dead_letters import dead_letter_page_routes
from consumers.console.deciding import deciding_routes
from consumers.console.entry import SEE_OTHER, entry_routes
from consumers.console.feeds import feed_page_routes
from consumers.console.forms import sent_with
from consumers.console.lists import list_routes
from consumers.console.overview import overview_routes
from consumers.console.pages import Pages, address_of
from consumers.console.petitioners import petitioner_page_routes
from consumers.console.refused import Refused
from consumers.console.search import search_routes
from consumers.console.searches import kept_search_routes
from consumers.console.statistics import statistics_page_routes
from consumers.search.query_language import QueryError
from consumers.search.reader import IndexUnavailable

ROUTES = (
    entry_routes,
    overview_routes,
    search_routes,
    kept_search_routes,
    case_page_routes,
    deciding_routes,
    alert_page_routes,
    statistics_page_routes,
    feed_page_routes,
    dead_letter_page_routes,
    list_routes,
    petitioner_page_routes,
)


def page_routes(backend: Backend, pages: Pages) -> list[APIRouter]:
    """The routes of all pages and of the files that they need."""
    return [asset_routes(backend), *(made(backend, pages) for made in ROUTES)]


def page_of_problem(pages: Pages, request: Request, problem: ApiProblem) -> Response:
    """The form that was refused, on its page; else the page that says what went wrong.

    Who is not signed in is asked to, and then led on; what was filled in meanwhile is kept.
    """
    sent = sent_with(request)
    refused = Refused(problem, sent.form) if sent else None
    if sent and refused and sent.viewer and sent.back and problem.code != "internal":
        # Where the page cannot be made either, the form comes back on the page that says so.
        with suppress(ApiProblem, IndexUnavailable, QueryError):
            return pages.later(sent.back(request, sent.viewer, refused), problem)
    is_script = "hx-request" in request.headers
    if problem.status != 401 or (refused and any(refused.typed.values()) and not is_script):
        return pages.problem(request, problem, refused)
    wanted = address_of(request) if request.method == "GET" else "/"
    target = f"/sign-in?next={quote(wanted, safe='')}"
    if is_script:
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, SEE_OTHER)
