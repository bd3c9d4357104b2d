"""Alerts: the latest as a list, and a feed of Server-Sent Events that goes on where a connection was lost."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from consumers.api.access import Needs
from consumers.api.alert_log import AlertLog, Entry
from consumers.api.backend import Backend
from consumers.rights.scope import sees_division
from consumers.rights.viewer import Right, Viewer
from consumers.search.queries import foreign_body
from consumers.search.reader import IndexReader, IndexUnavailable

MOST_SIZE = 500
LOOKED_THROUGH = 5_000
"""Alerts among which those of one viewer are looked for."""
AT_ONCE = 500
KEEP_ALIVE_S = 15.0
"""A line without meaning, so that no proxy takes a quiet feed for a dead one; then rights are looked at again."""


class AlertPage(BaseModel):
    """Alerts, the latest first."""

    alerts: list[dict[str, Any]]


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
            user = backend.users.get(session.name) if backend.sessions.is_open(session) else None
            found = backend.viewer(user) if user else None
            return found if found is not None and Right.ALERTS in found.rights else None

        newest = backend.alerts.latest(1)
        known = newest[0][0] if newest else -1
        start = int(last_event_id) if last_event_id else known if after is None else after
        return StreamingResponse(
            events(backend.alerts, start, still, backend.cases, follow=follow), media_type="text/event-stream"
        )

    return routes


def latest_alerts(backend: Backend, viewer: Viewer, size: int) -> list[dict[str, Any]]:
    """So many alerts about what the viewer may see, the latest first."""
    latest = backend.alerts.latest(LOOKED_THROUGH)
    parts = [latest[at : at + AT_ONCE] for at in range(0, len(latest), AT_ONCE)]
    found: list[Entry] = []
    for part in reversed(parts):
        found = visible_entries(viewer, backend.cases(viewer), part) + found
        if len(found) >= size:
            break
    return [shown(entry) for entry in reversed(found[-size:])]


async def events(
    alerts: AlertLog,
    start: int,
    still: Callable[[], Viewer | None],
    cases: Callable[[Viewer], IndexReader],
    *,
    follow: bool,
) -> AsyncIterator[bytes]:
    """The lines of one feed. `still` says who may see it now, None when it has to end.

    The id of a part without visible alerts is sent as well, so that a new connection does not look at it again.
    """
    at = start
    while (viewer := await asyncio.to_thread(still)) is not None:
        part = alerts.after(at)[:AT_ONCE]
        if part:
            try:
                visible = await asyncio.to_thread(visible_entries, viewer, cases(viewer), part)
            except IndexUnavailable:
                return  # the reader comes again, from where it was
            for entry in visible:
                yield b"id: %d\nevent: alert\ndata: %s\n\n" % (entry[0], orjson.dumps(shown(entry)))
            at = part[-1][0]
            yield b"id: %d\nevent: reached\ndata:\n\n" % at
        elif follow:
            yield b": waiting\n\n"
            await alerts.wait(at, KEEP_ALIVE_S)
        else:
            return


def visible_entries(viewer: Viewer, reader: IndexReader, entries: Sequence[Entry]) -> list[Entry]:
    """The alerts about cases that the viewer may see, and about feeds of the own territory."""
    subjects = {alert.subject for _, alert in entries if alert.unit}
    seen: set[str] = set()
    if subjects:
        hits = reader.search(foreign_body(subjects))["hits"]["hits"]
        seen = {hit["_source"]["case_id"] for hit in hits}
    return [
        (offset, alert)
        for offset, alert in entries
        if (alert.subject in seen if alert.unit else sees_division(viewer, alert.division))
    ]


def shown(entry: Entry) -> dict[str, Any]:
    """An alert as it is sent; about a case, a unit, a day or a feed, never about a person."""
    offset, alert = entry
    return {
        "id": offset,
        "alert_id": alert.alert_id,
        "rule": alert.rule.value,
        "label": alert.rule.label,
        "subject": alert.subject,
        "raised_at": alert.raised_at,
        "unit": alert.unit,
        "unit_name": alert.unit_name,
        "division": alert.division,
        "due_on": alert.due_on,
        "message": alert.message,
        "message_en": alert.message_en,
    }
