"""What officials and petitioners cause goes to Kafka before they are told that it is kept."""

from collections.abc import Iterable

from consumers.api.backend import Backend
from consumers.api.errors import RETRY_AFTER_S, ApiProblem
from consumers.message import Message
from consumers.sending import Unsent


def send(backend: Backend, messages: Iterable[Message], problem: str = "it cannot be kept now; come again") -> None:
    """Returns when Kafka has all of them; raises a 503 with `problem` where it is not certain that it has."""
    try:
        backend.send(messages)
    except Unsent:
        raise ApiProblem(503, "unavailable", problem, retry_after_s=RETRY_AFTER_S) from None
