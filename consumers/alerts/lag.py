"""How many messages wait for each process: asked now and then, beside the feed, which must not wait for it."""

import logging
from threading import Event, Thread
from typing import Final

from confluent_kafka import KafkaException

from consumers.replay import TopicUnreadable, behind
from schemas.settings import Settings
from schemas.topics import WAY

log = logging.getLogger(__name__)

EVERY_S: Final = 60.0


class LagLook:
    """Looks until told to stop; what it saw last can be taken from any thread."""

    def __init__(self, settings: Settings, stop: Event) -> None:
        """Begins at once."""
        self._settings = settings
        self._stop = stop
        self.seen: dict[str, int] = {}
        """Process → messages that wait for it."""
        Thread(target=self._look, name="lag", daemon=True).start()

    def _look(self) -> None:
        while not self._stop.wait(EVERY_S):
            for process, topics in WAY.items():
                group = f"{self._settings.prefix}.{process}"
                try:
                    waiting = behind(self._settings, group, *(topic.under(self._settings.prefix) for topic in topics))
                except (TopicUnreadable, KafkaException) as error:
                    log.warning("lag not known", extra={"worker": process, "error": type(error).__name__})
                    continue
                self.seen[process] = sum(waiting.values())
