"""One stage at work: gathers waiting messages, runs the step, sends, keeps, acknowledges — in this order.

A message is acknowledged after everything that it brought about is confirmed by Kafka and kept on disk. Whatever
else goes wrong ends the process (exit 70) with the message unacknowledged; the supervisor starts it again and the
same step gives the same result.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import NoReturn, Protocol

from processors.counting import DEAD_LETTERS, PETITIONS
from processors.effects import Effects
from processors.leaving import leave_at_once
from processors.outbox import Offsets, Outbox, Outgoing
from processors.state import StateTable
from processors.step import Step
from processors.tables import Table
from schemas.settings import Settings

log = logging.getLogger(__name__)

EXIT_UNEXPECTED = 70
MOST_MESSAGES = 64
MOST_BYTES = 1_000_000
"""Messages and bytes of one step: enough to share one confirmation, small enough that the next stage need not wait
and that little is repeated after a crash."""


class Event(Protocol):
    """What is used of a Faust event."""

    @property
    def message(self) -> "Message":
        """The Kafka message."""

    value: bytes


class Message(Protocol):
    """What is used of a Kafka message."""

    topic: str
    partition: int
    offset: int


class Worker:
    """The loop of one stage. `receive` is called by the Faust stream, `run` is its own task."""

    def __init__(self, step: Step, table: StateTable, outbox: Outbox, settings: Settings, lock: asyncio.Lock) -> None:
        self.step = step
        self._table = table
        self._outbox = outbox
        self._settings = settings
        self._lock = lock
        self._inbox: asyncio.Queue[tuple[Event, Callable[[], Awaitable[object]]]] = asyncio.Queue(MOST_MESSAGES)
        self._buried_in_a_row = 0

    async def receive(self, event: Event, acknowledge: Callable[[], Awaitable[object]]) -> None:
        """Take a message into the next step; waits while the step in work is behind."""
        await self._inbox.put((event, acknowledge))

    async def run(self) -> None:
        """Work until the process ends. Any unexpected error ends the process at once."""
        try:
            while True:
                taken = [await self._inbox.get()]
                size = len(taken[0][0].value)
                while size < MOST_BYTES and not self._inbox.empty():
                    taken.append(self._inbox.get_nowait())
                    size += len(taken[-1][0].value)
                async with self._lock:
                    await self._process([event for event, _ in taken])
                for _, acknowledge in taken:
                    await acknowledge()
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            leave(self.step.source, error)

    async def _process(self, events: list[Event]) -> None:
        partitions = sorted({event.message.partition for event in events})
        tables = {number: await asyncio.to_thread(self._table.partition, number) for number in partitions}
        effects = Effects(
            self._settings.prefix, self._settings.partitions, self._settings.batch_records, datetime.now(UTC)
        )
        for event in events:
            self._step(event, tables[event.message.partition], effects)
            await asyncio.sleep(0)
        for table in tables.values():
            self.step.finish(table)
        confirmed: Offsets = {}
        for messages in self._in_turn(partitions, effects):
            confirmed |= await asyncio.to_thread(self._outbox.send, messages)
        for partition in partitions:
            self._table.keep(partition, confirmed)

    def _in_turn(self, partitions: Sequence[int], effects: Effects) -> list[list[Outgoing]]:
        """What a step sends, in parts of which each is confirmed before the next one is sent.

        A crash may leave any beginning of it behind, and the step comes again: as long as a change of the state is
        not confirmed, all that follows from it is made again; what is known already brings nothing about.
        """
        changed = [message for partition in partitions for message in self._table.outgoing(partition)]
        parts = [effects.handed_over() + effects.messages()]
        parts += [[one for one in changed if one.topic == log] for log in (self._table.changelog, self._table.beside)]
        return [part for part in parts if part]

    def _step(self, event: Event, table: Table, effects: Effects) -> None:
        before = len(effects.dead_letters)
        message = event.message
        origin = f"{message.topic}:{message.partition}:{message.offset}"
        count = self.step.handle(event.value, origin, table, effects)
        PETITIONS.labels(self.step.source.value).inc(count)
        buried = effects.dead_letters[before:]
        for letter in buried:
            DEAD_LETTERS.labels(letter.stage.value, letter.reason.value).inc()
        self._buried_in_a_row = 0 if count else self._buried_in_a_row + len(buried)
        if self._buried_in_a_row > self._settings.dead_letter_limit:
            raise RuntimeError("more dead letters in a row than the limit allows")


def leave(source: str, error: BaseException) -> NoReturn:
    """Leave the process at once, without acknowledging and without repeating a value."""
    log.critical("unexpected error: leaving", exc_info=error, extra={"topic": source, "error": type(error).__name__})
    leave_at_once(EXIT_UNEXPECTED)
