"""Audit records as documents, and the search for them. Pure."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

import orjson

from consumers.audit.mapping import PROPERTIES
from schemas.audit_events import AuditRecord
from schemas.divisions import place_path
from schemas.terms import AuditKind

MOST_CASES: Final = 10_000
"""Cases that records are about and that a superior is shown records of; of more, those with the latest records."""


def document_bytes(record: AuditRecord) -> bytes:
    """The record as it is indexed, with all divisions whose supervisors may look it up."""
    found = {name: getattr(record, name) for name in PROPERTIES if name != "territories"}
    return orjson.dumps(found | {"territories": place_path(record.territory)})


def audit_body(
    *,
    by: str = "",
    case: str = "",
    kind: AuditKind | None = None,
    first: date | None,
    last: date | None,
    size: int,
    among: Collection[str] | None = None,
) -> dict[str, Any]:
    """The records that fit all that is given, the latest first; days are those of Beijing.

    With `among` those about these cases, and those about no case.
    """
    named = {"by": by, "case_id": case, "kind": kind.value if kind else ""}
    filters: list[dict[str, Any]] = [{"term": {field: value}} for field, value in named.items() if value]
    days = {"gte": first, "lte": last}
    bounds = {sign: day.isoformat() for sign, day in days.items() if day is not None}
    if bounds:
        filters.append({"range": {"at": bounds | {"time_zone": "+08:00"}}})
    if among is not None:
        filters.append({"terms": {"case_id": ["", *sorted(among)]}})
    return {
        "query": {"bool": {"filter": filters}},
        "sort": [{"at": "desc"}, "audit_id"],
        "size": size,
        "track_total_hits": True,
    }


def cases_body(**asked: Any) -> dict[str, Any]:
    """Which cases the records are about, those with the latest records first; `asked` as for `audit_body`."""
    latest = {"latest": {"max": {"field": "at"}}}
    cases = {"field": "case_id", "size": MOST_CASES, "order": {"latest": "desc"}}
    return audit_body(**asked) | {"size": 0, "aggs": {"cases": {"terms": cases, "aggs": latest}}}
