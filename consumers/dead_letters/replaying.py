"""Carries out what officials ask for at the console: records of dead letters go back to where they came from.

It runs beside the alerts, which read the dead letters anyway and which nobody reaches from outside. So the console,
which everybody reaches, may write requests only. A request that is carried out twice does no harm: what was processed
before is recognised.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from threading import Event

from consumers.dead_letters.known import KnownLetters, Letters, LettersUnavailable
from consumers.dead_letters.resending import NotReplayable
from consumers.loop import Loop, Record, in_group
from consumers.message import Message
from consumers.reading import Unreadable, reader
from consumers.sending import Sender, Unsent
from schemas.replay_events import ReplayRequest
from schemas.settings import Settings
from schemas.topics import Topic

log = logging.getLogger(__name__)

GROUP = "replays"
READ = reader(ReplayRequest)


class Replaying:
    """The step of the loop: each request once its letter can be read and Kafka takes it."""

    def __init__(self, letters: Letters, send: Callable[[Iterable[Message]], None]) -> None:
        """`send` returns when Kafka has the messages; it raises `Unsent`."""
        self._letters = letters
        self._send = send

    def prepare(self, records: Sequence[Record]) -> list[ReplayRequest]:
        """The requests; what is none was not written by the console and is left alone."""
        found = []
        for record in records:
            try:
                found.append(READ(record.value or b""))
            except Unreadable:
                log.warning("request not understood", extra={"offset": record.offset})
        return found

    def attempt(self, work: list[ReplayRequest]) -> list[ReplayRequest]:
        """Send back in the order of the requests; from the first that cannot be sent now the rest comes back."""
        for done, request in enumerate(work):
            try:
                self._carry_out(request)
            except (LettersUnavailable, Unsent):
                return work[done:]
        return []

    def _carry_out(self, request: ReplayRequest) -> None:
        known = {letter.letter_id for letter in self._letters.all()}
        try:
            if request.letter_id not in known:
                raise NotReplayable("there is no such letter")
            self._send([self._letters.message(request.letter_id)])
        except NotReplayable:
            # The console looked before it asked: the bytes have gone since, or nobody asked by way of the console.
            log.warning("dead letter not sent back", extra={"letter": request.letter_id})
        else:
            log.info("dead letter sent back", extra={"letter": request.letter_id})


def run(settings: Settings, stop: Event) -> None:
    """Carry out the instance's requests until told to stop."""
    consumer = in_group(settings, f"{settings.prefix}.{GROUP}")
    consumer.subscribe(topics=[Topic.REPLAYS.under(settings.prefix)])
    Loop(consumer, Replaying(KnownLetters(settings), Sender(settings).send)).run(stop)
