"""Forms of the pages: sent without a script, so the CSRF token is one of their fields."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from consumers.api.access import CSRF_HEADER, Needs
from consumers.rights.viewer import Viewer

Form = Mapping[str, str]
CSRF_FIELD = "csrf"


async def read_form(request: Request) -> Form:
    """The fields of a form; what is no form has none."""
    try:
        return dict(parse_qsl((await request.body()).decode()))
    except ValueError:
        return {}


class FormNeeds(Needs):
    """As `Needs`, for routes that forms are sent to."""

    def __call__(self, request: Request, form: Annotated[Form, Depends(read_form)]) -> Viewer:  # type: ignore[override]
        """The viewer; raises as `Needs` does."""
        return self.allowed(request, form.get(CSRF_FIELD) or request.headers.get(CSRF_HEADER, ""))
