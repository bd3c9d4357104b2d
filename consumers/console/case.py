"""A case as a page: where it stands, who is accountable and why, what happened, what is due; and who petitioned.

What is decided about it is sent by forms of the page. One that is refused comes back as it was filled in; where
somebody has decided meanwhile, in the case as it is now.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.cases import related_cases, whole_case
from consumers.api.deciding import DecisionAsked, decide
from consumers.api.decisions import Decidable, decidable_kinds
from consumers.api.errors import ApiProblem
from consumers.api.identities import identity_of
from consumers.console.deciding import as_asked, request_id, units_near
from consumers.console.entry import SEE_OTHER
from consumers.console.forms import Form, FormNeeds, read_form
from consumers.console.pages import Pages
from consumers.console.refused import SAME_AGAIN, Refused
from consumers.console.time_line import Told, clocks, said_since, time_line
from consumers.rights.viewer import Right, Viewer
from consumers.search.linking_story import WORDS
from schemas.terms import Purpose

READ_AT: Final = "read_at"
"""Of a form that decides: the moment of the case that its official has read."""


def case_page_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The pages of one case."""
    routes = APIRouter()
    needs = Needs(backend, Right.CASES)

    def shown(
        request: Request,
        viewer: Viewer,
        name: str,
        *,
        done: str = "",
        refused: Refused | None = None,
        about: str = "",
    ) -> Response:
        """The case with all that belongs to it, and the forms that the viewer may send.

        `refused` is one that decides, or with `about` one that asks who wrote that petition.
        """
        case = whole_case(backend, viewer, name)
        decidable = decidable_kinds(backend, viewer, case)
        numbers = {petition["petition_id"]: number for number, petition in enumerate(case["petitions"], 1)}
        may_again = refused is not None and not about and any(_is_of(refused, one) for one in decidable)
        if refused and not (may_again or refused.has_changed or about in numbers):
            raise refused.problem
        return pages.page(
            request,
            "case.html",
            viewer,
            status=refused.problem.status if refused else 200,
            here=f"/cases/{case['case_id']}",
            asked_for=name,
            case=case,
            about=about,
            numbers=numbers,
            moments=time_line(case),
            clocks=clocks(case),
            related=related_cases(backend, viewer, case["case_id"]),
            may_see_identities=Right.IDENTITY in viewer.rights,
            done=done,
            refused=refused,
            may_again=may_again,
            news=said_since(case, refused.form.get(READ_AT, "")) if refused and refused.has_changed else [],
            decidable=decidable,
            units=units_near(backend, case["unit_division"]) if decidable else [],
            request_id=request_id,
            purposes=[purpose.value for purpose in Purpose],
            verdict_words=WORDS,
        )

    def again(request: Request, viewer: Viewer, refused: Refused) -> Response:
        """The case with a form that was refused."""
        name, about = request.path_params["name"], request.path_params.get("petition_id", "")
        return shown(request, viewer, name, refused=refused, about=about)

    @routes.get("/cases/{name}")
    def case_page(
        name: str,
        request: Request,
        viewer: Annotated[Viewer, Depends(needs)],
        done: Annotated[str, Query(max_length=64)] = "",
    ) -> Response:
        """One case with all that belongs to it; `done` is what was decided a moment ago."""
        return shown(request, viewer, name, done=done)

    @routes.post("/cases/{name}/decisions")
    def decide_by_form(
        name: str,
        form: Annotated[Form, Depends(read_form)],
        viewer: Annotated[Viewer, Depends(FormNeeds(backend, Right.DECIDE, again))],
    ) -> Response:
        """Decide about a case; then the case again, which follows in a moment."""
        asked = {field: value for field, value in form.items() if field != READ_AT}
        made = decide(backend, viewer, name, as_asked(DecisionAsked, asked))
        return RedirectResponse(f"/cases/{made.case_id}?done={made.kind.value}", SEE_OTHER)

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
        viewer: Annotated[Viewer, Depends(FormNeeds(backend, Right.CASES, again))],
    ) -> Response:
        """Who wrote one petition, for a purpose; the look is recorded."""
        try:
            purpose = Purpose(form.get("purpose", ""))
        except ValueError:
            raise ApiProblem(422, "invalid", "a purpose is needed", field="purpose") from None
        identity = identity_of(backend, viewer, name, petition_id, purpose)
        back = f"/cases/{name}#{petition_id}"
        told: dict[str, Any] = {"purpose": purpose.value, "identity": identity}
        return pages.page(request, "identity.html", viewer, here=back, back=back, **told)

    return routes


def _is_of(refused: Refused, one: Decidable) -> bool:
    """Whether the form is that of the decision, and what is wrong can be told in it."""
    fields = {"unit": one.needs_unit, "article": one.needs_article, "reason": True}
    can_be_told = fields.get(refused.field, refused.problem.code in SAME_AGAIN)
    return one.kind.value == refused.form.get("kind") and can_be_told


def _as_kept(clock: Told) -> Told:
    """The clock as the case tells it, without whose it is."""
    return {name: value for name, value in clock.items() if name != "of"}
