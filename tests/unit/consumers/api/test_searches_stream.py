"""The feed of what kept searches find: the own ones, once, in order, within the rights of the moment."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from consumers.api.backend import Backend
from consumers.api.searches import hits_of
from consumers.saved.found import Finds
from consumers.search.documents import document_bytes
from consumers.search.reader import IndexUnavailable
from schemas.search_events import SavedSearch, SearchHit
from schemas.settings import Settings
from schemas.terms import Notice
from tests.officials import ACCUSING, CASES, LABOUR, ROADS, VISIBLE, Audit, backend, browser

STREAM = "/api/v1/searches/stream?follow=false"
NOW = datetime(2026, 4, 1, tzinfo=UTC)


class Index:
    """Answers which of some cases an official may see."""

    def __init__(self, official: str) -> None:
        self._official = official

    def search(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """See `IndexReader.search`."""
        wanted = body["query"]["bool"]["should"][0]["terms"]["case_id"]
        visible = [CASES[name] for name in VISIBLE[self._official] if CASES[name].case_id in wanted]
        return {"hits": {"hits": [{"_source": orjson.loads(document_bytes(one))} for one in visible]}}


class Away:
    """An index that does not answer."""

    def search(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """See `IndexReader.search`."""
        raise IndexUnavailable("away")


def kept(owner: str, notice: Notice = Notice.AT_ONCE) -> SavedSearch:
    return SavedSearch(
        search_id=f"Q{owner}-{notice.value}", owner=owner, name="全部", query="", notice=notice, created_at=NOW
    )


def hit(search: SavedSearch, case_id: str) -> SearchHit:
    return SearchHit(hit_id=f"H{search.search_id}{case_id}", search_id=search.search_id, case_id=case_id, at=NOW)


@pytest.fixture
def console(tmp_path: Path) -> Backend:
    made = backend(tmp_path, None, Settings(), Audit())
    console = replace(made, cases=index_of)
    for owner in ("east", "west", "city"):
        console.shelf.put(kept(owner))
    console.shelf.put(kept("east", Notice.DAILY))
    return console


def index_of(viewer: Any) -> Any:
    return Index(viewer.name)


def told(console: Backend, official: str, last: int | None = -1, **headers: str) -> list[dict[str, Any]]:
    where = STREAM if last is None else f"{STREAM}&after={last}"
    answer = browser(console, official).get(where, headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    return [orjson.loads(data) for data in re.findall(r"event: found\ndata: (.+)\n", answer.text)]


def test_each_find_is_told_once_in_order_and_a_resumed_feed_repeats_nothing(console: Backend) -> None:
    hits = [hit(kept("city"), one.case_id) for one in (LABOUR, ROADS, ACCUSING)]
    console.finds.add([(3, hits[0]), (5, hits[1]), (8, hits[2])])
    assert [one["id"] for one in told(console, "city")] == [3, 5, 8]
    assert [one["id"] for one in told(console, "city", **{"Last-Event-ID": "3"})] == [5, 8]
    assert [one["id"] for one in told(console, "city", 0, **{"Last-Event-ID": "5"})] == [8]
    assert told(console, "city", **{"Last-Event-ID": "8"}) == []
    assert told(console, "city", None) == [], "without a place only new ones are told"


def test_only_the_own_searches_to_be_told_at_once_are_told(console: Backend) -> None:
    console.finds.add(
        [
            (1, hit(kept("west"), LABOUR.case_id)),
            (2, hit(kept("east", Notice.DAILY), LABOUR.case_id)),
            (3, hit(kept("east"), LABOUR.case_id)),
        ]
    )
    assert told(console, "east") == [
        {
            "id": 3,
            "search_id": "Qeast-at_once",
            "name": "全部",
            "case_id": LABOUR.case_id,
            "title": "拖欠工资",
            "at": NOW.isoformat(),
            "is_late": False,
        }
    ]
    console.shelf.put(kept("east").with_changes(is_deleted=True))
    assert told(console, "east") == []


def test_what_the_viewer_may_not_see_any_more_is_passed_over_and_not_looked_at_again(console: Backend) -> None:
    console.finds.add([(number, hit(kept("west"), one.case_id)) for number, one in enumerate((LABOUR, ROADS), 4)])
    answer = browser(console, "west").get(f"{STREAM}&after=-1").text
    assert LABOUR.case_id not in answer
    assert ROADS.case_id in answer
    assert answer.endswith("id: 5\nevent: reached\ndata:\n\n")


def test_where_the_index_is_away_the_feed_ends_and_nothing_counts_as_told(console: Backend) -> None:
    console.finds.add([(1, hit(kept("east"), LABOUR.case_id))])
    away = replace(console, cases=lambda viewer: Away())  # type: ignore[arg-type, return-value]
    assert browser(away, "east").get(f"{STREAM}&after=-1").text == ""
    assert len(told(console, "east")) == 1


def test_a_find_that_two_consoles_told_counts_once() -> None:
    finds, one = Finds(most_kept=2), hit(kept("east"), LABOUR.case_id)
    finds.add([(1, one), (2, one)])
    finds.add([(3, one)])
    assert finds.newest == 1
    finds.add([(4, hit(kept("east"), ROADS.case_id)), (5, hit(kept("east"), ACCUSING.case_id))])
    finds.add([(6, one)])
    assert [offset for offset, _ in finds.after(-1)] == [5, 6], "what is no longer kept is not remembered either"


def test_a_find_that_comes_while_the_page_is_made_is_told_after_it(
    console: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    console.finds.add([(7, hit(kept("east"), ROADS.case_id))])

    def slowly(*asked: Any) -> Any:
        found = hits_of(*asked)
        console.finds.add([(8, hit(kept("east"), LABOUR.case_id))])
        return found

    monkeypatch.setattr("consumers.console.searches.hits_of", slowly)
    assert 'data-newest="7"' in browser(console, "east").get("/searches").text


def test_pages_watch_only_for_who_keeps_a_search_to_be_told_at_once(console: Backend) -> None:
    console.finds.add([(7, hit(kept("city"), LABOUR.case_id))])
    console.shelf.put(kept("whole", Notice.DAILY))
    pages = {name: browser(console, name).get("/searches").text for name in ("east", "whole", "labour")}
    assert {name: "found.js" in page for name, page in pages.items()} == {
        "east": True,
        "whole": False,
        "labour": False,
    }
    assert 'data-newest="7"' in pages["east"]
