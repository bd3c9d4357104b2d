"""The way in and out: sign in, sign out, language and colours, and the first page of each role."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.errors import ApiProblem
from consumers.api.signin import Credentials, begin_session
from consumers.console.forms import Form, FormNeeds, read_form
from consumers.console.pages import Pages, links
from consumers.console.preferences import Preferences, local
from consumers.rights.viewer import Viewer

LONGEST_PASSWORD, LONGEST_NAME = 200, 64
SEE_OTHER = 303


def entry_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The routes; all but the first page and the way out are public."""
    routes = APIRouter()

    @routes.get("/")
    def home(viewer: Annotated[Viewer, Depends(Needs(backend))]) -> Response:
        """The first page that the role may see."""
        return RedirectResponse(links(viewer)[0][0], SEE_OTHER)

    @routes.get("/sign-in")
    def sign_in_form(request: Request, next: str = "/") -> Response:
        """Name and password, and the way to the own provider."""
        return _form(pages, backend, request, next)

    # Not `async`: a password takes time on purpose, and others shall not wait for it.
    @routes.post("/sign-in")
    def sign_in_by_form(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """Begin a session and go where the official wanted to go."""
        name, password = form.get("name", ""), form.get("password", "")
        try:
            credentials = Credentials(name=name[:LONGEST_NAME], password=password[:LONGEST_PASSWORD])
            _, session = begin_session(backend, request, credentials)
        except ApiProblem as problem:
            return _form(pages, backend, request, form.get("next", "/"), problem)
        answer = RedirectResponse(local(form.get("next", "/")), SEE_OTHER)
        answer.headers.append("set-cookie", backend.sessions.header(session))
        return answer

    @routes.post("/sign-out")
    def sign_out_by_form(request: Request, viewer: Annotated[Viewer, Depends(FormNeeds(backend))]) -> Response:
        """End the session."""
        backend.sessions.end(request.state.session)
        answer = RedirectResponse("/sign-in", SEE_OTHER)
        answer.headers.append("set-cookie", backend.sessions.header(None))
        return answer

    @routes.get("/preferences")
    def prefer(request: Request, back: str = "/", language: str = "", theme: str = "") -> Response:
        """Choose a language or colours, and go on where one was."""
        known = Preferences.of(request)
        answer = RedirectResponse(local(back), SEE_OTHER)
        is_https = urlsplit(backend.url).scheme == "https"
        Preferences(language or known.language, theme or known.theme).keep(answer, is_https=is_https)
        return answer

    return routes


def _form(
    pages: Pages, backend: Backend, request: Request, target: str, problem: ApiProblem | None = None
) -> Response:
    return pages.page(
        request,
        "sign_in.html",
        status=problem.status if problem else 200,
        target=local(target),
        problem=problem.code if problem else "",
        has_provider=backend.openid is not None,
    )
