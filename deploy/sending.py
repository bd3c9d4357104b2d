"""Messages of the command line, which waits longer for Kafka than a page does."""

from collections.abc import Iterable

from consumers.message import Message
from consumers.sending import Sender
from schemas.settings import Settings

ACK_S = 60.0


def send(settings: Settings, messages: Iterable[Message]) -> None:
    """Send all; returns when Kafka has them. Raises `consumers.sending.Unsent` where it does not take one."""
    Sender(settings, ACK_S).send(messages)
