"""The alerts of the instance as the console knows them: read from their topic once, then as they come.

The topic has one partition, so an offset is a place in the order of all alerts: it is the id by which a feed goes on.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from threading import Event, Lock

from consumers.following import Read, follow_topics
from schemas.alert_events import AlertAction
from schemas.events import Alert
from schemas.settings import Settings
from schemas.terms import AlertActionKind
from schemas.topics import Topic

MOST_KEPT = 50_000
"""Alerts in memory; older ones are in the topic only."""

Entry = tuple[int, Alert]
"""Offset and alert."""


class AlertLog:
    """The latest alerts in their order, and a wake-up for those who wait for more."""

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        """Empty."""
        self._entries: list[Entry] = []
        self._by_id: dict[str, Entry] = {}
        self._actions: dict[str, AlertAction] = {}
        self._most_kept = most_kept
        self._lock = Lock()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def add(self, entries: Iterable[Entry]) -> None:
        """Keep later alerts and wake all who wait; safe from any thread."""
        with self._lock:
            new = list(entries)
            every = self._entries + new
            self._entries = every[-self._most_kept :]
            self._by_id |= {entry[1].alert_id: entry for entry in new}
            for _, old in every[: -self._most_kept]:
                self._by_id.pop(old.alert_id, None)
            waiting, self._waiting = self._waiting, set()
        for loop, event in waiting:
            loop.call_soon_threadsafe(event.set)

    def act(self, action: AlertAction) -> None:
        """Keep what somebody said to an alert; who has acknowledged it is not forgotten by putting it off."""
        known = self._actions.get(action.alert_id)
        if known is None or known.kind is not AlertActionKind.ACKNOWLEDGED:
            self._actions[action.alert_id] = action

    def action_on(self, alert_id: str) -> AlertAction | None:
        """What was said to an alert."""
        return self._actions.get(alert_id)

    def get(self, alert_id: str) -> Entry | None:
        """One alert by its id."""
        with self._lock:
            return self._by_id.get(alert_id)

    def after(self, offset: int) -> list[Entry]:
        """The alerts behind an offset, the earliest first; -1 means from the beginning."""
        with self._lock:
            return self._entries[bisect_right(self._entries, offset, key=lambda entry: entry[0]) :]

    def latest(self, count: int) -> list[Entry]:
        """The last so many."""
        with self._lock:
            return self._entries[-count:]

    @property
    def newest(self) -> int:
        """The offset of the last one; -1 where there is none."""
        with self._lock:
            return self._entries[-1][0] if self._entries else -1

    async def wait(self, offset: int, timeout_s: float) -> None:
        """Return when there is an alert behind the offset, or after the time."""
        event = asyncio.Event()
        mark = asyncio.get_running_loop(), event
        with self._lock:
            if self._entries and self._entries[-1][0] > offset:
                return
            self._waiting.add(mark)
        try:
            async with asyncio.timeout(timeout_s):
                await event.wait()
        except TimeoutError:
            return
        finally:
            with self._lock:
                self._waiting.discard(mark)


def follow_alerts(settings: Settings, alerts: AlertLog, stop: Event) -> None:
    """Read the alerts, and what was said to them, from the beginning; go on until told to stop."""

    def take(events: Sequence[Read]) -> None:
        for one in events:
            if one.topic is Topic.ALERT_ACTIONS:
                alerts.act(one.event)
        if came := [(one.offset, one.event) for one in events if one.topic is Topic.ALERTS]:
            alerts.add(came)

    follow_topics(settings, {Topic.ALERTS: Alert, Topic.ALERT_ACTIONS: AlertAction}, take, stop)
