"""A county contests a number of the statistics; a level above answers. Both are events, and both are audited."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.deciding import Act, Reason, RequestId, once, signed
from consumers.api.errors import ApiProblem, not_found
from consumers.api.statistics import figures_of
from consumers.deciding.reasons import checked_reason
from consumers.message import Message
from consumers.rights.scope import sees_division, stands_above
from consumers.rights.viewer import Right, Viewer
from consumers.search.query_language import MOST_CHARACTERS
from consumers.statistics.contests import Contested
from schemas.keys import digest
from schemas.statistics_events import NumberContest
from schemas.terms import AuditKind, ContestKind
from schemas.topics import Topic


class ContestAsked(BaseModel):
    """Which number is wrong, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str = Field(max_length=64)
    q: str = Field(default="", max_length=MOST_CHARACTERS)
    """The search whose cases were counted."""
    claimed: int | None = Field(default=None, ge=0)
    reason: Reason
    request_id: RequestId


class AnswerAsked(BaseModel):
    """What the level above found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal[ContestKind.UPHELD, ContestKind.ACCEPTED]
    reason: Reason
    request_id: RequestId


class ContestKept(BaseModel):
    """A contest or an answer that Kafka has."""

    contest_id: str
    kind: ContestKind


class ContestList(BaseModel):
    """Contests about the own territory, the latest first."""

    contests: list[dict[str, Any]]


def contest_routes(backend: Backend) -> APIRouter:
    """The routes of contests."""
    routes = APIRouter()

    @routes.get("/contests", response_model=ContestList)
    def contests(viewer: Annotated[Viewer, Depends(Needs(backend, Right.CASES))]) -> Response:
        """The contested numbers of the own territory, with their answers."""
        told = {"contests": visible_contests(backend, viewer)}
        return Response(orjson.dumps(told), media_type="application/json")

    @routes.post("/contests", status_code=202)
    def contested(
        asked: ContestAsked, viewer: Annotated[Viewer, Depends(Needs(backend, Right.CONTEST))]
    ) -> ContestKept:
        """Contest a number of the own territory."""
        return _kept(contest(backend, viewer, asked))

    @routes.post("/contests/{contest_id}/answer", status_code=202)
    def answered(
        contest_id: str, asked: AnswerAsked, viewer: Annotated[Viewer, Depends(Needs(backend, Right.ANSWER))]
    ) -> ContestKept:
        """Answer a contest of a level below."""
        return _kept(answer(backend, viewer, contest_id, asked))

    return routes


def contest(backend: Backend, viewer: Viewer, asked: ContestAsked) -> NumberContest:
    """Contest a number as the viewer sees it now; raises an `ApiProblem`, or a `QueryError` for a wrong search."""

    def act() -> Act:
        shown = {one["name"]: one["value"] for one in figures_of(backend, viewer, asked.q)}.get(asked.number)
        if shown is None:
            raise ApiProblem(422, "invalid", "there is no such number", field="number")
        contest_id = "K" + digest("contest", viewer.name, asked.request_id)
        made = NumberContest(
            step_id="N" + digest("contest-step", contest_id, ContestKind.RAISED.value),
            contest_id=contest_id,
            kind=ContestKind.RAISED,
            number=asked.number,
            query=asked.q,
            division=viewer.territory,
            shown=shown,
            claimed=asked.claimed,
            reason=checked_reason(asked.reason),
            by=signed(backend, viewer),
            unit=viewer.unit,
            at=backend.sessions.now,
        )
        return _act(made, AuditKind.NUMBER_CONTESTED)

    return _done(backend, once(backend, viewer, asked, asked.request_id, act))


def answer(backend: Backend, viewer: Viewer, contest_id: str, asked: AnswerAsked) -> NumberContest:
    """Answer a visible contest, once; nobody answers what the own level contests."""

    def act() -> Act:
        known = backend.contests.get(contest_id)
        if known is None or not sees_division(viewer, known.contest.division):
            raise not_found()
        if not stands_above(viewer, known.contest.division):
            raise ApiProblem(403, "forbidden", "a contest is answered by a level above")
        if known.answer is not None:
            raise ApiProblem(409, "answered", "this contest has been answered")
        made = NumberContest(
            contest_id=contest_id,
            number=known.contest.number,
            query=known.contest.query,
            division=known.contest.division,
            shown=known.contest.shown,
            claimed=known.contest.claimed,
            step_id="N" + digest("contest-step", contest_id, asked.kind.value, viewer.name),
            kind=asked.kind,
            reason=checked_reason(asked.reason),
            by=signed(backend, viewer),
            unit=viewer.unit,
            at=backend.sessions.now,
        )
        return _act(made, AuditKind.CONTEST_ANSWERED)

    return _done(backend, once(backend, viewer, (contest_id, asked), asked.request_id, act))


def visible_contests(backend: Backend, viewer: Viewer) -> list[dict[str, Any]]:
    """The contests about numbers that the viewer sees, as they are told."""
    return [
        _told(one) | {"may_answer": one.answer is None and stands_above(viewer, one.contest.division)}
        for one in backend.contests.all()
        if sees_division(viewer, one.contest.division)
    ]


def _act(made: NumberContest, kind: AuditKind) -> Act:
    message = Message(Topic.CONTESTS, 0, made.contest_id.encode(), made.to_bytes())
    return Act(made, made.step_id, kind, [message], subject=made.contest_id)


def _done(backend: Backend, made: NumberContest) -> NumberContest:
    """Known at once, not only when it has come back from Kafka."""
    backend.contests.take([made])
    return made


def _kept(made: NumberContest) -> ContestKept:
    return ContestKept(contest_id=made.contest_id, kind=made.kind)


def _told(one: Contested) -> dict[str, Any]:
    contest, answered = one.contest, one.answer
    return {
        "contest_id": contest.contest_id,
        "number": contest.number,
        "query": contest.query,
        "division": contest.division,
        "shown": contest.shown,
        "claimed": contest.claimed,
        "reason": contest.reason,
        "by": contest.by,
        "at": contest.at.isoformat(),
        "state": one.state.value,
        "label": one.state.label,
        "stands": one.stands,
        "answer": {"reason": answered.reason, "by": answered.by, "at": answered.at.isoformat()} if answered else None,
    }
