"""Following the topics of searches and cases: a restart knows them, and what nobody understands stops nothing."""

from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import orjson
import pytest

from consumers.api.backend import Backend
from consumers.loop import Record
from consumers.message import Message
from consumers.saved import follow as following
from consumers.saved.shelf import Shelf
from consumers.saved.watcher import Watcher
from schemas.search_events import SavedSearch, SearchHit
from schemas.settings import Settings
from schemas.topics import Topic
from tests.officials import LABOUR, Audit, Visible, backend, browser

API = "/api/v1"


@pytest.fixture
def console(tmp_path: Path, sent: list[Message]) -> Backend:
    return backend(tmp_path, None, Settings(), Audit(), sent=sent)


@pytest.fixture
def watcher(console: Backend) -> Watcher:
    return Watcher(console, Visible(LABOUR))  # type: ignore[arg-type]


def keep(console: Backend) -> Any:
    body = {"name": "工资", "query": "", "notice": "at_once", "request_id": "request-1"}
    return browser(console, "east").post(f"{API}/searches", json=body)


def test_a_search_is_deleted_after_a_restart_as_before(
    console: Backend, sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = keep(console).json()
    kept = [Record("searches", 0, 0, None, one.value) for one in sent if one.topic is Topic.SEARCHES]
    monkeypatch.setattr(following, "replay", lambda settings, topic: [kept if "found" not in topic else []])
    again = replace(console, shelf=Shelf())
    following.load(Settings(), again.shelf)
    assert browser(again, "east").delete(f"{API}/searches/{made['search_id']}").status_code == 204
    assert SavedSearch.from_bytes(sent[-1].value).is_deleted
    assert again.shelf.of("east") == []


def test_what_nobody_understands_in_the_topics_is_passed_over_with_a_warning(
    console: Backend, monkeypatch: pytest.MonkeyPatch, sent: list[Message], caplog: Any
) -> None:
    keep(console)
    found = SearchHit(search_id="Q1", hit_id="H1", case_id="C1", at=console.sessions.now).to_bytes()
    topics = {Topic.SEARCHES: sent[0].value, Topic.SEARCHES_FOUND: found}

    def replay(settings: Settings, topic: str) -> list[list[Record]]:
        (good,) = (value for one, value in topics.items() if one.under(settings.prefix) == topic)
        return [[Record(topic, 0, at, None, value) for at, value in enumerate((b'{"broken', b"\xff", None, good))]]

    monkeypatch.setattr(following, "replay", replay)
    shelf = Shelf()
    following.load(Settings(), shelf)
    assert (shelf.of("east"), shelf.is_known("H1")) == (console.shelf.of("east"), True)
    assert [one.message for one in caplog.records] == ["event not understood"] * 6
    assert [one.offset for one in caplog.records] == [0, 1, 2] * 2


def test_a_case_that_nobody_understands_keeps_no_other_from_being_matched(
    console: Backend, watcher: Watcher, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    keep(console)
    stop = Event()
    told = orjson.dumps({"case_id": LABOUR.case_id, "version": LABOUR.version})

    class Cases:
        """Stands for the consumer of the topic of cases."""

        def __init__(self, options: Any) -> None:
            self.values = [b'{"broken', b"\xff", b'{"case_id": 3}', None, told]

        def assign(self, starts: Any) -> None: ...

        def consume(self, most: int, timeout: float) -> list[Any]:
            stop.set()
            return [Polled(value) for value in self.values]

        def close(self) -> None: ...

    class Polled(NamedTuple):
        content: bytes | None

        def value(self) -> bytes | None:
            return self.content

        def error(self) -> None: ...

        def offset(self) -> int:
            return 7

    monkeypatch.setattr(following, "Consumer", Cases)
    monkeypatch.setattr(following, "_starts", lambda *known: [])
    matched: list[str] = []
    monkeypatch.setattr(watcher, "sweep", lambda **options: 0)
    monkeypatch.setattr(watcher, "match", lambda ids: len(matched.extend(ids) or ids))
    following.follow(Settings(), watcher, stop)
    assert matched == [LABOUR.case_id]
    assert [one.message for one in caplog.records] == ["event not understood"] * 3
