"""A case as a page: where it stands, who is accountable and why, what happened, what is due; and who petitioned."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.cases import related_cases, whole_case
from consumers.api.decisions import decidable_kinds
from consumers.api.errors import ApiProblem
from consumers.api.identities import identity_of
from consumers.console.deciding import request_id, units_near
from consumers.console.forms import Form, FormNeeds, read_form
from consumers.console.pages import Pages
from consumers.console.time_line import Told, clocks, time_line
from consumers.rights.viewer import Right, Viewer
from consumers.search.linking_story import WORDS
from schemas.terms import Purpose


def case_page_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The pages of one case."""
    routes = APIRouter()
    needs = Needs(backend, Right.CASES)

    @routes.get("/cases/{name}")
    def case_page(
        name: str,
        request: Request,
        viewer: Annotated[Viewer, Depends(needs)],
        done: Annotated[str, Query(max_length=64)] = "",
    ) -> Response:
        """One case with all that belongs to it; `done` is what was decided a moment ago."""
        case = whole_case(backend, viewer, name)
        decidable = decidable_kinds(backend, viewer, case)
        return pages.page(
            request,
            "case.html",
            viewer,
            case=case,
            numbers={petition["petition_id"]: number for number, petition in enumerate(case["petitions"], 1)},
            moments=time_line(case),
            clocks=clocks(case),
            related=related_cases(backend, viewer, case["case_id"]),
            may_see_identities=Right.IDENTITY in viewer.rights,
            done=done,
            decidable=decidable,
            units=units_near(backend, case["unit_division"]) if decidable else [],
            request_id=request_id,
            purposes=[purpose.value for purpose in Purpose],
            verdict_words=WORDS,
        )

    @routes.get("/cases/{name}/clocks")
    def clocks_page(name: str, request: Request, viewer: Annotated[Viewer, Depends(needs)]) -> Response:
        """Every period of a case, day by day."""
        case = whole_case(backend, viewer, name)
        told = [(clock, backend.days_of(_as_kept(clock))) for clock in clocks(case)]
        return pages.page(request, "clocks.html", viewer, case=case, clocks=told)

    @routes.post("/cases/{name}/petitions/{petition_id}/identity")
    def identity_page(
        name: str,
        petition_id: str,
        request: Request,
        form: Annotated[Form, Depends(read_form)],
        viewer: Annotated[Viewer, Depends(FormNeeds(backend, Right.CASES))],
    ) -> Response:
        """Who wrote one petition, for a purpose; the look is recorded."""
        try:
            purpose = Purpose(form.get("purpose", ""))
        except ValueError:
            raise ApiProblem(422, "invalid", "a purpose is needed", field="purpose") from None
        identity = identity_of(backend, viewer, name, petition_id, purpose)
        back = f"/cases/{name}#{petition_id}"
        return pages.page(request, "identity.html", viewer, back=back, purpose=purpose.value, identity=identity)

    return routes


def _as_kept(clock: Told) -> Told:
    """The clock as the case tells it, without whose it is."""
    return {name: value for name, value in clock.items() if name != "of"}
