"""Decisions about cases over HTTP, and which ones the viewer may make."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.cases import case_named
from consumers.api.deciding import DecisionAsked, decide
from consumers.api.views import Document
from consumers.deciding.decisions import CITE_A_GROUND, NAME_A_UNIT
from consumers.rights.deciding import decidable
from consumers.rights.viewer import Right, Viewer
from schemas.events import Decision
from schemas.terms import DecisionKind


class Decidable(BaseModel):
    """One decision that the viewer may make, and what it has to say."""

    kind: DecisionKind
    label: str
    needs_unit: bool
    needs_article: bool


class DecidableList(BaseModel):
    """What may be decided about one case, and the version that it is about."""

    case_id: str
    version: int
    kinds: list[Decidable]


class DecisionKept(BaseModel):
    """A decision that Kafka has; a moment later it stands in the story of its case."""

    decision_id: str
    kind: DecisionKind
    case_id: str
    by: str
    at: str


def decision_routes(backend: Backend) -> APIRouter:
    """The routes of decisions."""
    routes = APIRouter()
    needs = Needs(backend, Right.DECIDE)

    @routes.get("/cases/{name}/decisions")
    def may_decide(name: str, viewer: Annotated[Viewer, Depends(needs)]) -> DecidableList:
        """What the viewer may decide about a case now."""
        case = case_named(backend.cases(viewer), name)
        kinds = decidable_kinds(backend, viewer, case)
        return DecidableList(case_id=case["case_id"], version=case["version"], kinds=kinds)

    @routes.post("/cases/{name}/decisions", status_code=202)
    def decided(name: str, asked: DecisionAsked, viewer: Annotated[Viewer, Depends(needs)]) -> DecisionKept:
        """Decide about a case; answered when it is kept. The same `request_id` again decides nothing new."""
        return _kept(decide(backend, viewer, name, asked))

    return routes


def decidable_kinds(backend: Backend, viewer: Viewer, case: Document) -> list[Decidable]:
    """What the viewer may decide about a case, in the order of the vocabulary."""
    may = decidable(viewer, case, backend.offices())
    return [_told(kind) for kind in DecisionKind if kind in may]


def _told(kind: DecisionKind) -> Decidable:
    return Decidable(kind=kind, label=kind.label, needs_unit=kind in NAME_A_UNIT, needs_article=kind in CITE_A_GROUND)


def _kept(made: Decision) -> DecisionKept:
    return DecisionKept(
        decision_id=made.decision_id, kind=made.kind, case_id=made.case_id, by=made.by, at=made.at.isoformat()
    )
