"""Takes what an official decided or judged: checked, audited, sent, and answered when Kafka has it.

Pages and JSON routes use the same functions, so that neither can do what the other refuses.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from consumers.api import audit
from consumers.api.acts import OtherRequest
from consumers.api.backend import Backend
from consumers.api.cases import case_named
from consumers.api.errors import ApiProblem
from consumers.api.keeping import send
from consumers.api.limits import DECISIONS
from consumers.api.views import Document
from consumers.deciding import decisions, judgements
from consumers.deciding.reasons import Unfit
from consumers.message import Message
from consumers.rights.deciding import SIGNED_BY_UNIT, decidable, may_be_named
from consumers.rights.viewer import Viewer
from schemas.contract import Contract
from schemas.events import Decision, Judgement
from schemas.keys import digest
from schemas.terms import AuditKind, DecisionKind, Opinion

Reason = Annotated[str, Field(min_length=1, max_length=500)]
RequestId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
"""Made by the page for each form: the same id again is the same act."""


class DecisionAsked(BaseModel):
    """What an official decides about a case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: DecisionKind
    reason: Reason
    unit: str = Field(default="", max_length=64)
    """Who gets the case by a transfer, an assignment or a ruling."""
    article: str = Field(default="", max_length=200)
    """What a refusal cites."""
    version: int = Field(ge=1)
    """Of the case that the official has read; another one has come meanwhile where it differs."""
    request_id: RequestId


class JudgementAsked(BaseModel):
    """What an official judges about two petitions. A case stands for the petition that it is named after."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    one: str = Field(max_length=64)
    other: str = Field(max_length=64)
    opinion: Opinion
    reason: Reason
    request_id: RequestId


class Act(NamedTuple):
    """What is about to be done."""

    event: Contract
    event_id: str
    kind: AuditKind
    messages: Iterable[Message]
    case_id: str = ""
    subject: str = ""
    """What it is about where that is no case."""


def decide(backend: Backend, viewer: Viewer, name: str, asked: DecisionAsked) -> Decision:
    """Decide about a visible case; raises an `ApiProblem` where that may not be, or cannot be now."""

    def act() -> Act:
        case = case_named(backend.cases(viewer), name)
        # Before the right: that somebody has decided meanwhile may be why it is no longer the viewer's to decide.
        if asked.version != case["version"]:
            raise ApiProblem(409, "changed", "the case has changed since you read it", field="version")
        if asked.kind not in decidable(viewer, case, backend.offices()):
            raise ApiProblem(403, "forbidden", "this is not yours to decide in this case", field="kind")
        _check_unit(backend, viewer, asked, case)
        made = decisions.decision(
            case,
            asked.kind,
            by=signed(backend, viewer),
            reason=asked.reason,
            at=backend.sessions.now,
            unit=viewer.unit if asked.kind in SIGNED_BY_UNIT else asked.unit,
            article=asked.article,
            occasion=asked.request_id,
        )
        messages = decisions.messages([made], backend.partitions)
        return Act(made, made.decision_id, AuditKind.DECIDED, messages, made.case_id)

    made: Decision = once(backend, viewer, (name, asked), asked.request_id, act)
    return made


def judge(backend: Backend, viewer: Viewer, asked: JudgementAsked) -> Judgement:
    """Judge about two visible petitions; raises an `ApiProblem` where that may not be, or cannot be now."""

    def act() -> Act:
        reader = backend.cases(viewer)
        case, other = (case_named(reader, name) for name in (asked.one, asked.other))
        made = judgements.judgement(
            judgements.side(asked.one, [case]),
            judgements.side(asked.other, [other]),
            asked.opinion,
            by=signed(backend, viewer),
            reason=asked.reason,
            at=backend.sessions.now,
            occasion=asked.request_id,
        )
        messages = judgements.messages(made, backend.partitions)
        return Act(made, made.judgement_id, AuditKind.JUDGED, messages, case["case_id"])

    made: Judgement = once(backend, viewer, asked, asked.request_id, act)
    return made


def signed(backend: Backend, viewer: Viewer) -> str:
    """Who decides, as it stands in the story: the office and the official's sign-in name."""
    return f"{backend.names().get(viewer.unit, viewer.unit)} {viewer.name}"


def once(backend: Backend, viewer: Viewer, asked: Hashable, request_id: str, act: Callable[[], Act]) -> Any:
    """Do what was asked unless the same request has done it; the event that it led to.

    The audit record is kept before anything is sent; tried again, it is the same record.
    """
    backend.limits.take("decisions", viewer.name, DECISIONS)
    try:
        known = backend.acts.done(viewer.name, request_id, asked)
        if known is not None:
            return known
        made = act()
        audit_id = "U" + digest("audit", made.event_id)
        audit.keep(backend, viewer, made.kind, audit_id=audit_id, case_id=made.case_id, subject=made.subject)
        send(backend, made.messages, "it is not certain that it was kept; send the same request again")
    except Unfit as error:
        raise ApiProblem(422, "invalid", str(error), field=error.field) from None
    except OtherRequest:
        raise ApiProblem(409, "request_used", "this id belongs to another request", field="request_id") from None
    backend.acts.keep(viewer.name, request_id, asked, made.event)
    return made.event


def _check_unit(backend: Backend, viewer: Viewer, asked: DecisionAsked, case: Document) -> None:
    """Who gets a case exists, may be given it by the viewer, and is not complained about (articles 28, 30)."""
    if asked.kind not in decisions.NAME_A_UNIT or not asked.unit:
        return
    division = backend.offices().get(asked.unit)
    if division is None:
        raise ApiProblem(422, "unknown_unit", "the register has no such unit today", field="unit")
    if not may_be_named(viewer, asked.kind, division):
        raise ApiProblem(
            403, "beyond_territory", "the unit is not below yours; ask the common superior", field="unit"
        )
    if {asked.unit, *backend.above(asked.unit)} & set(case["accused_units"]):
        raise ApiProblem(409, "accused_unit", "the matter is about that unit or one above it", field="unit")
