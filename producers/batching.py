"""Pushes that arrive at the same time share a parcel; what waits on disk is sent as soon as Kafka is back."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import NamedTuple

from producers.counting import show_spooled
from producers.outbox import Outbox, Taken
from producers.packing import Pack
from producers.publisher import AnyEntry, Message, Unavailable
from schemas.events import CountyReport, DeadLetter

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
MOST_IN_PARCEL = 2_000


class Part(NamedTuple):
    """What one push adds to a parcel, and who waits for it."""

    entries: Sequence[AnyEntry]
    letters: Sequence[DeadLetter]
    reports: Sequence[CountyReport]
    taken: asyncio.Future[Taken]


class Batcher:
    """One parcel after the other; each holds all pushes that came while the one before was under way."""

    def __init__(self, outbox: Outbox, pack: Pack, linger_s: float) -> None:
        self._outbox = outbox
        self._pack = pack
        self._linger_s = linger_s
        self._parts: list[Part] = []
        self._came = asyncio.Event()
        self._spooled = asyncio.Event()
        self._is_closing = False
        self._threads = ThreadPoolExecutor(2, "outbox")

    @property
    def waiting_bytes(self) -> int:
        """Bytes that wait on disk."""
        return self._outbox.waiting_bytes

    async def deliver(
        self, entries: Sequence[AnyEntry], letters: Sequence[DeadLetter], reports: Sequence[CountyReport]
    ) -> Taken:
        """Return when everything is safe; raises `SpoolFull`."""
        part = Part(entries, letters, reports, asyncio.get_running_loop().create_future())
        self._parts.append(part)
        self._came.set()
        return await part.taken

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Parcels go out inside the block; at its end those that have come are still sent."""
        tasks = [asyncio.create_task(self._send_parcels()), asyncio.create_task(self._drain_spool())]
        try:
            yield
        finally:
            self._is_closing = True
            self._came.set()
            await tasks[0]
            tasks[1].cancel()
            self._threads.shutdown(wait=True)

    async def _send_parcels(self) -> None:
        while not (self._is_closing and not self._parts):
            await self._came.wait()
            if not self._is_closing:
                await asyncio.sleep(self._linger_s)
            self._came.clear()
            while self._parts:
                await self._send(self._next_parts())

    def _next_parts(self) -> list[Part]:
        size = count = 0
        for part in self._parts:
            size += len(part.entries) + len(part.letters)
            if count and size > MOST_IN_PARCEL:
                break
            count += 1
        found, self._parts = self._parts[:count], self._parts[count:]
        return found

    async def _send(self, parts: list[Part]) -> None:
        try:
            messages = self._packed(parts)
            taken = await asyncio.get_running_loop().run_in_executor(self._threads, self._outbox.deliver, messages)
        except Exception as error:
            for part in parts:
                if not part.taken.done():
                    part.taken.set_exception(error)
            return
        show_spooled(self._outbox.waiting_bytes)
        self._spooled.set()
        for part in parts:
            if not part.taken.done():
                part.taken.set_result(taken)

    def _packed(self, parts: list[Part]) -> list[Message]:
        return self._pack(
            [entry for part in parts for entry in part.entries],
            [letter for part in parts for letter in part.letters],
            [report for part in parts for report in part.reports],
        )

    async def _drain_spool(self) -> None:
        pause = FIRST_PAUSE_S
        self._spooled.set()
        while True:
            await self._spooled.wait()
            self._spooled.clear()
            try:
                while await asyncio.get_running_loop().run_in_executor(self._threads, self._outbox.drain):
                    pause = FIRST_PAUSE_S
                    show_spooled(self._outbox.waiting_bytes)
                continue
            except Unavailable:
                pass
            except Exception as error:
                log.error("what waits on disk cannot be sent", extra={"error": type(error).__name__})
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
            self._spooled.set()
