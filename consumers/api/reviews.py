"""The review queue, and what officials judge: which petitions are one matter."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.deciding import JudgementAsked, Reason, RequestId, judge
from consumers.rights.viewer import Right, Viewer
from consumers.search.review import asked as questions
from schemas.events import Judgement
from schemas.keys import founding_petition
from schemas.terms import Opinion

MOST_SIZE = 100


class ReviewPage(BaseModel):
    """Questions that the rules leave to people, the surest first."""

    questions: list[dict[str, Any]]


class MergeAsked(BaseModel):
    """The case that is the same matter."""

    other: str = Field(max_length=64)
    reason: Reason
    request_id: RequestId


class SplitAsked(BaseModel):
    """The petition of the case that is another matter."""

    petition_id: str = Field(max_length=64)
    reason: Reason
    request_id: RequestId


class JudgementKept(BaseModel):
    """A judgement that Kafka has; a moment later the cases follow it."""

    judgement_id: str
    opinion: Opinion
    pair: list[str]
    by: str
    at: str


def review_routes(backend: Backend) -> APIRouter:
    """The routes of the review queue."""
    routes = APIRouter()
    needs = Needs(backend, Right.JUDGE)

    @routes.get("/reviews", response_model=ReviewPage)
    def reviews(
        viewer: Annotated[Viewer, Depends(needs)],
        place: Annotated[str, Query(pattern=r"^[0-9]{0,12}$")] = "",
        size: Annotated[int, Query(ge=1, le=MOST_SIZE)] = 20,
        left_open: bool = False,
    ) -> Response:
        """Pairs of visible petitions of which the rules cannot tell whether they are one matter, with the evidence.

        `size` is of cases; `left_open` brings what somebody could not tell either.
        """
        told = {"questions": open_questions(backend, viewer, place, size, left_open=left_open)}
        return Response(orjson.dumps(told), media_type="application/json")

    @routes.post("/judgements", status_code=202)
    def judged(asked: JudgementAsked, viewer: Annotated[Viewer, Depends(needs)]) -> JudgementKept:
        """Judge about two petitions; answered when it is kept. The latest judgement about a pair counts."""
        return _kept(judge(backend, viewer, asked))

    @routes.post("/cases/{name}/merge", status_code=202)
    def merge(name: str, asked: MergeAsked, viewer: Annotated[Viewer, Depends(needs)]) -> JudgementKept:
        """The case and another one are the same matter."""
        return _kept(judge(backend, viewer, _about(name, asked.other, Opinion.SAME, asked)))

    @routes.post("/cases/{name}/split", status_code=202)
    def split(name: str, asked: SplitAsked, viewer: Annotated[Viewer, Depends(needs)]) -> JudgementKept:
        """A petition is another matter than the one after which its case is named."""
        return _kept(judge(backend, viewer, _about(name, asked.petition_id, Opinion.NOT_SAME, asked)))

    return routes


def open_questions(
    backend: Backend, viewer: Viewer, place: str, size: int, *, left_open: bool = False
) -> list[dict[str, Any]]:
    """Pairs of visible petitions that people have to judge, the surest first, each with both texts."""
    found = questions(
        backend.cases(viewer),
        county=place,
        size=size,
        with_left_open=left_open,
        is_shown=lambda one: one.other is not None,
    )
    return [one.as_json() for one in found]


def _about(name: str, other: str, opinion: Opinion, asked: MergeAsked | SplitAsked) -> JudgementAsked:
    one = founding_petition(name) if name.startswith("C") else name
    return JudgementAsked(one=one, other=other, opinion=opinion, reason=asked.reason, request_id=asked.request_id)


def _kept(made: Judgement) -> JudgementKept:
    return JudgementKept(
        judgement_id=made.judgement_id,
        opinion=made.opinion,
        pair=list(made.pair),
        by=made.by,
        at=made.at.isoformat(),
    )
