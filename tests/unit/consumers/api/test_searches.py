"""Kept searches: what is new is told once, to who may see it now; old records and replays tell nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from consumers.api.backend import Backend
from consumers.message import Message
from consumers.rights.viewer import Viewer
from consumers.saved.matching import match_body
from consumers.saved.shelf import MOST_KEPT
from consumers.saved.watcher import Watcher, insistently
from consumers.search.documents import document_bytes
from consumers.search.query_language import QueryError
from consumers.search.reader import IndexUnavailable, SearchRefused
from schemas.events import Case
from schemas.search_events import SavedSearch, SearchHit
from schemas.settings import Settings
from schemas.terms import Notice
from schemas.topics import Topic
from tests.officials import CASES, LABOUR, VISIBLE, Audit, Clock, backend, browser

API = "/api/v1"
HOUR = 3600.0


class Index:
    """Answers what a kept search asks: ids, when something came, takeovers; only what one official may see."""

    def __init__(self, cases: Mapping[str, Case], names: frozenset[str]) -> None:
        self._documents = [orjson.loads(document_bytes(cases[name])) for name in names]
        self.is_away = False

    def search(self, body: Mapping[str, Any], *, point: str = "") -> dict[str, Any]:
        """See `IndexReader.search`."""
        if self.is_away:
            raise IndexUnavailable("away")
        filters = body["query"].get("bool", {}).get("filter", [body["query"]])
        found = [one for one in self._documents if all(self._fits(one, part) for part in filters)]
        hits = [{"_source": one} for one in found] if body["size"] else []
        return {"hits": {"hits": hits, "total": {"value": len(found)}}}

    def _fits(self, document: Mapping[str, Any], part: Mapping[str, Any]) -> bool:
        match part:
            case {"range": {"updated_at": {"gte": since}}}:
                return datetime.fromisoformat(document["updated_at"]) >= datetime.fromisoformat(since)
            case {"terms": {"case_id": ids}}:
                return document["case_id"] in ids
            case {"term": {"takeover": value}}:
                return bool(document["takeover"]) is value
            case _:
                return True


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cases(clock: Clock) -> dict[str, Case]:
    """The officials' cases, to each of which something comes in a minute."""
    at = datetime.fromtimestamp(clock.now + 60, tz=LABOUR.updated_at.tzinfo)
    return {name: one.with_changes(updated_at=at) for name, one in CASES.items()}


@pytest.fixture
def console(tmp_path: Path, clock: Clock, cases: dict[str, Case], sent: list[Message]) -> Backend:
    made = backend(tmp_path, None, Settings(), Audit(), clock=clock, sent=sent)
    return replace(made, cases=lambda viewer: Index(cases, VISIBLE[viewer.name]))  # type: ignore[arg-type]


@pytest.fixture
def watcher(console: Backend, cases: dict[str, Case]) -> Watcher:
    return Watcher(console, Index(cases, frozenset(cases)))  # type: ignore[arg-type]


def keep(console: Backend, official: str, number: int = 1, **changed: Any) -> Any:
    body = {"name": "工资", "query": "", "notice": "at_once", "request_id": f"request-{number}"}
    return browser(console, official).post(f"{API}/searches", json=body | changed)


def found(console: Backend, official: str) -> list[str]:
    (search,) = console.shelf.of(official)
    told = browser(console, official).get(f"{API}/searches/{search.search_id}/found").json()
    return [hit["case_id"] for hit in told["hits"]]


def later(clock: Clock, hours: float) -> None:
    clock.now += hours * HOUR


IDS = [one.case_id for one in CASES.values()]


@pytest.mark.parametrize("official", ["east", "west", "city", "labour", "housing", "accused"])
def test_a_case_is_told_once_to_who_may_see_it(
    console: Backend, watcher: Watcher, clock: Clock, official: str
) -> None:
    keep(console, official)
    later(clock, 0.1)
    visible = VISIBLE[official]
    assert watcher.match(IDS) == len(visible)
    assert watcher.match(IDS) == 0, "a replay tells nothing"
    assert len(console.shelf.hits(console.shelf.of(official)[0].search_id)) == len(visible)


def test_a_restart_remembers_what_was_told(
    console: Backend, watcher: Watcher, clock: Clock, sent: list[Message]
) -> None:
    keep(console, "east")
    later(clock, 0.1)
    watcher.match(IDS)
    again = replace(console, shelf=type(console.shelf)())
    for message in sent:
        if message.topic is Topic.SEARCHES:
            again.shelf.put(SavedSearch.from_bytes(message.value))
        else:
            again.shelf.found([SearchHit.from_bytes(message.value)])
    assert Watcher(again, watcher._everything).match(IDS) == 0
    assert Watcher(again, watcher._everything).sweep(is_start=True) == 0


@pytest.mark.parametrize(("hours", "told"), [(0.1, 2), (47, 2), (49, 0)])
def test_what_nothing_came_to_for_two_days_is_no_news(
    console: Backend, watcher: Watcher, clock: Clock, hours: float, told: int
) -> None:
    keep(console, "east")
    later(clock, hours)
    assert watcher.match(IDS) == told


def test_what_was_there_before_the_search_was_kept_is_not_told(
    console: Backend, watcher: Watcher, clock: Clock
) -> None:
    later(clock, 0.1)
    keep(console, "east")
    assert watcher.match(IDS) == watcher.sweep() == 0


def test_old_records_that_are_taken_over_tell_nothing(
    console: Backend, watcher: Watcher, clock: Clock, cases: dict[str, Case]
) -> None:
    for name in cases:
        cases[name] = cases[name].with_changes(takeover=True)
    keep(console, "east")
    later(clock, 0.1)
    assert watcher.match(IDS) == watcher.sweep(is_start=True) == 0


def test_rights_are_those_of_the_moment(console: Backend, watcher: Watcher, clock: Clock) -> None:
    keep(console, "east")
    keep(console, "city", 2)
    later(clock, 0.1)
    console.users.deactivate("east")
    watcher.match(IDS)
    told = {name: console.shelf.hits(console.shelf.of(name)[0].search_id) for name in ("east", "city")}
    assert (len(told["east"]), len(told["city"])) == (0, len(VISIBLE["city"]))


def test_what_the_sweep_finds_is_told_late_and_counted_as_our_defect(
    console: Backend, watcher: Watcher, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    keep(console, "east")
    later(clock, 0.1)
    assert watcher.sweep() == 0, "so lately it may still be matched"
    later(clock, 1)
    assert watcher.sweep() == 2
    assert [record.message for record in caplog.records] == ["kept searches had missed cases"]
    (search,) = console.shelf.of("east")
    assert all(hit.is_late for hit in console.shelf.hits(search.search_id))
    assert watcher.sweep() == 0


@pytest.mark.parametrize("query", ["same_answer:yes", "answered_like:C1", "overdue:yes", "近 age:>60"])
def test_what_came_true_by_a_day_or_another_case_was_not_missed(
    console: Backend, watcher: Watcher, clock: Clock, caplog: pytest.LogCaptureFixture, query: str
) -> None:
    keep(console, "east", query=query)
    later(clock, 1)
    assert watcher.sweep() == 2
    assert not caplog.records
    assert not any(hit.is_late for hit in console.shelf.hits(console.shelf.of("east")[0].search_id))


def test_after_a_start_the_sweep_tells_what_came_meanwhile_and_calls_it_no_defect(
    console: Backend, watcher: Watcher, clock: Clock
) -> None:
    keep(console, "east")
    later(clock, 0.1)
    assert watcher.sweep(is_start=True) == 2
    assert not any(hit.is_late for hit in console.shelf.hits(console.shelf.of("east")[0].search_id))


def test_a_search_that_wants_no_notice_is_not_asked(console: Backend, watcher: Watcher, clock: Clock) -> None:
    keep(console, "east", notice="never")
    later(clock, 0.1)
    assert (watcher.match(IDS), watcher.has_work) == (0, False)


def test_where_the_index_is_away_it_is_asked_again() -> None:
    answers: list[Any] = [IndexUnavailable("away"), 3]
    waits: list[float] = []

    def work() -> int:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return int(answer)

    insistently(work, lambda timeout: bool(waits.append(timeout)))
    assert (answers, len(waits)) == ([], 1)


@pytest.mark.parametrize("error", [OverflowError, SearchRefused, QueryError("no such filter", 1, "")])
def test_one_search_that_cannot_be_asked_stops_no_other(
    console: Backend, watcher: Watcher, clock: Clock, monkeypatch: pytest.MonkeyPatch, error: Any, caplog: Any
) -> None:
    keep(console, "east", query="谬误")
    keep(console, "city", 2)

    def made(search: SavedSearch, *options: Any, **named: Any) -> dict[str, Any]:
        if search.owner == "east":
            raise error
        return match_body(search, *options, **named)

    monkeypatch.setattr("consumers.saved.watcher.match_body", made)
    later(clock, 0.1)
    assert watcher.match(IDS) == len(VISIBLE["city"])
    assert watcher.sweep(is_start=True) == 0
    (search,) = console.shelf.of("east")
    told = {(one.message, one.search) for one in caplog.records}
    assert told == {("a kept search cannot be asked", search.search_id)}


@pytest.mark.parametrize("query", ["age:>800000", "-age:<999999"])
def test_a_search_for_cases_older_than_the_calendar_is_asked_like_any(
    console: Backend, watcher: Watcher, clock: Clock, query: str, caplog: Any
) -> None:
    assert keep(console, "east", query=query).status_code == 201
    later(clock, 0.1)
    assert watcher.sweep(is_start=True) == len(VISIBLE["east"])
    told = browser(console, "east").get(f"{API}/searches/estimate", params={"q": query})
    assert (told.status_code, caplog.records) == (200, [])


def test_a_version_is_waited_for_until_the_index_has_it(watcher: Watcher) -> None:
    assert watcher.indexed({LABOUR.case_id: LABOUR.version})
    assert not watcher.indexed({LABOUR.case_id: LABOUR.version + 1})
    assert not watcher.indexed({"C0000000000000000": 1})


def test_searches_are_ones_own_kept_once_and_deleted(console: Backend, sent: list[Message]) -> None:
    made = keep(console, "east")
    assert (made.status_code, keep(console, "east").json()) == (201, made.json())
    assert [one.topic for one in sent] == [Topic.SEARCHES]
    where = f"{API}/searches/{made.json()['search_id']}"
    assert browser(console, "west").get(f"{where}/found").status_code == 404
    assert browser(console, "west").delete(where).status_code == 404
    assert browser(console, "east").delete(where).status_code == 204
    assert browser(console, "east").get(f"{API}/searches").json() == {"searches": []}


def test_found_cases_are_shown_while_they_may_be_seen(console: Backend, watcher: Watcher, clock: Clock) -> None:
    keep(console, "labour")
    later(clock, 0.1)
    watcher.match(IDS)
    assert found(console, "labour") == [LABOUR.case_id]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"query": "repeats:many"}, 400),
        ({"query": "13800001234"}, 422),
        ({"name": "41010119800101123X"}, 422),
        ({"notice": "hourly"}, 422),
        ({"name": ""}, 422),
    ],
)
def test_a_search_that_is_wrong_is_not_kept(console: Backend, changed: dict[str, str], status: int) -> None:
    assert keep(console, "east", **changed).status_code == status
    assert console.shelf.of("east") == []


def test_nobody_keeps_more_searches_than_can_be_asked(console: Backend, clock: Clock) -> None:
    for number in range(MOST_KEPT):
        later(clock, 0.01)
        keep(console, "east", number)
    assert keep(console, "east", 99).status_code == 409


def test_the_estimate_says_how_often_it_would_have_told(console: Backend) -> None:
    told = browser(console, "city").get(f"{API}/searches/estimate", params={"q": "工资", "weeks": 8})
    assert told.json() == {"weeks": 8, "found": 4, "a_week": 0.5}


@pytest.mark.parametrize(("query", "status"), [("被投诉:魏都区住建局", 201), ("被投诉:无名局", 400)])
def test_units_are_named_in_a_search_wherever_it_is_asked(
    console: Backend, cases: dict[str, Case], clock: Clock, query: str, status: int
) -> None:
    asked: list[str] = []

    class Told(Index):
        def search(self, body: Mapping[str, Any], *, point: str = "") -> dict[str, Any]:
            asked.append(orjson.dumps(body).decode())
            return {"hits": {"hits": [], "total": {"value": 0}}}

    def reader(viewer: Viewer) -> Any:
        return Told(cases, VISIBLE[viewer.name])

    named = replace(console, names=lambda: {"411002-housing": "魏都区住建局"}, cases=reader)
    assert keep(named, "city", query=query).status_code == status
    client, right = browser(named, "city"), {"params": {"q": query}}
    for where in ("/searches/estimate", "/cases"):
        assert client.get(f"{API}{where}", **right).status_code == (200 if status == 201 else 400)
    later(clock, 0.1)
    Watcher(named, Told(cases, VISIBLE["city"])).match(IDS)  # type: ignore[arg-type]
    assert len(asked) == (3 if status == 201 else 0)
    assert all('{"accused_units":"411002-housing"}' in one for one in asked)


def test_the_words_of_a_search_stand_in_what_is_asked(clock: Clock) -> None:
    at = datetime.fromtimestamp(clock.now, tz=LABOUR.updated_at.tzinfo)
    search = SavedSearch(
        search_id="Q1", owner="east", name="x", query="拖欠工资 place:4110", notice=Notice.DAILY, created_at=at
    )
    body = orjson.dumps(match_body(search, at + timedelta(days=9), at.date(), ids=["C1"])).decode()
    assert "拖欠工资" in body
    assert "4110" in body
    assert (at + timedelta(days=7)).isoformat() in body
