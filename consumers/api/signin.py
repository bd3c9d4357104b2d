"""Sign in with a password or by OpenID Connect, see who one is, sign out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.errors import RETRY_AFTER_S, ApiProblem, not_found
from consumers.api.limits import SIGN_INS
from consumers.api.openid import STATE_S, OpenIdRefused
from consumers.api.sessions import Session
from consumers.rights.users import User
from consumers.rights.viewer import Viewer
from schemas.terms import Role

STATE_COOKIE = "openid"


class Credentials(BaseModel):
    """What is typed."""

    name: str = Field(max_length=64)
    password: str = Field(max_length=200, repr=False)


class SessionBody(BaseModel):
    """Who is signed in, and what may be done."""

    name: str
    role: Role
    unit: str
    territory: str
    rights: list[str]
    csrf: str
    """To be sent as `X-CSRF-Token` with every request that changes something."""
    ends_at: int
    """Seconds since the epoch."""


def sign_in_routes(backend: Backend) -> APIRouter:
    """The routes; the first three are public, because nobody is signed in before them."""
    routes = APIRouter()
    viewer_of = Needs(backend)

    # Not `async`: a password takes time on purpose, and others shall not wait for it.
    @routes.post("/session", response_model=SessionBody, status_code=201)
    def sign_in(credentials: Credentials, request: Request) -> Response:
        """Begin a session with name and password."""
        user, session = begin_session(backend, request, credentials)
        return JSONResponse(_told(backend, user, session), 201, {"set-cookie": backend.sessions.header(session)})

    @routes.get("/openid/start", status_code=302)
    def start(request: Request) -> Response:
        """Go to the provider of OpenID Connect."""
        if backend.openid is None:
            raise not_found()
        backend.limits.take("address", address_of(request), SIGN_INS)
        try:
            target, state = backend.openid.start()
        except OpenIdRefused:
            raise ApiProblem(
                503, "unavailable", "the provider does not answer", retry_after_s=RETRY_AFTER_S
            ) from None
        answer = RedirectResponse(target, 302)
        is_https = backend.url.startswith("https://")
        answer.set_cookie(
            STATE_COOKIE, state, max_age=STATE_S, httponly=True, secure=is_https, samesite="lax", path="/"
        )
        return answer

    @routes.get("/openid/callback", status_code=302)
    def callback(request: Request, state: str = "", code: str = "") -> Response:
        """Come back from the provider; who it names must be a user here."""
        if backend.openid is None:
            raise not_found()
        backend.limits.take("address", address_of(request), SIGN_INS)
        try:
            name = backend.openid.finish(request.cookies.get(STATE_COOKIE, ""), state, code)
        except OpenIdRefused:
            raise ApiProblem(401, "openid_refused", "the provider did not confirm who you are") from None
        user = backend.users.get(name)
        if user is None:
            raise ApiProblem(403, "no_user", "you are known to the provider, but not a user here")
        answer = RedirectResponse("/", 302)
        answer.headers.append("set-cookie", backend.sessions.header(backend.sessions.begin(user.name)))
        answer.delete_cookie(STATE_COOKIE, path="/")
        return answer

    @routes.get("/session", response_model=SessionBody)
    def who(viewer: Annotated[Viewer, Depends(viewer_of)], request: Request) -> Response:
        """Who is signed in."""
        user = backend.users.get(viewer.name)
        if user is None:
            raise ApiProblem(401, "signed_out", "sign in first")
        return JSONResponse(_told(backend, user, request.state.session))

    @routes.delete("/session", status_code=204)
    def sign_out(viewer: Annotated[Viewer, Depends(viewer_of)], request: Request) -> Response:
        """End the session, whoever still has its cookie."""
        backend.sessions.end(request.state.session)
        return Response(status_code=204, headers={"set-cookie": backend.sessions.header(None)})

    return routes


def begin_session(backend: Backend, request: Request, credentials: Credentials) -> tuple[User, Session]:
    """The user and the new session; raises `ApiProblem` for a wrong password, too many trials, another site."""
    _from_here(request, backend.url)
    backend.limits.take("address", address_of(request), SIGN_INS)
    backend.limits.take("name", credentials.name, SIGN_INS)
    user = backend.users.with_password(credentials.name, credentials.password)
    if user is None:
        raise ApiProblem(401, "wrong_password", "no such user, or not the password")
    return user, backend.sessions.begin(user.name)


def _told(backend: Backend, user: User, session: Session) -> dict[str, Any]:
    viewer = backend.viewer(user)
    return {
        "name": user.name,
        "role": user.role.value,
        "unit": user.unit,
        "territory": user.territory,
        "rights": sorted(right.value for right in viewer.rights) if viewer else [],
        "csrf": session.csrf,
        "ends_at": session.ends,
    }


def _from_here(request: Request, url: str) -> None:
    """A sign-in that another site started would sign somebody in under a foreign name."""
    origin = request.headers.get("origin", url)
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"} or origin != url:
        raise ApiProblem(403, "foreign_origin", "sign in from the platform's own pages")


def address_of(request: Request) -> str:
    """Where a request comes from, for limits only."""
    return request.client.host if request.client else ""
