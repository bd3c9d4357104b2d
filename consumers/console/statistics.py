"""Statistics as a page: each number with its definition, its cases, and whether a county contests it."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.completeness import completeness_of
from consumers.api.contests import AnswerAsked, ContestAsked, answer, contest, visible_contests
from consumers.api.statistics import By, numbers_of
from consumers.console.deciding import as_asked, request_id
from consumers.console.entry import SEE_OTHER
from consumers.console.forms import Form, FormNeeds, read_form, wanted_by
from consumers.console.pages import Pages
from consumers.console.query_links import marked
from consumers.console.refused import Refused
from consumers.console.tile_map import shown_map
from consumers.rights.viewer import Right, Viewer
from consumers.search.days import today
from consumers.search.query_language import MOST_CHARACTERS, QueryError
from consumers.statistics.numbers import GROUPINGS
from consumers.statistics.tile_map import MEASURES, USUAL


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted, and how it is shown."""

    q: Annotated[str, Query(max_length=MOST_CHARACTERS)] = ""
    by: By = "county"
    measure: Annotated[str, Query(max_length=40)] = USUAL.name

    def address(self, page: str, **more: str) -> str:
        """A page about these numbers."""
        return f"{page}?{urlencode({'q': self.q, 'by': self.by, 'measure': self.measure} | more)}"


def statistics_page_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The page of statistics, and where its forms are sent."""
    routes = APIRouter()

    def page(
        request: Request, viewer: Viewer, counted: Counted, *, done: bool = False, refused: Refused | None = None
    ) -> Response:
        """The numbers, with the form that was refused."""
        q, by, measure = counted.q, counted.by, counted.measure
        shown: dict[str, Any] = {"q": q, "by": by, "groupings": list(GROUPINGS), "wrong": None, "numbers": None}
        shown |= {"map": None, "measures": list(MEASURES)}
        shown |= {"may_report": Right.EXPORT in viewer.rights, "today": today()}
        try:
            shown["numbers"] = numbers_of(backend, viewer, q, by)
            shown["complete"] = completeness_of(backend, viewer, q)
            silent = frozenset(
                one["county"] for part in ("silent", "late", "missing") for one in shown["complete"][part]
            )
            shown["map"] = shown_map(backend, viewer, q, measure, shown["numbers"], by, silent)
        except QueryError as error:
            if refused:
                raise
            shown["wrong"] = (error, marked(q, error.at))
        contests = visible_contests(backend, viewer)
        return pages.page(
            request,
            "statistics.html",
            viewer,
            status=refused.problem.status if refused else 400 if shown["wrong"] else 200,
            here=counted.address("/statistics"),
            counted=counted,
            contests=contests,
            refused=refused,
            about=request.path_params.get("contest_id", ""),
            in_doubt={
                (one["division"], one["number"]): one["contest_id"]
                for one in reversed(contests)
                if one["stands"] and one["query"] == q
            },
            done=done,
            request_id=request_id,
            **shown,
        )

    def again(request: Request, viewer: Viewer, refused: Refused) -> Response:
        """The numbers with a form that was refused."""
        return page(request, viewer, wanted_by(request, Counted), refused=refused)

    @routes.get("/statistics")
    def statistics_page(
        request: Request,
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.CASES))],
        counted: Annotated[Counted, Depends(Counted)],
        done: bool = False,
    ) -> Response:
        """Numbers with their definitions, each leading to its cases, and one of them as a map.

        `done`: a contest or an answer was kept.
        """
        return page(request, viewer, counted, done=done)

    @routes.post("/contests")
    def contest_by_form(
        form: Annotated[Form, Depends(read_form)],
        viewer: Annotated[Viewer, Depends(FormNeeds(backend, Right.CONTEST, again))],
        counted: Annotated[Counted, Depends(Counted)],
    ) -> Response:
        """Contest a number; then the statistics again."""
        made = contest(backend, viewer, as_asked(ContestAsked, form))
        return _back(counted, made.query)

    @routes.post("/contests/{contest_id}/answer")
    def answer_by_form(
        contest_id: str,
        form: Annotated[Form, Depends(read_form)],
        viewer: Annotated[Viewer, Depends(FormNeeds(backend, Right.ANSWER, again))],
        counted: Annotated[Counted, Depends(Counted)],
    ) -> Response:
        """Answer a contest; then the statistics again."""
        made = answer(backend, viewer, contest_id, as_asked(AnswerAsked, form))
        return _back(counted, made.query)

    return routes


def _back(counted: Counted, query: str) -> Response:
    return RedirectResponse(f"{counted.address('/statistics', q=query, done='true')}#contests", SEE_OTHER)
