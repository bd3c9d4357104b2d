"""A console on a socket over an index with the officials' cases and many alike, for tests in a browser."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import uvicorn

from consumers.api.application import create_application
from consumers.api.backend import Backend
from consumers.api.sessions import Sessions
from consumers.bulk import ElasticsearchSink, Item
from consumers.elastic import connect
from consumers.message import Message
from consumers.search.days import today
from consumers.search.documents import document_bytes
from consumers.search.index import alias_of
from consumers.statistics.silence import DayReport, Reporting
from schemas.events import Case
from schemas.settings import Settings
from schemas.terms import CaseStatus, ClockKind, ReportKind, Stage
from tests.consumers_running import eventually
from tests.dead_letters import LettersInMemory, dead_letter
from tests.fakes_consumers import case, clock, petition
from tests.officials import LABOUR, backend, filled

MANY: Final = 25
IDENTITY: Final = {"name": "某人", "id_number": "1", "phone": "2", "residence": "3"}
RECEIPT_CODE: Final = "RIGHT"


def lamp(number: int) -> Case:
    """One of many alike; every fifth is overdue, as many are due tomorrow, and some are closed."""
    due = today() + timedelta(days={0: -number - 1, 1: 1}.get(number % 5, 40))
    return case(
        petition(f"M-{number}", row=number, title=f"第{number}盏路灯不亮", body="路灯不亮，夜里看不见路。" * 4),
        clocks=(clock(ClockKind.CONCLUDE, due=due),),
        status=CaseStatus.CONCLUDED if number % 5 == 2 else CaseStatus.HANDLING,
        place=LABOUR.place,
        jurisdiction=LABOUR.jurisdiction,
        opened_at=datetime(2026, 3, 1, number % 24, tzinfo=UTC),
    )


@contextmanager
def served_console(settings: Settings, users: Path, sent: list[Message]) -> Iterator[Backend]:
    """The console of all officials; what its pages send to Kafka goes to the list `sent`."""
    with connect(settings) as client, socket.create_server(("127.0.0.1", 0)) as listening:
        audit = filled(client, settings)
        _write(client, settings, [lamp(number) for number in range(MANY)])
        known = {(one.source, one.record_no): IDENTITY for one in LABOUR.petitions}
        made = backend(users, client, settings, audit, identities=known, sent=sent)
        here = replace(
            made,
            sessions=Sessions("key", time.time, is_https=False),
            url=f"http://127.0.0.1:{listening.getsockname()[1]}",
            days_of=days_of,
            reporting=reporting,
            letters=LettersInMemory(dead_letter("L1"), dead_letter("L2", stage=Stage.INTAKE, field="title")),
            receipt_code=lambda county, number: RECEIPT_CODE,
        )
        with _on_socket(here, listening):
            yield here


def reporting() -> Reporting:
    """One county that reports, late once and wrong once, and one that is silent."""
    days = [today() - timedelta(days=one) for one in range(40)]
    usual = DayReport(ReportKind.ZERO)
    odd = {3: usual._replace(came_after=3), 5: DayReport(ReportKind.DATA, received=9, rejected=1)}
    reports = {"411002": {day: [odd.get(number, usual)] for number, day in enumerate(days)}}
    return Reporting(reports, {"411023": 2}, late_after=2)


def days_of(_clock: Any) -> list[dict[str, Any]]:
    """Two days of any period."""
    first = {"on": "2026-03-02", "number": 0, "why": "起算日不计入", "why_en": "the first day does not count"}
    return [first, {"on": "2026-03-03", "number": 1, "why": "", "why_en": ""}]


def _write(client: Any, settings: Settings, cases: list[Case]) -> None:
    sink = ElasticsearchSink(client.transport, alias_of(settings), bulk_bytes=settings.bulk_bytes)
    assert sink.write([Item(one.case_id, one.version, document_bytes(one)) for one in cases]).done == len(cases)
    client.indices.refresh(index=alias_of(settings))


@contextmanager
def _on_socket(console: Backend, listening: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(create_application(console), log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        eventually(lambda: server.started)
        yield
    finally:
        server.should_exit = server.force_exit = True
        thread.join()
