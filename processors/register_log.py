"""The adopted changes of the register, read from their topic when a worker starts; a later one starts it again."""

import logging
import os
from threading import Thread
from time import monotonic, sleep

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from schemas.connections import without_group
from schemas.register_events import RegisterChange
from schemas.settings import Settings
from schemas.topics import Topic

log = logging.getLogger(__name__)

EXIT_REGISTER_CHANGED = 75
_ANSWER_S = 10.0
_LOOK_EVERY_S = 20.0
_ASK_AGAIN_S = 0.1
_MOVING = {KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE}
"""Said of a topic that has just been made, or whose leader changes."""


def adopted(settings: Settings) -> tuple[RegisterChange, ...]:
    """All changes that the instance has adopted, in the order of adoption; none where the topic is not there."""
    consumer = _consumer(settings)
    try:
        place = _place(settings)
        end = _end(consumer, place)
        found: list[RegisterChange] = []
        place.offset = OFFSET_BEGINNING
        consumer.assign([place])
        position = 0
        while position < end:
            message = consumer.poll(_ANSWER_S)
            if message is None:
                raise TimeoutError("no answer while the changes of the register were read")
            if message.error() is not None:
                raise KafkaException(message.error())
            found.append(RegisterChange.from_bytes(message.value() or b""))
            position = (message.offset() or 0) + 1
        return tuple(found)
    finally:
        consumer.close()


class RegisterWatch(Thread):
    """Ends the process when the register has changed since it started: the supervisor starts it with the change."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(name="register-watch", daemon=True)
        self._consumer = _consumer(settings)
        self._place = _place(settings)
        self._known = _end(self._consumer, self._place)

    def run(self) -> None:
        """Look until the process ends; while Kafka is away there is nothing to see."""
        while True:
            sleep(_LOOK_EVERY_S)
            try:
                changed = _end(self._consumer, self._place) > self._known
            except KafkaException:
                continue
            if changed:
                log.warning("the register was changed: leaving, to start with it")
                logging.shutdown()
                os._exit(EXIT_REGISTER_CHANGED)


def _end(consumer: Consumer, place: TopicPartition) -> int:
    until = monotonic() + _ANSWER_S
    while True:
        try:
            return int(consumer.get_watermark_offsets(place, timeout=_ANSWER_S)[1])
        except KafkaException as error:
            code = error.args[0].code()
            if code in {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_PARTITION}:
                return 0
            if code not in _MOVING or monotonic() > until:
                raise
            sleep(_ASK_AGAIN_S)


def _place(settings: Settings) -> TopicPartition:
    return TopicPartition(Topic.REGISTER.under(settings.prefix), 0)


def _consumer(settings: Settings) -> Consumer:
    return Consumer(without_group(settings) | {"log_level": 0})
