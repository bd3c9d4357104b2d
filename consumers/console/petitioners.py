"""Petitioners follow their own petition (article 21) with what stands on the receipt. Nobody signs in here."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from consumers.api.backend import Backend
from consumers.api.errors import ApiProblem
from consumers.api.petitioners import Rated, Receipt, keep_rating, state_of
from consumers.console.deciding import COUNTY, as_asked
from consumers.console.forms import Form, read_form
from consumers.console.pages import Pages
from schemas.terms import Rating

PAGE: Final = "my_petition.html"
FIELDS: Final = ("county", "number", "code")


def petitioner_page_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The public page of petitioners."""
    routes = APIRouter()

    def shown(request: Request, form: Form, **more: Any) -> Response:
        """The form with what was typed, and the answer where there is one."""
        values: dict[str, Any] = {"found": None, "problem": "", "rated": "", "here": "/my-petition"} | more
        typed = {name: form.get(name, "") for name in FIELDS}
        ratings = [rating.value for rating in Rating]
        return pages.page(request, PAGE, typed=typed, counties=counties(backend), ratings=ratings, **values)

    @routes.get("/my-petition")
    def petition_form(request: Request) -> Response:
        """What stands on the receipt is asked for."""
        return shown(request, {})

    @routes.post("/my-petition")
    def petition_page(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """What became of the petition."""
        try:
            return shown(request, form, found=state_of(backend, as_asked(Receipt, form), request))
        except ApiProblem as problem:
            return shown(request, form, problem=problem.code, status=problem.status)

    @routes.post("/my-petition/rating")
    def rate_by_form(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """How satisfied the petitioner is with the answer."""
        try:
            asked = as_asked(Rated, form)
            keep_rating(backend, asked, request)
        except ApiProblem as problem:
            return shown(request, form, problem=problem.code, status=problem.status)
        return shown(request, form, rated=asked.rating.value)

    return routes


def counties(backend: Backend) -> list[tuple[str, str]]:
    """Code and name of the counties, to choose from."""
    return sorted((code, name) for code, name in backend.names().items() if code.isdigit() and len(code) == COUNTY)
