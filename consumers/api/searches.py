"""Kept searches: how often one would tell something, keeping it, and what it has found."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.deciding import RequestId
from consumers.api.errors import ApiProblem, not_found
from consumers.api.keeping import send
from consumers.api.limits import DECISIONS
from consumers.api.streams import After, LastEventId, Told, event_lines, feed, start_of, still_allowed
from consumers.api.views import summary
from consumers.deciding.reasons import names_a_person
from consumers.message import Message
from consumers.rights.viewer import Right, Viewer
from consumers.saved.found import Find
from consumers.saved.matching import a_week
from consumers.saved.shelf import MOST_KEPT
from consumers.search import finder
from consumers.search.queries import foreign_body
from consumers.search.query_language import MOST_CHARACTERS, parse_query
from schemas.keys import digest
from schemas.office_time import office_day
from schemas.search_events import SavedSearch
from schemas.terms import Notice
from schemas.topics import Topic

MOST_WEEKS: Final = 52
USUAL_WEEKS: Final = 8
MOST_HITS: Final = 500


class SearchAsked(BaseModel):
    """A search to be kept."""

    name: str = Field(min_length=1, max_length=100)
    query: str = Field(max_length=MOST_CHARACTERS)
    notice: Notice = Notice.AT_ONCE
    request_id: RequestId


class SearchBody(BaseModel):
    """A kept search."""

    search_id: str
    name: str
    query: str
    notice: Notice
    created_at: str


class SearchList(BaseModel):
    """The kept searches of the viewer."""

    searches: list[SearchBody]


class Estimate(BaseModel):
    """How often a search would have told something."""

    weeks: int
    found: int
    a_week: float


class Hits(BaseModel):
    """What a kept search has found, the latest first."""

    hits: list[dict[str, Any]]


def search_routes(backend: Backend) -> APIRouter:
    """The routes of kept searches."""
    routes = APIRouter()
    needs = Needs(backend, Right.CASES)

    @routes.get("/searches")
    def searches(viewer: Annotated[Viewer, Depends(needs)]) -> SearchList:
        """The viewer's own."""
        return SearchList(searches=[_told(one) for one in backend.shelf.of(viewer.name)])

    @routes.get("/searches/estimate")
    def estimate(
        viewer: Annotated[Viewer, Depends(needs)],
        q: Annotated[str, Query(max_length=MOST_CHARACTERS)],
        weeks: Annotated[int, Query(ge=1, le=MOST_WEEKS)] = USUAL_WEEKS,
    ) -> Estimate:
        """How many visible cases of the past weeks the search would have told of."""
        return estimated(backend, viewer, q, weeks)

    @routes.post("/searches", status_code=201)
    def keep_search(asked: SearchAsked, viewer: Annotated[Viewer, Depends(needs)]) -> SearchBody:
        """Keep a search; it tells what comes from now on. The same `request_id` again keeps it once."""
        return _told(kept(backend, viewer, asked))

    @routes.delete("/searches/{search_id}", status_code=204)
    def delete(search_id: str, viewer: Annotated[Viewer, Depends(needs)]) -> Response:
        """Keep it no longer."""
        forget(backend, viewer, search_id)
        return Response(status_code=204)

    @routes.get("/searches/stream", response_class=StreamingResponse)
    def stream(
        request: Request,
        viewer: Annotated[Viewer, Depends(needs)],
        last_event_id: LastEventId = "",
        after: After = None,
        follow: bool = True,
    ) -> Response:
        """Each case that a search to be told at once has found, once, from behind `Last-Event-ID`; at first `after`.

        Without both only new ones. Ends with the session.
        """
        start = start_of(backend.finds, last_event_id, after)
        still = still_allowed(backend, request, Right.CASES)

        def told(viewer: Viewer, part: Sequence[Find]) -> Told:
            return finds_of(backend, viewer, part)

        return feed(event_lines("found", backend.finds, start, still, told, follow=follow))

    @routes.get("/searches/{search_id}/found", response_model=Hits)
    def found(search_id: str, viewer: Annotated[Viewer, Depends(needs)]) -> Response:
        """What a search has found of what the viewer may still see; a digest shows those of a day."""
        told = {"hits": hits_of(backend, viewer, search_id)}
        return Response(orjson.dumps(told), media_type="application/json")

    return routes


def estimated(backend: Backend, viewer: Viewer, q: str, weeks: int = USUAL_WEEKS) -> Estimate:
    """How many visible cases of the past weeks the search would have told of; raises `QueryError`."""
    today = office_day(backend.sessions.now)
    since = parse_query(f"from:{today - timedelta(weeks=weeks)}")
    options: dict[str, Any] = {"words": backend.spelling.words, "within": since, "size": 0}
    found = finder.search(backend.cases(viewer), backend.query(q), today=today, **options).total
    return Estimate(weeks=weeks, found=found, a_week=a_week(found, weeks))


def kept(backend: Backend, viewer: Viewer, asked: SearchAsked) -> SavedSearch:
    """Keep a search once; raises `QueryError`, and an `ApiProblem` where it cannot be kept."""
    backend.query(asked.query)
    for field, text in (("query", asked.query), ("name", asked.name)):
        if names_a_person(text):
            raise ApiProblem(422, "invalid", "nobody is watched: no numbers of persons", field=field)
    made = SavedSearch(
        search_id="Q" + digest("search", viewer.name, asked.request_id),
        owner=viewer.name,
        name=asked.name,
        query=asked.query,
        notice=asked.notice,
        created_at=backend.sessions.now,
    )
    own = {one.search_id: one for one in backend.shelf.of(viewer.name)}
    if made.search_id in own:
        return own[made.search_id]
    if len(own) >= MOST_KEPT:
        raise ApiProblem(409, "too_many_kept", f"at most {MOST_KEPT} searches are kept; delete one")
    _keep(backend, viewer, made)
    return made


def forget(backend: Backend, viewer: Viewer, search_id: str) -> None:
    """Keep one of the viewer's own no longer; raises a 404."""
    _keep(backend, viewer, _own(backend, viewer, search_id).with_changes(is_deleted=True))


def finds_of(backend: Backend, viewer: Viewer, part: Sequence[Find]) -> Told:
    """What of these finds is by the viewer's own searches to be told at once, about cases the viewer may see now."""
    own = {one.search_id: one for one in backend.shelf.of(viewer.name) if one.notice is Notice.AT_ONCE}
    mine = [(offset, hit) for offset, hit in part if hit.search_id in own]
    seen = _seen(backend, viewer, {hit.case_id for _, hit in mine})
    return [
        (
            offset,
            {
                "id": offset,
                "search_id": hit.search_id,
                "name": own[hit.search_id].name,
                "case_id": hit.case_id,
                "title": seen[hit.case_id]["title"],
                "at": hit.at,
                "is_late": hit.is_late,
            },
        )
        for offset, hit in mine
        if hit.case_id in seen
    ]


def hits_of(backend: Backend, viewer: Viewer, search_id: str) -> list[dict[str, Any]]:
    """What one of the viewer's own has found and the viewer may still see, the latest first; raises a 404."""
    hits = backend.shelf.hits(_own(backend, viewer, search_id).search_id)[:MOST_HITS]
    seen = _seen(backend, viewer, {one.case_id for one in hits})
    return [
        {"case_id": one.case_id, "at": one.at, "is_late": one.is_late, "case": seen[one.case_id]}
        for one in hits
        if one.case_id in seen
    ]


def _seen(backend: Backend, viewer: Viewer, ids: set[str]) -> dict[str, dict[str, Any]]:
    """Those of the cases that the viewer may see now, without their texts."""
    if not ids:
        return {}
    answer = backend.cases(viewer).search(foreign_body(ids) | {"_source": {"excludes": ["bodies", "story"]}})
    return {one["_source"]["case_id"]: summary(one["_source"]) for one in answer["hits"]["hits"]}


def _own(backend: Backend, viewer: Viewer, search_id: str) -> SavedSearch:
    """A search of the viewer; another's is answered like one that does not exist."""
    found = next((one for one in backend.shelf.of(viewer.name) if one.search_id == search_id), None)
    if found is None:
        raise not_found()
    return found


def _keep(backend: Backend, viewer: Viewer, search: SavedSearch) -> None:
    backend.limits.take("decisions", viewer.name, DECISIONS)
    send(backend, [Message(Topic.SEARCHES, 0, search.search_id.encode(), search.to_bytes())])
    backend.shelf.put(search)


def _told(search: SavedSearch) -> SearchBody:
    return SearchBody(
        search_id=search.search_id,
        name=search.name,
        query=search.query,
        notice=search.notice,
        created_at=search.created_at.isoformat(),
    )
