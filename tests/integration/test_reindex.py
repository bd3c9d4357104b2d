"""A new index from the topic while the old one is searched and written: nothing is missing, nothing pauses."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest

from consumers.elastic import connect
from consumers.search import index, indexer
from consumers.search.index import alias_of, create_next, current_index, ensure_index, swap
from consumers.search.reindex import reindex
from consumers.search.scan import scan_versions
from schemas.settings import Settings
from schemas.topics import Topic
from tests.consumers_running import eventually, indexed, publish, running
from tests.fakes_consumers import case, petition

CASES = [case(petition(str(number))) for number in range(100)]


def test_a_reindex_without_an_index_makes_one(settings: Settings) -> None:
    publish(settings, Topic.CASES, CASES)
    done = reindex(settings)
    assert (done.old, done.messages) == (None, 100)
    with connect(settings) as client:
        assert current_index(client, alias_of(settings)) == done.new
        assert indexed(client, settings) == 100


def test_an_indexer_that_starts_while_a_reindex_swaps_leaves_one_index_behind_the_alias(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(settings, Topic.CASES, CASES)
    with connect(settings) as client:

        def swap_first(*_: object) -> str | None:
            """The indexer looks, finds no index, and the swap is made before it makes one itself."""
            monkeypatch.undo()
            reindex(settings)
            return None

        monkeypatch.setattr(index, "current_index", swap_first)
        found = ensure_index(client, settings)
        assert list(client.indices.get_alias(name=alias_of(settings)).body) == [found]
        assert indexed(client, settings) == 100


def test_a_swap_leaves_one_index_behind_the_alias_though_one_came_meanwhile(settings: Settings) -> None:
    publish(settings, Topic.CASES, CASES)
    with connect(settings) as client:

        def come() -> None:
            ensure_index(client, settings)

        done = reindex(settings, before_swap=come)
        assert list(client.indices.get_alias(name=alias_of(settings)).body) == [done.new]
        assert indexed(client, settings) == 100


def test_whoever_makes_an_index_in_the_moment_of_a_swap_one_is_behind_the_alias(settings: Settings) -> None:
    alias = alias_of(settings)
    with connect(settings) as client, ThreadPoolExecutor(1) as other:
        for _ in range(20):
            new = create_next(client, settings)
            made = other.submit(ensure_index, client, settings)
            swap(client, alias, new)
            made.result()
            assert list(client.indices.get_alias(name=alias).body) == [new]
            client.indices.delete(index=",".join(client.indices.get(index=f"{alias}-*").body))


def test_what_only_the_old_index_got_before_the_swap_is_in_the_new_one_after(settings: Settings) -> None:
    publish(settings, Topic.CASES, CASES[:50])
    with connect(settings) as client, running(indexer.run, settings):
        eventually(lambda: indexed(client, settings) == 50)

        def meanwhile() -> None:
            publish(settings, Topic.CASES, CASES[50:])
            eventually(lambda: indexed(client, settings) == 100)

        done = reindex(settings, before_swap=meanwhile)
        assert current_index(client, alias_of(settings)) == done.new
        assert indexed(client, settings) == 100
        assert set(client.indices.get(index=f"{alias_of(settings)}-*").body) == {done.old, done.new}


def test_search_answers_and_the_indexer_goes_on_through_swaps(settings: Settings) -> None:
    publish(settings, Topic.CASES, CASES[:20])
    stop = Event()
    seen: list[int] = []
    with connect(settings) as client, running(indexer.run, settings):
        eventually(lambda: indexed(client, settings) == 20)

        def search() -> None:
            while not stop.is_set():
                seen.append(int(client.count(index=alias_of(settings)).body["count"]))

        searching = Thread(target=search)
        searching.start()
        try:
            for number in range(3):
                publish(settings, Topic.CASES, CASES[20 * (number + 1) : 20 * (number + 2)])
                reindex(settings, with_drop=True)
            publish(settings, Topic.CASES, [one.model_copy(update={"version": 2}) for one in CASES])
            expected = {one.case_id: 2 for one in CASES}
            eventually(lambda: dict(scan_versions(client, alias_of(settings))) == expected)
        finally:
            stop.set()
            searching.join()
    assert min(seen) >= 20


def test_drop_old_leaves_only_what_is_searched(settings: Settings) -> None:
    with connect(settings) as client:
        first = ensure_index(client, settings)
        done = reindex(settings, with_drop=True)
        assert done.dropped == (first,)
        assert list(client.indices.get(index=f"{alias_of(settings)}-*").body) == [done.new]
