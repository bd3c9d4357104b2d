"""The application: all routes, around them the guard, and errors in one form."""

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from consumers.api.alert_actions import alert_action_routes
from consumers.api.alerts import alert_routes
from consumers.api.audit import audit_routes
from consumers.api.backend import Backend
from consumers.api.cases import case_routes
from consumers.api.contests import contest_routes
from consumers.api.dead_letters import dead_letter_routes
from consumers.api.decisions import decision_routes
from consumers.api.errors import ApiProblem, ErrorBody, answer_errors, as_json
from consumers.api.exports import export_routes
from consumers.api.feeds import feed_routes
from consumers.api.guard import Guard
from consumers.api.identities import identity_routes
from consumers.api.petitioners import petitioner_routes
from consumers.api.reports import report_routes
from consumers.api.reviews import review_routes
from consumers.api.searches import search_routes
from consumers.api.signin import sign_in_routes
from consumers.api.statistics import statistics_routes
from consumers.api.users import user_routes
from consumers.console.pages import Pages
from consumers.console.routes import page_of_problem, page_routes

PREFIX = "/api/v1"
ROUTES = (
    sign_in_routes,
    case_routes,
    search_routes,
    export_routes,
    identity_routes,
    decision_routes,
    review_routes,
    petitioner_routes,
    alert_routes,
    alert_action_routes,
    statistics_routes,
    contest_routes,
    feed_routes,
    dead_letter_routes,
    report_routes,
    audit_routes,
    user_routes,
)


def create_application(backend: Backend) -> FastAPI:
    """The HTTP application of one instance."""
    app = FastAPI(
        title="Petition platform",
        version="1",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses={"default": {"model": ErrorBody, "description": "Any answer that is not a success."}},
    )
    for made in ROUTES:
        routes: APIRouter = made(backend)
        app.include_router(routes, prefix=PREFIX)

    @app.get("/health", include_in_schema=False)
    def health() -> JSONResponse:
        """That the process answers; nothing about what it holds."""
        return JSONResponse({"is_well": True})

    pages = Pages(backend)
    for page in page_routes(backend, pages):
        app.include_router(page, include_in_schema=False)

    def answer(request: Request, problem: ApiProblem) -> Response:
        """As JSON for programs, as a page for people."""
        is_page = not request.url.path.startswith(PREFIX)
        return page_of_problem(pages, request, problem) if is_page else as_json(problem)

    answer_errors(app, answer)
    is_https = backend.url.startswith("https://")
    # Around the whole stack: also the answer to an unforeseen error leaves through the guard.
    app.middleware_stack = Guard(app.build_middleware_stack(), backend.sessions, is_https=is_https)
    return app
