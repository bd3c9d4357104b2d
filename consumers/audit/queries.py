"""Audit records as documents, and the search for them. Pure."""

from datetime import date
from typing import Any

import orjson

from consumers.audit.mapping import PROPERTIES
from schemas.audit_events import AuditRecord
from schemas.divisions import place_path
from schemas.terms import AuditKind


def document_bytes(record: AuditRecord) -> bytes:
    """The record as it is indexed, with all divisions whose supervisors may look it up."""
    found = {name: getattr(record, name) for name in PROPERTIES if name != "territories"}
    return orjson.dumps(found | {"territories": place_path(record.territory)})


def audit_body(
    *, by: str = "", case: str = "", kind: AuditKind | None = None, first: date | None, last: date | None, size: int
) -> dict[str, Any]:
    """The records that fit all that is given, the latest first; days are those of Beijing."""
    named = {"by": by, "case_id": case, "kind": kind.value if kind else ""}
    filters: list[dict[str, Any]] = [{"term": {field: value}} for field, value in named.items() if value]
    days = {"gte": first, "lte": last}
    bounds = {sign: day.isoformat() for sign, day in days.items() if day is not None}
    if bounds:
        filters.append({"range": {"at": bounds | {"time_zone": "+08:00"}}})
    return {
        "query": {"bool": {"filter": filters}},
        "sort": [{"at": "desc"}, "audit_id"],
        "size": size,
        "track_total_hits": True,
    }
