"""Ends a process that only looks alive: its offsets stand still while messages wait, or it was stopped for long."""

import logging
from collections.abc import Callable, Mapping
from threading import Thread
from time import monotonic, sleep

from confluent_kafka import Consumer, KafkaException, TopicPartition

from processors.counting import LAG
from processors.leaving import leave_at_once
from schemas.connections import librdkafka
from schemas.settings import Settings

log = logging.getLogger(__name__)

EXIT_STUCK = 70
_TICK_S = 1.0
_LOOK_EVERY_S = 10.0
_ANSWER_S = 5.0
Place = tuple[str, int]


class Standstill:
    """Since when places do not move although messages wait there. Pure."""

    def __init__(self) -> None:
        self._since: dict[Place, tuple[int, float]] = {}

    def seconds(self, places: Mapping[Place, tuple[int, int]], now: float) -> list[float]:
        """How long each of the places stands still by now; `places` tells offset and lag of each.

        A place where nothing waits does not stand still; one that is not told begins anew when it is told again.
        """
        before = self._since
        self._since = {
            place: (offset, before[place][1] if lag and place in before and before[place][0] == offset else now)
            for place, (offset, lag) in places.items()
        }
        return [now - self._since[place][1] for place, (_, lag) in places.items() if lag]

    def forget(self) -> None:
        """Something was done, or nothing could be: all begin anew."""
        self._since = {}


class Watchdog(Thread):
    """Looks at committed offsets from outside, with a client of its own.

    A process that did not run for most of a session time-out has lost its partitions without knowing it: it leaves
    before it can write what another worker has written since. `work` counts whatever else is progress, such as
    records read back into the state.

    `held` tells which places this process has; None while that is not settled, and then all of the group count as
    one: a process that never gets its share is stuck as well. Places take their turns, so while others move one of
    several may stand still as many times longer.
    """

    def __init__(
        self,
        settings: Settings,
        group: str,
        topics: list[str],
        *,
        patience_s: float,
        work: Callable[[], int],
        held: Callable[[], frozenset[Place] | None],
    ) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._consumer = Consumer(librdkafka(settings) | {"group.id": group, "log_level": 0})
        self._places = [TopicPartition(topic, number) for topic in topics for number in range(settings.partitions)]
        self._patience_s = patience_s
        self._session_s = settings.session_timeout_s
        self._work = work
        self._held = held
        self._worked = 0
        self._own, self._group = Standstill(), Standstill()

    def run(self) -> None:
        """Look until the process ends."""
        looked_at = before = monotonic()
        while True:
            sleep(_TICK_S)
            now = monotonic()
            if now - before > self._session_s * 0.8:
                self._leave("was stopped longer than its session lasts", now - before)
            before = now
            if now - looked_at >= _LOOK_EVERY_S:
                self._look()
                looked_at = before = monotonic()

    def _look(self) -> None:
        try:
            standing = self._standing()
        except KafkaException:
            self._forget()  # Kafka is away: standing still is right
            return
        LAG.labels(self._places[0].topic.rsplit(".", 1)[-1]).set(sum(lag for _, lag in standing.values()))
        worked = self._work()
        if worked != self._worked:
            self._worked = worked
            self._forget()
        seconds = self._stands_still(standing, monotonic())
        if seconds > self._patience_s:
            self._leave("offsets stand still while messages wait", seconds)

    def _standing(self) -> dict[Place, tuple[int, int]]:
        """Offset and lag of each place; what was deleted unread by its age does not wait."""
        found = {}
        for place in self._consumer.committed(self._places, timeout=_ANSWER_S):
            low, high = self._consumer.get_watermark_offsets(place, timeout=_ANSWER_S)
            found[place.topic, place.partition] = place.offset, high - max(place.offset, low)
        return found

    def _stands_still(self, standing: Mapping[Place, tuple[int, int]], now: float) -> float:
        """For how long this process does nothing about what waits for it."""
        held = self._held()
        if held is None:
            return min(self._group.seconds(standing, now), default=0.0)
        self._group.forget()
        seconds = self._own.seconds({place: at for place, at in standing.items() if place in held}, now)
        return max(min(seconds), max(seconds) / len(seconds)) if seconds else 0.0

    def _forget(self) -> None:
        self._own.forget()
        self._group.forget()

    def _leave(self, reason: str, seconds: float) -> None:
        log.critical("leaving: %s", reason, extra={"seconds": round(seconds, 1)})
        leave_at_once(EXIT_STUCK)
