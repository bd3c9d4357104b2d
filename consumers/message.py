"""One message on its way to a topic."""

from typing import NamedTuple

from schemas.topics import Topic


class Message(NamedTuple):
    """The partition is always chosen by us."""

    topic: Topic
    partition: int
    key: bytes
    value: bytes
