"""Ends a process that only looks alive: its offsets stand still while messages wait, or it was stopped for long."""

import logging
import os
from collections.abc import Callable
from threading import Thread
from time import monotonic, sleep

from confluent_kafka import Consumer, KafkaException, TopicPartition

from processors.counting import LAG
from schemas.connections import librdkafka
from schemas.settings import Settings

log = logging.getLogger(__name__)

EXIT_STUCK = 70
_TICK_S = 1.0
_LOOK_EVERY_S = 10.0
_ANSWER_S = 5.0


class Watchdog(Thread):
    """Looks at committed offsets from outside, with a client of its own.

    A process that did not run for most of a session time-out has lost its partitions without knowing it: it leaves
    before it can write what another worker has written since. `work` counts whatever else is progress, such as
    records read back into the state.
    """

    def __init__(
        self,
        settings: Settings,
        group: str,
        topics: list[str],
        *,
        patience_s: float,
        work: Callable[[], int],
    ) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._consumer = Consumer(librdkafka(settings) | {"group.id": group, "log_level": 0})
        self._places = [TopicPartition(topic, number) for topic in topics for number in range(settings.partitions)]
        self._patience_s = patience_s
        self._session_s = settings.session_timeout_s
        self._work = work
        self._seen: tuple[dict[tuple[str, int], int], int] = ({}, 0)
        self._moved_at = monotonic()

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
            committed = self._consumer.committed(self._places, timeout=_ANSWER_S)
            lag = 0
            for place in committed:
                _, high = self._consumer.get_watermark_offsets(place, timeout=_ANSWER_S)
                lag += high - max(place.offset, 0)
        except KafkaException:
            self._moved_at = monotonic()  # Kafka is away: standing still is right
            return
        LAG.labels(self._places[0].topic.rsplit(".", 1)[-1]).set(lag)
        now = ({(place.topic, place.partition): place.offset for place in committed}, self._work())
        if now != self._seen or lag == 0:
            self._seen, self._moved_at = now, monotonic()
        elif monotonic() - self._moved_at > self._patience_s:
            self._leave("offsets stand still while messages wait", monotonic() - self._moved_at)

    def _leave(self, reason: str, seconds: float) -> None:
        log.critical("leaving: %s", reason, extra={"seconds": round(seconds, 1)})
        logging.shutdown()
        os._exit(EXIT_STUCK)
