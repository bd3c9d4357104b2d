"""How far each webhook got, as the metadata of one committed offset: it needs no topic and no file."""

import json
import logging
from dataclasses import dataclass
from threading import Lock

from confluent_kafka import Consumer, KafkaException, TopicPartition

from schemas.connections import librdkafka
from schemas.settings import Settings
from schemas.topics import Topic

log = logging.getLogger(__name__)

GROUP = "webhooks"
TIMEOUT_S = 30.0


class GroupPlaces:
    """The places of all webhooks of an instance. Safe from any thread."""

    def __init__(self, settings: Settings) -> None:
        """Asks Kafka for what was committed; a new webhook begins with what is new."""
        self._lock = Lock()
        self._topic = Topic.ALERTS.under(settings.prefix)
        group = {"group.id": f"{settings.prefix}.{GROUP}", "enable.auto.commit": False, "log_level": 2}
        self._consumer = Consumer(librdkafka(settings) | group)
        place = TopicPartition(self._topic, 0)
        (found,) = self._consumer.committed([place], timeout=TIMEOUT_S)
        self._known: dict[str, int] = json.loads(found.metadata or "{}") if found.offset >= 0 else {}
        self._newest = int(self._consumer.get_watermark_offsets(place, timeout=TIMEOUT_S)[1]) - 1

    def of(self, name: str) -> "Place":
        """The place of one webhook."""
        return Place(self, name)

    def read(self, name: str) -> int:
        """See `Place`."""
        with self._lock:
            return self._known.setdefault(name, self._newest)

    def write(self, name: str, offset: int) -> None:
        """See `Place`. Where Kafka does not keep it now, it is kept with the next one: the console goes on."""
        with self._lock:
            self._known[name] = offset
            told = json.dumps(self._known, separators=(",", ":"))
            place = TopicPartition(self._topic, 0, max(0, min(self._known.values()) + 1), metadata=told)
            try:
                self._consumer.commit(offsets=[place], asynchronous=False)
            except KafkaException as error:
                log.warning("a webhook's place is not kept yet", extra={"error": type(error).__name__})


@dataclass(frozen=True, slots=True)
class Place:
    """See `consumers.api.webhooks.Places`."""

    places: GroupPlaces
    name: str

    def read(self) -> int:
        """The offset of the last alert that was sent or passed over."""
        return self.places.read(self.name)

    def write(self, offset: int) -> None:
        """Keep it."""
        self.places.write(self.name, offset)
