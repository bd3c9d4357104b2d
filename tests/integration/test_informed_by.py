"""By unit, on the real index: who had to tell a petitioner is charged with it, and each number finds its cases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from consumers.api.backend import Backend
from consumers.bulk import ElasticsearchSink, Item
from consumers.elastic import connect
from consumers.search.days import today
from consumers.search.documents import document_bytes
from consumers.search.index import alias_of, ensure_index
from deploy.servers.addresses import Servers
from schemas.events import Case
from schemas.life import CaseNote
from schemas.office_time import office_day
from schemas.terms import ClockKind, DecisionKind
from tests.fakes_consumers import case, clock, petition
from tests.officials import Audit, backend, browser
from tests.servers_fixture import fresh_instance

SENDER, ASKED = "411002-hrss", "411002-housing"
SENT_AT = datetime.now(UTC) - timedelta(days=30)
DUE = today() - timedelta(days=5)
NAMES = ("informed_in_time", "informed_late", "informed_overdue")


def transferred(number: str, *, met: int | None = None, is_waiting: bool = True) -> Case:
    """A case of the sender that was sent on; the petitioner was told so many days after the last one."""
    note = CaseNote(at=SENT_AT, text="转送", decision_id=f"D{number}", kind=DecisionKind.TRANSFER, unit=ASKED)
    told = clock(ClockKind.INFORM, due=DUE, met=None if met is None else DUE + timedelta(days=met))
    begun = told.with_changes(started_on=office_day(SENT_AT))
    return case(petition(number), clocks=(begun,), notes=(note,), asked_unit=ASKED if is_waiting else "")


ALL = (
    transferred("A"),
    transferred("B"),
    transferred("C", met=0, is_waiting=False),
    transferred("D", met=1, is_waiting=False),
    case(petition("E", clocks=(clock(ClockKind.INFORM, due=DUE),))),
    case(petition("F")),
)


@pytest.fixture
def console(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    settings = fresh_instance(servers, tmp_path_factory.mktemp("informing"))
    with connect(settings) as client:
        ensure_index(client, settings)
        items = [Item(one.case_id, one.version, document_bytes(one)) for one in ALL]
        sink = ElasticsearchSink(client.transport, alias_of(settings), bulk_bytes=settings.bulk_bytes)
        assert sink.write(items).done == len(items)
        client.indices.refresh(index=alias_of(settings))
        yield backend(tmp_path_factory.mktemp("users"), client, settings, Audit())


def test_whoever_was_asked_is_charged_and_the_sender_with_what_it_received_itself(console: Backend) -> None:
    whole = browser(console, "whole")
    told = whole.get("/api/v1/statistics", params={"by": "unit"}).json()
    groups = {group["key"]: {one["name"]: one for one in group["figures"]} for group in told["groups"]}
    values = {unit: [figures[name]["value"] for name in ("cases", *NAMES)] for unit, figures in groups.items()}
    assert values == {SENDER: [6, 0, 0, 1], ASKED: [0, 1, 1, 2]}
    total: dict[str, Any] = {one["name"]: one["value"] for one in told["total"]}
    assert [total[name] for name in NAMES] == [1, 1, 3]
    for figure in (one for figures in groups.values() for one in figures.values()):
        found = whole.get("/api/v1/cases", params={"within": figure["within"], "size": 50}).json()
        assert len(found["cases"]) == figure["value"], figure["name"]
