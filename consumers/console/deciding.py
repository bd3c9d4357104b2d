"""What officials judge by forms, with the same checks, rights and records as over the interface; what forms share."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.deciding import JudgementAsked, judge
from consumers.api.errors import ApiProblem
from consumers.api.reviews import open_questions
from consumers.console.entry import SEE_OTHER
from consumers.console.forms import CSRF_FIELD, Form, FormNeeds, read_form, wanted_by
from consumers.console.pages import Pages
from consumers.console.refused import Refused
from consumers.rights.viewer import Right, Viewer

Asked = TypeVar("Asked", bound=BaseModel)
CASES: Final = 20
"""With open questions, looked at for one page."""
COUNTY: Final = 6
"""Digits of a county's code."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions are wanted."""

    place: Annotated[str, Query(pattern=r"^[0-9]{0,12}$")] = ""
    left_open: bool = False

    def address(self, **more: str) -> str:
        """Where these questions are."""
        asked = {"place": self.place, "left_open": "true" if self.left_open else ""} | more
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/reviews?{query}" if query else "/reviews"


def deciding_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The review queue, and where its forms are sent."""
    routes = APIRouter()

    def shown(
        request: Request, viewer: Viewer, wanted: Wanted, *, done: str = "", refused: Refused | None = None
    ) -> Response:
        """The questions, without the one that was judged a moment ago; with the form that was refused."""
        found = open_questions(backend, viewer, wanted.place, CASES, left_open=wanted.left_open)
        questions = [one for one in found if pair(one) != done]
        return pages.page(
            request,
            "reviews.html",
            viewer,
            status=refused.problem.status if refused else 200,
            here=wanted.address(done=done),
            questions=questions,
            done=done,
            refused=refused,
            is_there=refused is not None and any(is_of(refused, one) for one in questions),
            is_of=is_of,
            wanted=wanted,
            request_id=request_id,
        )

    def again(request: Request, viewer: Viewer, refused: Refused) -> Response:
        """The questions with a form that was refused."""
        return shown(request, viewer, wanted_by(request, Wanted), refused=refused)

    @routes.get("/reviews")
    def review_page(
        request: Request,
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.JUDGE))],
        wanted: Annotated[Wanted, Depends(Wanted)],
        done: Annotated[str, Query(max_length=128)] = "",
    ) -> Response:
        """Pairs that the rules leave to people, without the one that was judged a moment ago."""
        return shown(request, viewer, wanted, done=done)

    @routes.post("/reviews")
    def judge_by_form(
        form: Annotated[Form, Depends(read_form)],
        viewer: Annotated[Viewer, Depends(FormNeeds(backend, Right.JUDGE, again))],
        wanted: Annotated[Wanted, Depends(Wanted)],
    ) -> Response:
        """Judge about two petitions; then the next question."""
        made = as_asked(JudgementAsked, form)
        judge(backend, viewer, made)
        return RedirectResponse(wanted.address(done=f"{made.one}-{made.other}"), SEE_OTHER)

    return routes


def request_id() -> str:
    """The id of one form: sent twice, it acts once."""
    return secrets.token_urlsafe(12)


def pair(question: Mapping[str, Any]) -> str:
    """How a page names a question."""
    return f"{question['petition_id']}-{question['other_id']}"


def is_of(refused: Refused, question: Mapping[str, Any]) -> bool:
    """Whether a form that was refused is the one of the question."""
    return f"{refused.form.get('one')}-{refused.form.get('other')}" == pair(question)


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
