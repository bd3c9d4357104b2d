"""Feeds of Server-Sent Events that go on where a connection was lost, within the rights of each moment."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Annotated, Any, Final, TypeVar

import orjson
from fastapi import Header, Query, Request
from fastapi.responses import StreamingResponse

from consumers.api.backend import Backend
from consumers.arrivals import Arrivals
from consumers.rights.viewer import Right, Viewer
from consumers.search.reader import IndexUnavailable

AT_ONCE: Final = 500
KEEP_ALIVE_S = 15.0
"""A line without meaning, so that no proxy takes a quiet feed for a dead one; then rights are looked at again."""

LastEventId = Annotated[str, Header(pattern=r"^\d{0,18}$")]
After = Annotated[int | None, Query(ge=-1)]
T = TypeVar("T")
Told = Sequence[tuple[int, Mapping[str, Any]]]
"""Offset and what is said about the event there."""


def start_of(arrivals: Arrivals[Any], last_event_id: str, after: int | None) -> int:
    """Behind which event a feed begins: the last one that arrived, else the one asked for, else the newest."""
    return int(last_event_id) if last_event_id else arrivals.newest if after is None else after


def still_allowed(backend: Backend, request: Request, right: Right) -> Callable[[], Viewer | None]:
    """Tells who reads a feed now; None when the session has ended or the right is gone."""
    session = request.state.session

    def still() -> Viewer | None:
        found = backend.viewer_named(session.name) if backend.sessions.is_open(session) else None
        return found if found is not None and right in found.rights else None

    return still


def feed(lines: AsyncIterator[bytes]) -> StreamingResponse:
    """The answer that sends the lines of a feed."""
    return StreamingResponse(lines, media_type="text/event-stream")


async def event_lines(
    name: str,
    arrivals: Arrivals[T],
    start: int,
    still: Callable[[], Viewer | None],
    told: Callable[[Viewer, Sequence[tuple[int, T]]], Told],
    *,
    follow: bool,
) -> AsyncIterator[bytes]:
    """The lines of one feed of events called `name`. `told` gives what a viewer may see of a part.

    The id of a part of which nothing may be seen is sent as well, so that a new connection does not look at it again.
    """
    at = start
    while (viewer := await asyncio.to_thread(still)) is not None:
        part = arrivals.after(at)[:AT_ONCE]
        if part:
            try:
                visible = await asyncio.to_thread(told, viewer, part)
            except IndexUnavailable:
                return  # the reader comes again, from where it was
            for offset, said in visible:
                yield b"id: %d\nevent: %s\ndata: %s\n\n" % (offset, name.encode(), orjson.dumps(said))
            at = part[-1][0]
            yield b"id: %d\nevent: reached\ndata:\n\n" % at
        elif follow:
            yield b": waiting\n\n"
            await arrivals.wait(at, KEEP_ALIVE_S)
        else:
            return
