"""Whether the numbers stand for everything, or counties have not reported what they received."""

from datetime import date, timedelta
from typing import Any, Final

from consumers.api.backend import Backend
from consumers.api.errors import RETRY_AFTER_S, ApiProblem
from consumers.rights.scope import concerns
from consumers.rights.viewer import Viewer
from consumers.search.days import today
from consumers.search.query_language import Query
from consumers.statistics.reported import ReportsUnavailable
from consumers.statistics.silence import Completeness, Reporting, Silence, completeness

LOOKED_AT: Final = timedelta(days=30)
"""Without a first day in the search, so many days until its last one."""


def completeness_of(backend: Backend, viewer: Viewer, q: str) -> dict[str, Any]:
    """Who is silent, behind or lacks days in the days of a search, as a `CompletenessBody`; raises `QueryError`."""
    first, last = days_of(backend.query(q), today())
    try:
        reporting = backend.reporting().of(lambda county: concerns(viewer, county))
    except ReportsUnavailable:
        return _told(Completeness(first, last, counties=0))
    return _told(completeness(reporting, first, last, today()))


def known_reporting(backend: Backend) -> Reporting:
    """What the counties have reported; raises a 503 where nobody can tell."""
    try:
        return backend.reporting()
    except ReportsUnavailable:
        message = "nobody can tell now which counties are silent; come again"
        raise ApiProblem(503, "unavailable", message, retry_after_s=RETRY_AFTER_S) from None


def days_of(query: Query, today: date) -> tuple[date, date]:
    """The first and last day that a search is about; nobody has reported about tomorrow."""
    last = min([today, *map(date.fromisoformat, query.filters.get("to", ()))])
    usual = last - min(LOOKED_AT, last - date.min)
    first = max(map(date.fromisoformat, query.filters.get("from", ())), default=usual)
    return min(first, last), last


def _told(found: Completeness) -> dict[str, Any]:
    return {
        "is_complete": found.is_complete,
        "first": found.first,
        "last": found.last,
        "counties": found.counties,
        "silent": [_county(one) for one in found.silent],
        "late": [_county(one) for one in found.late],
        "missing": [{"county": one.county, "days": list(one.days)} for one in found.missing],
    }


def _county(silence: Silence) -> dict[str, Any]:
    return {"county": silence.county, "days": silence.days}
