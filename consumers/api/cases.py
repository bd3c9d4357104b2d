"""Search, one case with its story, and its related cases. All within what the viewer may see."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel

from consumers.api import views
from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.errors import ApiProblem, not_found
from consumers.api.narrowing import narrower
from consumers.api.paging import Cursors, Place
from consumers.rights.viewer import Right, Viewer
from consumers.search import finder
from consumers.search.days import today
from consumers.search.queries import foreign_body, related_body
from consumers.search.query_language import MOST_CHARACTERS, QUOTES, QueryError, parse_query, query_terms
from consumers.search.reader import IndexReader, PointLost

MOST_SIZE = 100
RELATED = 10
MOST_TRIED = 3
"""Corrections that are tried: each is one more search, and only where the first found too little."""


class CaseHit(BaseModel):
    """One found case."""

    case: dict[str, Any]
    highlights: list[list[dict[str, Any]]]
    """Fragments; each is a list of parts `{"text", "is_found"}`."""


class CasePage(BaseModel):
    """A page of a search."""

    total: int
    cases: list[CaseHit]
    facets: dict[str, dict[str, int]]
    did_you_mean: list[str]
    """Queries with a word put right, each of which finds something that the viewer may see."""
    missing: int
    """How many of the words each case may lack, because none has all of them."""
    next: str | None
    """Cursor of the next page."""


class RelatedCases(BaseModel):
    """Cases that are about something similar."""

    cases: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked of a search; the same for the interface and for the pages."""

    q: str = ""
    sort: str = "relevance"
    size: int = 10
    facets: bool = False
    cursor: str = ""
    within: str = ""
    """A second query that must hold as well."""


def case_routes(backend: Backend) -> APIRouter:
    """The routes of cases."""
    routes = APIRouter()
    needs = Needs(backend, Right.CASES)

    @routes.get("/cases", response_model=CasePage)
    def search(
        viewer: Annotated[Viewer, Depends(needs)],
        q: Annotated[str, Query(max_length=MOST_CHARACTERS)] = "",
        sort: Literal["relevance", "newest", "oldest", "due"] = "relevance",
        size: Annotated[int, Query(ge=1, le=MOST_SIZE)] = 10,
        facets: bool = False,
        cursor: Annotated[str, Query(max_length=8_000)] = "",
        within: Annotated[str, Query(max_length=MOST_CHARACTERS)] = "",
    ) -> Response:
        """Search; `within` is a second query that must hold as well.

        From the second page on the result is that of one moment, which is kept for two minutes.
        """
        return _json(found_page(backend, viewer, Search(q, sort, size, facets, cursor, within)))

    @routes.get("/cases/{name}", response_model=dict[str, Any])
    def case(name: str, viewer: Annotated[Viewer, Depends(needs)]) -> Response:
        """One case with its whole story, by its id or the id of one of its petitions."""
        return _json(whole_case(backend, viewer, name))

    @routes.get("/cases/{name}/related", response_model=RelatedCases)
    def related(name: str, viewer: Annotated[Viewer, Depends(needs)]) -> Response:
        """Cases whose texts share most with this one."""
        return _json({"cases": related_cases(backend, viewer, name)})

    return routes


def found_page(backend: Backend, viewer: Viewer, asked: Search) -> dict[str, Any]:
    """A page of a search as a `CasePage`; raises `QueryError` and `ApiProblem`."""
    cursors = Cursors(backend.cursor_key)
    owner = (viewer.name, asked.q, asked.within, asked.sort)
    place = cursors.read(asked.cursor, *owner) if asked.cursor else None
    reader = backend.cases(viewer)
    options = {"today": today(), "words": backend.spelling.words, "within": narrower(backend, asked.within)}
    shown = {"with_facets": asked.facets, "sort": asked.sort, "size": asked.size}
    found, point = _page(backend, reader, asked.q, place, **shown, **options)
    is_enough = found.total and not found.missing
    is_last = len(found.hits) < asked.size
    if is_last and point:
        reader.close_point(point)
    following = None if is_last else cursors.write(Place(point, found.hits[-1].sort, found.missing), *owner)
    return {
        "total": found.total,
        "cases": [_hit(hit) for hit in found.hits],
        "facets": found.facets,
        "missing": found.missing,
        "did_you_mean": [] if is_enough else _suggested(reader, asked.q, backend, options),
        "next": following,
    }


def whole_case(backend: Backend, viewer: Viewer, name: str) -> dict[str, Any]:
    """One case with its story, without the names of cases that the viewer may not see; raises a 404."""
    reader = backend.cases(viewer)
    return _shown(reader, case_named(reader, name))


def related_cases(backend: Backend, viewer: Viewer, name: str) -> list[dict[str, Any]]:
    """Summaries of the cases whose texts share most with a visible one; raises a 404."""
    reader = backend.cases(viewer)
    hits = reader.search(related_body(case_named(reader, name), RELATED))["hits"]["hits"]
    return [views.summary(hit["_source"]) for hit in hits]


def case_named(reader: IndexReader, name: str) -> views.Document:
    """The visible case of that id; raises the same 404 for one that does not exist and one that is not visible."""
    try:
        found = finder.find_cases(reader, name) if views.NAME.fullmatch(name) else []
    except finder.NoSuchCase:
        found = []
    if len(found) != 1:
        raise not_found()
    return found[0]


def _page(
    backend: Backend, reader: IndexReader, q: str, place: Place | None, **options: Any
) -> tuple[finder.Found, str]:
    """The first page is a plain search; whoever turns the page gets a kept moment."""
    query = backend.query(q)
    options["marks"] = (views.MARK_ON, views.MARK_OFF)
    if place is None:
        return finder.search_kindly(reader, query, **options), ""
    point = place.point or reader.open_point()
    try:
        found = finder.search(reader, query, point=point, after=place.after, missing=place.missing, **options)
    except PointLost:
        problem = "the result is no longer kept; search again"
        raise ApiProblem(410, "cursor_lost", problem, field="cursor") from None
    return replace(found, missing=place.missing), point


def _suggested(reader: IndexReader, q: str, backend: Backend, options: Mapping[str, Any]) -> list[str]:
    """Queries with one word put right; only those that find something visible, so that none leads nowhere."""
    corrected = islice(_corrected(q, backend), MOST_TRIED)
    return [one for one in corrected if finder.search(reader, backend.query(one), size=0, **options).total]


def _corrected(q: str, backend: Backend) -> Iterator[str]:
    """The query with each of its words in turn put right where it stands; filters and quotations stay as they are."""
    for term in query_terms(q):
        if term.name or term.is_excluded or q[term.start] in QUOTES:
            continue
        for near in backend.spelling.near(term.value):
            one = f"{q[: term.start]}{near}{q[term.end :]}"
            with suppress(QueryError):
                backend.query(one)
                yield one


def _hit(hit: finder.Hit) -> dict[str, Any]:
    return {"case": views.summary(hit.case), "highlights": views.highlighted(hit.highlights)}


def _shown(reader: IndexReader, document: views.Document) -> dict[str, Any]:
    case = views.full(document) | {"same_answers": _same_answers(reader, document)}
    foreign = views.foreign_names(case)
    if not foreign:
        return case
    hits = reader.search(foreign_body(foreign))["hits"]["hits"]
    seen = {name for hit in hits for name in (hit["_source"]["case_id"], *hit["_source"]["petition_ids"])}
    return views.masked(case, foreign - seen)


def _same_answers(reader: IndexReader, document: views.Document) -> int:
    """How many other visible matters were answered with the same text; documents from before answers know none."""
    if not document.get("answers"):
        return 0
    like = parse_query(f"answered_like:{document['case_id']}")
    return finder.search(reader, like, today=today(), size=0).total


def _json(value: Any) -> Response:
    """Not validated again: the model is there for the description of the interface."""
    return Response(orjson.dumps(value), media_type="application/json")
