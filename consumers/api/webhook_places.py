"""How far a webhook got, as the committed offset of a consumer group of its own: it needs no topic and no file."""

from confluent_kafka import Consumer, TopicPartition

from schemas.connections import librdkafka
from schemas.settings import Settings
from schemas.topics import Topic

TIMEOUT_S = 30.0


class GroupPlaces:
    """See `consumers.api.webhooks.Places`."""

    def __init__(self, settings: Settings, name: str) -> None:
        """`name` is that of the webhook."""
        group = f"{settings.prefix}.webhook.{name}"
        self._topic = Topic.ALERTS.under(settings.prefix)
        self._consumer = Consumer(
            librdkafka(settings) | {"group.id": group, "enable.auto.commit": False, "log_level": 2}
        )

    def read(self) -> int:
        """The last offset that was committed; a new webhook begins with what is new."""
        place = TopicPartition(self._topic, 0)
        (found,) = self._consumer.committed([place], timeout=TIMEOUT_S)
        if found.offset >= 0:
            return int(found.offset) - 1
        return int(self._consumer.get_watermark_offsets(place, timeout=TIMEOUT_S)[1]) - 1

    def write(self, offset: int) -> None:
        """Commit the offset behind it."""
        self._consumer.commit(offsets=[TopicPartition(self._topic, 0, offset + 1)], asynchronous=False)
