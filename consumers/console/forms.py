"""Forms of the pages: sent without a script, so the CSRF token is one of their fields.

Nothing is done with a form that lacks the token of the session. What was filled in is shown again, with the token of
now, where the browser says that a page of this console sent it: what another site filled in nobody is asked to send.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from fastapi.responses import Response
from pydantic import TypeAdapter, ValidationError

from consumers.api.access import CSRF_HEADER, Needs
from consumers.api.backend import Backend
from consumers.api.errors import ApiProblem
from consumers.rights.viewer import Right, Viewer

if TYPE_CHECKING:
    from consumers.console.refused import Refused

Form = Mapping[str, str]
Back = Callable[[Request, Viewer, "Refused"], Response]
"""The page that a form stands on, with the form as it was filled in and what was wrong."""
Wanted = TypeVar("Wanted")
CSRF_FIELD = "csrf"


class Sent(NamedTuple):
    """A form that a page of this console sent; for who may send it, the page on which it comes back if refused."""

    form: Form
    viewer: Viewer | None = None
    back: Back | None = None


async def read_form(request: Request) -> Form:
    """The fields of a form; what is no form has none."""
    try:
        return dict(parse_qsl((await request.body()).decode()))
    except ValueError:
        return {}


class FormNeeds(Needs):
    """As `Needs`, for routes that forms are sent to."""

    def __init__(self, backend: Backend, right: Right | None = None, back: Back | None = None) -> None:
        """`back` makes the page on which a form that is refused comes back."""
        super().__init__(backend, right)
        self._back = back

    def __call__(self, request: Request, form: Annotated[Form, Depends(read_form)]) -> Viewer:  # type: ignore[override]
        """The viewer; raises as `Needs` does."""
        try:
            viewer = self.allowed(request, form.get(CSRF_FIELD) or request.headers.get(CSRF_HEADER, ""))
        except ApiProblem as problem:
            if not is_from_own_page(request, self._backend.url):
                raise
            problem.field, request.state.sent = "form", Sent(form)
            if problem.code == "csrf":
                request.state.sent = Sent(form, self.reading(request), self._back)
            raise
        request.state.sent = Sent(form, viewer, self._back)
        return viewer


def sent_with(request: Request) -> Sent | None:
    """The form that may be shown again; None where there is none."""
    found: Sent | None = getattr(request.state, "sent", None)
    return found


def is_from_own_page(request: Request, url: str) -> bool:
    """Whether the browser says that a page of the console at `url` sent it; not where it says nothing."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    return request.headers.get("origin") == url and site == "same-origin"


def wanted_by(request: Request, shape: type[Wanted]) -> Wanted:
    """What the address of a form asks for, as the route reads it; the usual where it asks for nonsense."""
    asked: dict[str, Any] = dict(request.query_params)
    try:
        return TypeAdapter(shape).validate_python(asked)
    except ValidationError:
        return shape()
