"""How the counties of one's territory report: zero, late, missing and wrong reports, by county."""

from datetime import date, timedelta
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import BaseModel

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.completeness import known_reporting
from consumers.api.errors import ApiProblem
from consumers.rights.scope import sees_division
from consumers.rights.viewer import Right, Viewer
from consumers.search.days import today
from consumers.statistics.feeds import FeedRow, feed_rows
from consumers.statistics.silence import silences

USUAL: Final = timedelta(days=29)
"""Before the last day, where no first one is asked for."""
MOST_DAYS: Final = 366


class Feed(BaseModel):
    """The reports of one county."""

    county: str
    is_silent: bool
    reported: int
    zero: int
    missing: list[date]
    late: list[date]
    wrong: list[date]
    corrections: int
    received: int
    rejected: int
    first_on: date | None
    last_on: date | None


class FeedPage(BaseModel):
    """The reports of the counties of one's territory about some days."""

    first: date
    last: date
    counties: list[Feed]


def feed_routes(backend: Backend) -> APIRouter:
    """The route of county reports."""
    routes = APIRouter()

    @routes.get("/feeds", response_model=FeedPage)
    def feeds(
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.FEEDS))],
        first: date | None = None,
        last: date | None = None,
    ) -> Response:
        """Reports by county about the days from first to last; without them the thirty days until yesterday."""
        return Response(orjson.dumps(feeds_of(backend, viewer, first, last)), media_type="application/json")

    return routes


def feeds_of(backend: Backend, viewer: Viewer, first: date | None, last: date | None) -> dict[str, Any]:
    """The reports as a `FeedPage`, counties that were silent first; raises an `ApiProblem`."""
    on = today()
    last = min(last or date.max, on - timedelta(days=1))
    first = first or (last - USUAL if last - date.min >= USUAL else date.max)
    if not timedelta() <= last - first < timedelta(days=MOST_DAYS):
        raise ApiProblem(422, "invalid", f"one to {MOST_DAYS} days that have passed", field="first")
    reporting = known_reporting(backend).of(lambda county: sees_division(viewer, county))
    silent = {one.county for one in silences(reporting, first, last, on)}
    rows = sorted(feed_rows(reporting, first, last, on), key=lambda row: (row.county not in silent, row.county))
    return {"first": first, "last": last, "counties": [_told(row, row.county in silent) for row in rows]}


def _told(row: FeedRow, is_silent: bool) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Feed.model_fields if name != "is_silent"} | {"is_silent": is_silent}
