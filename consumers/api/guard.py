"""What surrounds every request: size, session, security headers. Nothing passes beside it."""

import time
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consumers.api.errors import ApiProblem, as_json
from consumers.api.sessions import Session, Sessions
from consumers.health import CONSOLE_REQUESTS, CONSOLE_SECONDS

MOST_BODY_BYTES = 64 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, sessions: Sessions, *, is_https: bool) -> None:
        """`app` is what it surrounds."""
        self._app = app
        self._sessions = sessions
        self._headers = HEADERS | (HTTPS_ONLY if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        headers = Headers(scope=scope)
        session = self._sessions.read(_cookie(headers, self._sessions.cookie))
        scope.setdefault("state", {})["session"] = session

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message), session)
                _count(scope, message["status"], time.monotonic() - began)
            await send(message)

        if _is_too_large(headers):
            problem = ApiProblem(413, "too_large", f"a body holds at most {MOST_BODY_BYTES} bytes")
            await as_json(problem)(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)

    def _add_headers(self, headers: MutableHeaders, session: Session | None) -> None:
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        renewed = self._sessions.renewal(session) if session else None
        if renewed and "set-cookie" not in headers:
            headers.append("set-cookie", renewed)


def _count(scope: Scope, status: int, seconds: float) -> None:
    """By the name of the route, never by its path, which may hold the number of a case."""
    route = getattr(scope.get("endpoint"), "__name__", "none")
    CONSOLE_REQUESTS.labels(route, str(status)).inc()
    CONSOLE_SECONDS.labels(route).observe(seconds)


def _cookie(headers: Headers, name: str) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found is not None else ""


def _is_too_large(headers: Headers) -> bool:
    """Also a body of unknown length: what officials send is small and known."""
    length = headers.get("content-length", "0")
    return "transfer-encoding" in headers or not length.isdigit() or int(length) > MOST_BODY_BYTES
