"""From the event to the eye: a case that becomes collective is told in 200 open feeds of one process, each once."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread

from consumers.alerts import feed
from consumers.api.alert_log import follow_alerts
from consumers.api.backend import Backend
from consumers.message import Message
from consumers.sending import Sender
from schemas.events import Case
from schemas.keys import partition_of
from schemas.settings import Settings
from schemas.terms import Verdict
from schemas.topics import Topic
from tests.consumers_running import eventually, running, served
from tests.fakes_consumers import case, petition
from tests.officials import Audit, backend, without_index

FEEDS, EVENTS = 200, 8
WITHIN_S = 1.0
PATIENCE_S = 60.0


class Reader:
    """One browser with an open feed."""

    def __init__(self) -> None:
        self.seen: dict[str, float] = {}
        self.count = 0

    async def read(self, port: int, cookie: str) -> None:
        """Note when each alert came."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /api/v1/alerts/stream HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
        try:
            async for line in reader:
                if b'"subject":"' in line:
                    subject = line.split(b'"subject":"')[1].split(b'"')[0].decode()
                    self.seen[subject] = time.monotonic()
                    self.count += 1
        finally:
            writer.close()


def collective(number: int) -> Case:
    now = datetime.now(UTC)
    others = [
        petition(f"L{number}-{n}", row=n, verdict=Verdict.JOINING, petitioner_ref=f"R{n:016}", received_at=now)
        for n in range(2, 6)
    ]
    return case(petition(f"L{number}", received_at=now), *others)


def cookie_of(made: Backend, name: str) -> str:
    return made.sessions.header(made.sessions.begin(name)).partition(";")[0]


async def told(port: int, made: Backend, send: Callable[[Case], None]) -> tuple[list[Reader], dict[str, float]]:
    """All feeds open, the events one after another; when each was published."""
    readers = [Reader() for _ in range(FEEDS)]
    cookies = [cookie_of(made, name) for name in ("whole", "city")]
    reading = [asyncio.create_task(one.read(port, cookies[number % 2])) for number, one in enumerate(readers)]
    published: dict[str, float] = {}
    async with asyncio.timeout(PATIENCE_S):
        while len(made.alerts._waiting) < FEEDS:
            await asyncio.sleep(0.05)
        for number in range(EVENTS):
            one = collective(number)
            published[one.case_id] = time.monotonic()
            await asyncio.to_thread(send, one)
            while not all(one.case_id in reader.seen for reader in readers):
                await asyncio.sleep(0.01)
    for task in reading:
        task.cancel()
    await asyncio.gather(*reading, return_exceptions=True)
    return readers, published


def test_200_feeds_of_one_process_get_each_alert_once_and_within_a_second(settings: Settings, tmp_path: Path) -> None:
    made = without_index(backend(tmp_path, None, settings, Audit()))
    stop, sender = Event(), Sender(settings)

    def send(one: Case) -> None:
        partition = partition_of(one.home, settings.partitions)
        sender.send([Message(Topic.CASES, partition, one.case_id.encode(), one.to_bytes())])

    following = Thread(target=follow_alerts, args=(settings, made.alerts, stop))
    following.start()
    try:
        with running(feed.run, settings), served(made) as port:
            warm = collective(EVENTS + 1)
            send(warm)
            eventually(lambda: bool(made.alerts.latest(1)))
            readers, published = asyncio.run(told(port, made, send))
    finally:
        stop.set()
        following.join()
    assert {reader.count for reader in readers} == {EVENTS}
    took = [reader.seen[name] - at for reader in readers for name, at in published.items()]
    p95 = quantiles(took, n=20)[-1]
    assert p95 < WITHIN_S, f"p95 {p95:.3f} s"
