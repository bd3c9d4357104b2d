"""A kept search on real servers: told when the case is indexed, remembered over a restart, silent on a replay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

from elasticsearch import Elasticsearch

from consumers.api.backend import Backend
from consumers.elastic import connect
from consumers.replay import replay
from consumers.saved.follow import follow, load
from consumers.saved.shelf import Shelf
from consumers.saved.watcher import Watcher
from consumers.search.indexer import run as index_cases
from consumers.search.reader import all_cases
from consumers.sending import Sender
from schemas.search_events import SavedSearch
from schemas.settings import Settings
from schemas.terms import Notice
from schemas.topics import Topic
from tests.consumers_running import eventually, publish, running
from tests.officials import LABOUR, Audit, backend

NOW = datetime.now(UTC)
SEARCH = SavedSearch(
    search_id="Q1",
    owner="labour",
    name="工资",
    query="拖欠工资",
    notice=Notice.AT_ONCE,
    created_at=NOW - timedelta(hours=1),
)
CHANGED = LABOUR.with_changes(updated_at=NOW)


def watched(made: Backend, settings: Settings, client: Elasticsearch, stop: Event) -> Thread:
    thread = Thread(target=follow, args=(settings, Watcher(made, all_cases(client, settings)), stop))
    thread.start()
    return thread


def told(settings: Settings) -> int:
    topic = Topic.SEARCHES_FOUND.under(settings.prefix)
    return sum(len(records) for records in replay(settings, topic))


def test_a_case_is_told_when_it_is_indexed_and_neither_a_restart_nor_a_replay_tells_it_again(
    settings: Settings, tmp_path: Path
) -> None:
    with connect(settings) as client:
        tell_once(settings, client, tmp_path)


def tell_once(settings: Settings, elasticsearch: Elasticsearch, tmp_path: Path) -> None:
    sender = Sender(settings)
    made = backend(tmp_path, elasticsearch, settings, Audit())
    made = Backend(**{**vars(made), "send": sender.send, "shelf": Shelf()})
    made.shelf.put(SEARCH)
    publish(settings, Topic.SEARCHES, {SEARCH.search_id: SEARCH})
    with running(index_cases, settings):
        publish(settings, Topic.CASES, [CHANGED.with_changes(updated_at=NOW - timedelta(days=9))])
        eventually(lambda: elasticsearch.indices.exists_alias(name=f"{settings.prefix}-cases").body)
        stop = Event()
        thread = watched(made, settings, elasticsearch, stop)
        publish(settings, Topic.CASES, [CHANGED.with_changes(version=2)])
        eventually(lambda: told(settings) == 1)
        stop.set()
        thread.join()
        again = Backend(**{**vars(made), "shelf": Shelf()})
        load(settings, again.shelf)
        assert [hit.case_id for hit in again.shelf.hits("Q1")] == [LABOUR.case_id]
        stop = Event()
        thread = watched(again, settings, elasticsearch, stop)
        publish(settings, Topic.CASES, [CHANGED.with_changes(version=3)])
        watcher = Watcher(again, all_cases(elasticsearch, settings))
        eventually(lambda: watcher.indexed({LABOUR.case_id: 3}))
        assert watcher.match([LABOUR.case_id]) == 0
        stop.set()
        thread.join()
    assert told(settings) == 1
