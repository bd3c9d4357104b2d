"""Alerts: the latest as a list, and a feed of Server-Sent Events that goes on where a connection was lost."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from consumers.api.access import Needs
from consumers.api.alert_log import AlertLog, Entry
from consumers.api.alert_views import digest_of, latest_alerts, seen_by, visible_entries
from consumers.api.backend import Backend
from consumers.api.streams import After, LastEventId, Told, event_lines, feed, start_of, still_allowed
from consumers.rights.viewer import Right, Viewer
from consumers.search.reader import IndexReader
from schemas.office_time import office_day

MOST_SIZE = 500


class AlertPage(BaseModel):
    """Alerts, the latest first."""

    alerts: list[dict[str, Any]]


class AlertDigest(BaseModel):
    """The alerts of one day."""

    on: date
    rules: list[dict[str, Any]]


def alert_routes(backend: Backend) -> APIRouter:
    """The routes of alerts."""
    routes = APIRouter()
    needs = Needs(backend, Right.ALERTS)

    @routes.get("/alerts", response_model=AlertPage)
    def alerts(
        viewer: Annotated[Viewer, Depends(needs)], size: Annotated[int, Query(ge=1, le=MOST_SIZE)] = 50
    ) -> Response:
        """The latest alerts about what the viewer may see."""
        return Response(orjson.dumps({"alerts": latest_alerts(backend, viewer, size)}), media_type="application/json")

    @routes.get("/alerts/digest", response_model=AlertDigest)
    def digest(viewer: Annotated[Viewer, Depends(needs)], on: date | None = None) -> Response:
        """The alerts of one day by rule: how many, and what they are about; without a day those of today."""
        return Response(
            orjson.dumps(digest_of(backend, viewer, on or office_day(backend.sessions.now))),
            media_type="application/json",
        )

    @routes.get("/alerts/stream", response_class=StreamingResponse)
    def stream(
        request: Request,
        viewer: Annotated[Viewer, Depends(needs)],
        last_event_id: LastEventId = "",
        after: After = None,
        follow: bool = True,
    ) -> Response:
        """Each alert once, from behind `Last-Event-ID`; at first `after`; without both only new ones.

        Ends with the session.
        """

        start = start_of(backend.alerts, last_event_id, after)
        still = still_allowed(backend, request, Right.ALERTS)
        return feed(events(backend.alerts, start, still, backend.cases, follow=follow))

    return routes


def events(
    alerts: AlertLog,
    start: int,
    still: Callable[[], Viewer | None],
    cases: Callable[[Viewer], IndexReader],
    *,
    follow: bool,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AsyncIterator[bytes]:
    """The lines of one feed. `still` says who may see it now, None when it has to end."""

    def told(viewer: Viewer, part: Sequence[Entry]) -> Told:
        visible = visible_entries(viewer, cases(viewer), part, now())
        return [(entry[0], seen_by(viewer, entry, alerts.action_on(entry[1].alert_id))) for entry in visible]

    return event_lines("alert", alerts, start, still, told, follow=follow)
