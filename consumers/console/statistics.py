"""Statistics as a page: each number with its definition, its cases, and whether a county contests it."""

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
from consumers.console.forms import Form, FormNeeds, read_form
from consumers.console.pages import Pages
from consumers.console.query_links import marked
from consumers.console.tile_map import shown_map
from consumers.rights.viewer import Right, Viewer
from consumers.search.days import today
from consumers.search.query_language import MOST_CHARACTERS, QueryError
from consumers.statistics.numbers import GROUPINGS
from consumers.statistics.tile_map import MEASURES, USUAL


def statistics_page_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The page of statistics, and where its forms are sent."""
    routes = APIRouter()

    @routes.get("/statistics")
    def statistics_page(
        request: Request,
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.CASES))],
        q: Annotated[str, Query(max_length=MOST_CHARACTERS)] = "",
        by: By = "county",
        measure: Annotated[str, Query(max_length=40)] = USUAL.name,
        done: bool = False,
    ) -> Response:
        """Numbers with their definitions, each leading to its cases, and one of them as a map.

        `done`: a contest or an answer was kept.
        """
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
            shown["wrong"] = (error, marked(q, error.at))
        contests = visible_contests(backend, viewer)
        return pages.page(
            request,
            "statistics.html",
            viewer,
            status=400 if shown["wrong"] else 200,
            contests=contests,
            in_doubt={
                (one["division"], one["number"]): one["contest_id"]
                for one in reversed(contests)
                if one["stands"] and one["query"] == q
            },
            done=done,
            request_id=request_id,
            **shown,
        )

    @routes.post("/contests")
    def contest_by_form(
        form: Annotated[Form, Depends(read_form)],
        viewer: Annotated[Viewer, Depends(FormNeeds(backend, Right.CONTEST))],
    ) -> Response:
        """Contest a number; then the statistics again."""
        made = contest(backend, viewer, as_asked(ContestAsked, form))
        return _back(made.query)

    @routes.post("/contests/{contest_id}/answer")
    def answer_by_form(
        contest_id: str,
        form: Annotated[Form, Depends(read_form)],
        viewer: Annotated[Viewer, Depends(FormNeeds(backend, Right.ANSWER))],
    ) -> Response:
        """Answer a contest; then the statistics again."""
        made = answer(backend, viewer, contest_id, as_asked(AnswerAsked, form))
        return _back(made.query)

    return routes


def _back(query: str) -> Response:
    return RedirectResponse(f"/statistics?{urlencode({'q': query, 'done': True})}#contests", SEE_OTHER)
