"""Alerts: the latest as a list, and a feed of Server-Sent Events that goes on where a connection was lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from consumers.api.access import Needs
from consumers.api.alert_log import AlertLog
from consumers.api.alert_views import AT_ONCE, digest_of, latest_alerts, shown, visible_entries
from consumers.api.backend import Backend
from consumers.rights.viewer import Right, Viewer
from consumers.search.reader import IndexReader, IndexUnavailable
from schemas.office_time import office_day

MOST_SIZE = 500
KEEP_ALIVE_S = 15.0
"""A line without meaning, so that no proxy takes a quiet feed for a dead one; then rights are looked at again."""


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
        last_event_id: Annotated[str, Header(pattern=r"^\d{0,18}$")] = "",
        after: Annotated[int | None, Query(ge=-1)] = None,
        follow: bool = True,
    ) -> Response:
        """Each alert once, from behind `Last-Event-ID`; at first `after`; without both only new ones.

        Ends with the session.
        """

        def still() -> Viewer | None:
            session = request.state.session
            found = backend.viewer_named(session.name) if backend.sessions.is_open(session) else None
            return found if found is not None and Right.ALERTS in found.rights else None

        start = int(last_event_id) if last_event_id else backend.alerts.newest if after is None else after
        return StreamingResponse(
            events(backend.alerts, start, still, backend.cases, follow=follow), media_type="text/event-stream"
        )

    return routes


async def events(
    alerts: AlertLog,
    start: int,
    still: Callable[[], Viewer | None],
    cases: Callable[[Viewer], IndexReader],
    *,
    follow: bool,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AsyncIterator[bytes]:
    """The lines of one feed. `still` says who may see it now, None when it has to end.

    The id of a part without visible alerts is sent as well, so that a new connection does not look at it again.
    """
    at = start
    while (viewer := await asyncio.to_thread(still)) is not None:
        part = alerts.after(at)[:AT_ONCE]
        if part:
            try:
                visible = await asyncio.to_thread(visible_entries, viewer, cases(viewer), part, now())
            except IndexUnavailable:
                return  # the reader comes again, from where it was
            for entry in visible:
                told = shown(entry, alerts.action_on(entry[1].alert_id))
                yield b"id: %d\nevent: alert\ndata: %s\n\n" % (entry[0], orjson.dumps(told))
            at = part[-1][0]
            yield b"id: %d\nevent: reached\ndata:\n\n" % at
        elif follow:
            yield b": waiting\n\n"
            await alerts.wait(at, KEEP_ALIVE_S)
        else:
            return
