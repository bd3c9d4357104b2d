"""Dead letters of the own territory: counted, listed without their bytes, and sent back once more."""

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

import orjson
from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.deciding import Act, RequestId, once
from consumers.api.errors import RETRY_AFTER_S, ApiProblem, not_found
from consumers.dead_letters.known import LettersUnavailable
from consumers.dead_letters.resending import NotReplayable, counted, hindrance
from consumers.message import Message
from consumers.rights.scope import sees_division
from consumers.rights.viewer import Right, Viewer
from schemas.events import DeadLetter
from schemas.keys import digest
from schemas.replay_events import ReplayRequest
from schemas.terms import AuditKind, Role, Stage
from schemas.topics import Topic

SHOWN: Final = 200
T = TypeVar("T")


class LetterCount(BaseModel):
    """How many letters there are of one kind."""

    stage: Stage
    reason: str
    field: str
    source: str
    count: int


class LetterPage(BaseModel):
    """The dead letters that concern the viewer; of each, the place and the reason, never what was written."""

    total: int
    counts: list[LetterCount]
    letters: list[dict[str, Any]]
    """The latest."""


class ReplayAsked(BaseModel):
    """One more time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request_id: RequestId


class ReplayKept(BaseModel):
    """The letter that will be sent back."""

    letter_id: str


def dead_letter_routes(backend: Backend) -> APIRouter:
    """The routes of dead letters."""
    routes = APIRouter()
    needs = Needs(backend, Right.REPLAY)

    @routes.get("/dead-letters", response_model=LetterPage)
    def letters(viewer: Annotated[Viewer, Depends(needs)]) -> Response:
        """What could not be processed, of the sources of one's territory."""
        return Response(orjson.dumps(letters_of(backend, viewer)), media_type="application/json")

    @routes.post("/dead-letters/{letter_id}/replay", status_code=202)
    def sent_back(letter_id: str, asked: ReplayAsked, viewer: Annotated[Viewer, Depends(needs)]) -> ReplayKept:
        """Have a record sent back to where it came from; the same `request_id` again asks for nothing."""
        return ReplayKept(letter_id=send_back(backend, viewer, letter_id, asked).letter_id)

    return routes


def letters_of(backend: Backend, viewer: Viewer) -> dict[str, Any]:
    """The letters that concern the viewer, as a `LetterPage`; raises a 503."""
    found = [letter for letter in _read(backend.letters.all) if _concerns(viewer, letter)]
    counts = sorted(counted(found).items(), key=lambda one: (-one[1], one[0]))
    names = ("stage", "reason", "field", "source")
    return {
        "total": len(found),
        "counts": [dict(zip(names, kind, strict=True)) | {"count": count} for kind, count in counts],
        "letters": [_told(letter) for letter in found[:SHOWN]],
    }


def send_back(backend: Backend, viewer: Viewer, letter_id: str, asked: ReplayAsked) -> DeadLetter:
    """Ask for one visible letter to be sent back; raises an `ApiProblem` where that may not be, or cannot be now.

    The console itself writes to no topic that records come from.
    """

    def act() -> Act:
        letter = next((one for one in _read(backend.letters.all) if one.letter_id == letter_id), None)
        if letter is None or not _concerns(viewer, letter):
            raise not_found()
        try:
            _read(lambda: backend.letters.message(letter_id))
        except NotReplayable as error:
            raise ApiProblem(409, "not_replayable", str(error)) from None
        event_id = digest("replay", letter_id, viewer.name, asked.request_id)
        request = ReplayRequest(
            request_id="V" + event_id, letter_id=letter_id, by=viewer.name, at=backend.sessions.now
        )
        message = Message(Topic.REPLAYS, 0, letter_id.encode(), request.to_bytes())
        return Act(letter, event_id, AuditKind.DEAD_LETTER_REPLAYED, [message], subject=letter_id)

    made: DeadLetter = once(backend, viewer, (letter_id, asked), asked.request_id, act)
    return made


def _concerns(viewer: Viewer, letter: DeadLetter) -> bool:
    """Those of the index name a case and no source: the province alone sees them, and what has no source."""
    if viewer.role is Role.PROVINCE:
        return True
    return letter.stage is not Stage.INDEX and sees_division(viewer, letter.source)


def _read(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except LettersUnavailable:
        message = "the dead letters cannot be read now; come again"
        raise ApiProblem(503, "unavailable", message, retry_after_s=RETRY_AFTER_S) from None


def _told(letter: DeadLetter) -> dict[str, Any]:
    told = letter.model_dump(mode="json", exclude={"raw", "receipt"})
    return told | {"can_go_back": not hindrance(letter)}
