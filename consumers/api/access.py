"""Who asks, and whether the role allows it. Every route but the public ones depends on `Needs`."""

from hmac import compare_digest
from typing import Final

from fastapi import Request

from consumers.api.backend import Backend
from consumers.api.errors import ApiProblem
from consumers.api.limits import REQUESTS
from consumers.api.sessions import Session
from consumers.rights.users import User
from consumers.rights.viewer import Right, Viewer

SAFE: Final = frozenset({"GET", "HEAD"})
CSRF_HEADER: Final = "X-CSRF-Token"


class Needs:
    """A dependency: the signed-in viewer, who has this right; without a right, any viewer."""

    def __init__(self, backend: Backend, right: Right | None = None) -> None:
        """`right` is what the role must give."""
        self._backend = backend
        self.right = right

    def __call__(self, request: Request) -> Viewer:
        """The viewer; raises 401 without a session, 403 without the right or the CSRF token, 429 when too often."""
        return self.allowed(request, request.headers.get(CSRF_HEADER, ""))

    def allowed(self, request: Request, csrf: str) -> Viewer:
        """The viewer, where what changes something came with that CSRF token; raises as a call does."""
        session, user = self._signed_in(request)
        if request.method not in SAFE:
            check_csrf(csrf, session)
        return self._with_right(user)

    def reading(self, request: Request) -> Viewer:
        """The viewer, to whom something is shown and for whom nothing is done: no token needed. Raises as a call."""
        return self._with_right(self._signed_in(request)[1])

    def _signed_in(self, request: Request) -> tuple[Session, User]:
        session: Session | None = request.state.session
        user = self._backend.users.get(session.name) if session else None
        if session is None or user is None:
            raise ApiProblem(401, "signed_out", "sign in first")
        return session, user

    def _with_right(self, user: User) -> Viewer:
        viewer = self._backend.viewer(user)
        if viewer is None:
            raise ApiProblem(403, "unknown_unit", "your unit is not in the register")
        self._backend.limits.take("requests", viewer.name, REQUESTS)
        if self.right is not None and self.right not in viewer.rights:
            raise ApiProblem(403, "forbidden", f"your role has not the right: {self.right}")
        return viewer


def check_csrf(given: str, session: Session) -> None:
    """What changes something must carry the session's token, which another site cannot read."""
    if not compare_digest(given.encode("utf-8", "replace"), session.csrf.encode()):
        raise ApiProblem(403, "csrf", f"the header {CSRF_HEADER} is missing or wrong")
