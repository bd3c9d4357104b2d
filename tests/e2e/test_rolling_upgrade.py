"""Old and new versions work side by side: workers are replaced one by one, the index changes while it serves.

The version after this one is simulated: `tests/e2e/later_worker.py` adds fields to all that it sends, and the mapping
gets a field that the present one does not have.
"""

from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from consumers.elastic import connect
from consumers.search import indexer, mapping
from consumers.search.index import alias_of, current_index
from consumers.search.reindex import reindex
from deploy.servers.addresses import Servers
from schemas.settings import Settings
from schemas.topics import Topic
from tests.consumers_running import eventually, indexed, publish, running
from tests.e2e.conftest import Fed
from tests.e2e.later_worker import LATER
from tests.e2e.pipeline import new_instance, pipeline
from tests.e2e.read_model import read_model, unequal
from tests.fakes_consumers import case, petition

LATER_MODULE = "tests.e2e.later_worker"
LATER_WORKERS = ("linking-later", "cases-later")
(MARK,) = (name.encode() for name in LATER)
CASES = [case(petition(str(number))) for number in range(40)]


def test_present_workers_beside_later_ones_and_after_them_give_the_same_read_model(
    fed: Fed, servers: Servers, tmp_path: Path
) -> None:
    settings = new_instance(servers, tmp_path, session_timeout_s=15)
    third = -(-len(fed.files) // 3)
    with pipeline(settings, tmp_path, "search") as mixed:
        mixed.start(*LATER_WORKERS, module=LATER_MODULE)
        mixed.feed(fed.files[:third])
        mixed.settle_stages()
        assert all(MARK in value for _, value in mixed.read(Topic.CASES))
        mixed.start("linking", "cases")
        mixed.until_joined("linking")
        mixed.until_joined("cases")
        mixed.feed(fed.files[third : 2 * third])
        mixed.settle_stages()
        for name in LATER_WORKERS:  # the way back: what they wrote, messages and state, is taken over
            mixed.leave(name)
        mixed.feed(fed.files[2 * third :])
        proof = mixed.settle()
        assert not mixed.exits, mixed.fleet.logs()[-3_000:]
        assert proof.registered == len(fed.model)
        differences = unequal(read_model(settings), fed.model)
        assert not differences, "\n".join(differences)


def test_a_new_field_of_the_index_comes_by_reindex_while_old_and_new_versions_serve(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, seen = Event(), list[int]()
    publish(settings, Topic.CASES, CASES[:20])
    with connect(settings) as client, running(indexer.run, settings):
        eventually(lambda: indexed(client, settings) == 20)
        searching = Thread(target=search, args=(client, settings, stop, seen))
        searching.start()
        try:
            monkeypatch.setitem(mapping.PROPERTIES, "of_a_later_version", {"type": "keyword"})
            done = reindex(settings)
            publish(settings, Topic.CASES, CASES[20:])
            eventually(lambda: indexed(client, settings) == 40)
        finally:
            stop.set()
            searching.join()
        assert done.new == current_index(client, alias_of(settings)) != done.old
        fields = client.indices.get_mapping(index=done.new).body[done.new]["mappings"]["properties"]
    assert "of_a_later_version" in fields
    assert seen and seen == sorted(seen) and seen[0] == 20


def search(client: Any, settings: Settings, stop: Event, seen: list[int]) -> None:
    """Count what can be found until told to stop; a search that fails ends the thread, and `seen` stays short."""
    while not stop.is_set():
        seen.append(int(client.count(index=alias_of(settings)).body["count"]))
