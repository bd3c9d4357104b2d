"""What officials judge by forms, with the same checks, rights and records as over the interface; what forms share."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.deciding import JudgementAsked, judge
from consumers.api.errors import ApiProblem
from consumers.api.reviews import open_questions
from consumers.console.entry import SEE_OTHER
from consumers.console.forms import CSRF_FIELD, Form, FormNeeds, read_form
from consumers.console.pages import Pages
from consumers.rights.viewer import Right, Viewer

Asked = TypeVar("Asked", bound=BaseModel)
CASES: Final = 20
"""With open questions, looked at for one page."""
COUNTY: Final = 6
"""Digits of a county's code."""


def deciding_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The review queue, and where its forms are sent."""
    routes = APIRouter()

    @routes.get("/reviews")
    def review_page(
        request: Request,
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.JUDGE))],
        place: Annotated[str, Query(pattern=r"^[0-9]{0,12}$")] = "",
        left_open: bool = False,
        done: Annotated[str, Query(max_length=128)] = "",
    ) -> Response:
        """Pairs that the rules leave to people, without the one that was judged a moment ago."""
        found = open_questions(backend, viewer, place, CASES, left_open=left_open)
        questions = [one for one in found if pair(one) != done]
        return pages.page(
            request,
            "reviews.html",
            viewer,
            questions=questions,
            done=done,
            left_open=left_open,
            request_id=request_id,
        )

    @routes.post("/reviews")
    def judge_by_form(
        form: Annotated[Form, Depends(read_form)],
        viewer: Annotated[Viewer, Depends(FormNeeds(backend, Right.JUDGE))],
    ) -> Response:
        """Judge about two petitions; then the next question."""
        asked = as_asked(JudgementAsked, form)
        judge(backend, viewer, asked)
        return RedirectResponse(f"/reviews?done={asked.one}-{asked.other}", SEE_OTHER)

    return routes


def request_id() -> str:
    """The id of one form: sent twice, it acts once."""
    return secrets.token_urlsafe(12)


def pair(question: Mapping[str, Any]) -> str:
    """How a page names a question."""
    return f"{question['petition_id']}-{question['other_id']}"


def units_near(backend: Backend, division: str) -> list[tuple[str, str]]:
    """Code and name of the units of a county and of those above it, to choose from."""
    county, names = division[:COUNTY], backend.names()
    near = (unit for unit, place in backend.offices().items() if place.startswith(county) or county.startswith(place))
    return sorted((unit, names.get(unit, unit)) for unit in near)


def as_asked(form_of: type[Asked], form: Form) -> Asked:
    """The fields of a form as they are asked for over the interface; raises the same 422."""
    try:
        return form_of.model_validate({name: value for name, value in form.items() if name != CSRF_FIELD})
    except ValidationError as error:
        field = str(error.errors(include_input=False)[0]["loc"][0])
        raise ApiProblem(422, "invalid", "not valid", field=field) from None
