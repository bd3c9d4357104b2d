"""What officials did: kept before it happens, and looked up by their superiors."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel

from consumers.api.access import Needs
from consumers.api.backend import AuditUnavailable, Backend
from consumers.api.errors import RETRY_AFTER_S, ApiProblem
from consumers.audit.queries import audit_body, cases_body
from consumers.rights.viewer import Right, Viewer
from consumers.search.queries import foreign_body
from consumers.search.reader import IndexReader
from schemas.audit_events import AuditRecord
from schemas.keys import founding_petition
from schemas.terms import AuditKind

MOST_SIZE = 500
AT_ONCE = 500
"""Cases that the index is asked about together."""


class AuditPage(BaseModel):
    """Audit records, the latest first."""

    total: int
    records: list[dict[str, Any]]


def keep(backend: Backend, viewer: Viewer, kind: AuditKind, *, audit_id: str = "", **about: Any) -> None:
    """Keep a record of what the viewer is about to do; raises a 503 where it cannot be kept, and nothing happens.

    With an `audit_id` the same act leaves the same record, however often it is tried.
    """
    record = AuditRecord(
        audit_id=audit_id or "U" + secrets.token_hex(8),
        kind=kind,
        at=backend.sessions.now,
        by=viewer.name,
        role=viewer.role,
        unit=viewer.unit,
        territory=viewer.territory,
        **about,
    )
    try:
        backend.audit_log.keep(record)
    except AuditUnavailable:
        message = "what you do cannot be recorded now, so it is not done; come again"
        raise ApiProblem(503, "unavailable", message, retry_after_s=RETRY_AFTER_S) from None


def audit_routes(backend: Backend) -> APIRouter:
    """The route of superiors and auditors."""
    routes = APIRouter()

    @routes.get("/audit", response_model=AuditPage)
    def audit(
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.AUDIT))],
        by: Annotated[str, Query(max_length=64)] = "",
        case: Annotated[str, Query(max_length=64)] = "",
        kind: AuditKind | None = None,
        first: date | None = None,
        last: date | None = None,
        size: Annotated[int, Query(ge=1, le=MOST_SIZE)] = 50,
    ) -> Response:
        """What officials of one's own territory did, by name, case, kind and days."""
        found = audit_page(backend, viewer, by=by, case=case, kind=kind, first=first, last=last, size=size)
        return Response(orjson.dumps(found), media_type="application/json")

    return routes


def audit_page(backend: Backend, viewer: Viewer, **asked: Any) -> dict[str, Any]:
    """The records that the viewer may look up, as an `AuditPage`; `asked` as for `audit_body`.

    Who supervises learns of no case that `visible_cases` leaves out, neither by a record nor by a count. Auditors see
    no case, and what officials did about all of them.
    """
    audits = backend.audits(viewer)
    if Right.CASES in viewer.rights:
        buckets = audits.search(cases_body(**asked))["aggregations"]["cases"]["buckets"]
        asked["among"] = _visible(backend.cases(viewer), [one["key"] for one in buckets if one["key"]])
    hits = audits.search(audit_body(**asked))["hits"]
    return {"total": hits["total"]["value"], "records": [hit["_source"] for hit in hits["hits"]]}


def _visible(reader: IndexReader, cases: Sequence[str]) -> set[str]:
    """Those of the cases that can be seen; instead of one that was merged, the case that took its petition over."""
    seen: set[str] = set()
    for at in range(0, len(cases), AT_ONCE):
        part = {case: {case, founding_petition(case)} for case in cases[at : at + AT_ONCE]}
        hits = reader.search(foreign_body(set().union(*part.values())))["hits"]["hits"]
        found = {name for hit in hits for name in (hit["_source"]["case_id"], *hit["_source"]["petition_ids"])}
        seen |= {case for case, names in part.items() if not names.isdisjoint(found)}
    return seen
