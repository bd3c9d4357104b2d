"""A case as a page: where it stands, who is accountable and why, what happened, what is due; and who petitioned.

What is decided about it is sent by forms of the page. One in which a field is wrong comes back as it was filled in.
"""

from typing import Annotated, Any, Final, NamedTuple

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
from consumers.console.pages import Pages, told_of
from consumers.console.time_line import Told, clocks, time_line
from consumers.deciding.reasons import names_a_person
from consumers.rights.viewer import Right, Viewer
from consumers.search.linking_story import WORDS
from schemas.terms import Purpose

FIELDS: Final = frozenset({"unit", "article", "reason"})
"""Of a form that decides: what an official fills in."""


class Refused(NamedTuple):
    """A form in which one field is wrong."""

    problem: ApiProblem
    form: Form

    @property
    def kind(self) -> str:
        """The kind of decision, by which the form is found again."""
        return self.form.get("kind", "")

    @property
    def field(self) -> str | None:
        """The field that is wrong."""
        return self.problem.field

    @property
    def told(self) -> tuple[str, ...]:
        """Names of the texts that say why."""
        return told_of(self.problem)

    @property
    def may_come_back(self) -> bool:
        """Whether it is about what was filled in; a number of a person is never repeated."""
        return self.field in FIELDS and not any(map(names_a_person, self.form.values()))

    def is_of(self, one: Decidable) -> bool:
        """Whether the form is that of the decision and has the field."""
        fields = {"unit": one.needs_unit, "article": one.needs_article, "reason": True}
        return one.kind.value == self.kind and fields.get(self.field or "", False)


def case_page_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The pages of one case."""
    routes = APIRouter()
    needs = Needs(backend, Right.CASES)

    def shown(
        request: Request, viewer: Viewer, name: str, *, done: str = "", refused: Refused | None = None, **more: Any
    ) -> Response:
        """The case with all that belongs to it, and the forms that the viewer may send."""
        case = whole_case(backend, viewer, name)
        decidable = decidable_kinds(backend, viewer, case)
        if refused and not any(map(refused.is_of, decidable)):
            raise refused.problem
        return pages.page(
            request,
            "case.html",
            viewer,
            here=f"/cases/{case['case_id']}",
            case=case,
            numbers={petition["petition_id"]: number for number, petition in enumerate(case["petitions"], 1)},
            moments=time_line(case),
            clocks=clocks(case),
            related=related_cases(backend, viewer, case["case_id"]),
            may_see_identities=Right.IDENTITY in viewer.rights,
            done=done,
            refused=refused,
            decidable=decidable,
            units=units_near(backend, case["unit_division"]) if decidable else [],
            request_id=request_id,
            purposes=[purpose.value for purpose in Purpose],
            verdict_words=WORDS,
            **more,
        )

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
        request: Request,
        form: Annotated[Form, Depends(read_form)],
        viewer: Annotated[Viewer, Depends(FormNeeds(backend, Right.DECIDE))],
    ) -> Response:
        """Decide about a case; then the case again, which follows in a moment."""
        try:
            made = decide(backend, viewer, name, as_asked(DecisionAsked, form))
        except ApiProblem as problem:
            refused = Refused(problem, form)
            if not refused.may_come_back:
                raise
            return shown(request, viewer, name, refused=refused, status=problem.status)
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
