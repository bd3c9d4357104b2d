"""A kept search on real servers: told when the case is indexed, remembered over a restart, silent on a replay."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from threading import Event, Thread

import httpx2
from elasticsearch import Elasticsearch

from consumers.api.backend import Backend
from consumers.elastic import connect
from consumers.replay import replay
from consumers.saved.follow import follow, load
from consumers.saved.found import follow_finds
from consumers.saved.shelf import Shelf
from consumers.saved.watcher import Watcher
from consumers.search.indexer import run as index_cases
from consumers.search.reader import all_cases
from consumers.sending import Sender
from schemas.events import Case
from schemas.search_events import SavedSearch
from schemas.settings import Settings
from schemas.terms import Notice
from schemas.topics import Topic
from tests.consumers_running import PATIENCE_S, eventually, publish, running, served
from tests.fakes_consumers import case, petition
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


WITHIN_S = 2.0
"""From the case in its topic to the open page; of this a refresh of the index may take one second."""
CAME = 5


def numbered(number: int) -> Case:
    """One of the labour office's cases to which something comes now."""
    one = petition(f"E-{number}", row=number, title="拖欠工资", body="工地拖欠工资。", received_at=datetime.now(UTC))
    now = one.received_at
    return case(one, place=LABOUR.place, jurisdiction=LABOUR.jurisdiction, opened_at=now, updated_at=now)


@contextmanager
def followed(settings: Settings, made: Backend, client: Elasticsearch) -> Iterator[None]:
    """The threads of the console that match searches and follow what they find."""
    stop = Event()
    following = Thread(target=follow_finds, args=(settings, made.finds, stop))
    following.start()
    watching = watched(made, settings, client, stop)
    try:
        yield
    finally:
        stop.set()
        watching.join()
        following.join()


@contextmanager
def feed(port: int, made: Backend, last: str = "") -> Iterator[Iterator[tuple[int, str]]]:
    """The open feed of the labour office: id and case of each find, and (-1, "") for each line of waiting."""
    cookie = made.sessions.header(made.sessions.begin("labour")).partition(";")[0]
    headers = {"Cookie": cookie} | ({"Last-Event-ID": last} if last else {})
    where = f"http://127.0.0.1:{port}/api/v1/searches/stream?after=-1"
    with httpx2.stream("GET", where, headers=headers, timeout=PATIENCE_S) as answer:

        def read() -> Iterator[tuple[int, str]]:
            at = -1
            for line in answer.iter_lines():
                if line.startswith("id: "):
                    at = int(line[4:])
                elif found := re.search(r'"case_id":"(C[0-9a-f]+)"', line):
                    yield at, found[1]
                elif line == ": waiting":
                    yield -1, ""

        yield read()


def test_a_new_case_reaches_the_open_page_in_a_moment_and_a_resumed_feed_repeats_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    sender = Sender(settings)
    with connect(settings) as client, running(index_cases, settings):
        made = backend(tmp_path, client, settings, Audit())
        made = Backend(**{**vars(made), "send": sender.send})
        made.shelf.put(SEARCH)
        publish(settings, Topic.CASES, [numbered(0).with_changes(updated_at=NOW - timedelta(days=9))])
        eventually(lambda: client.indices.exists_alias(name=f"{settings.prefix}-cases").body)
        with followed(settings, made, client), served(made) as port:
            arrived, took = [], []
            with feed(port, made) as lines:
                assert next(lines) == (-1, "")
                for number in range(1, CAME + 1):
                    one, began = numbered(number), time.monotonic()
                    publish(settings, Topic.CASES, [one])
                    arrived.append(next(line for line in islice(lines, 3) if line[1]))
                    took.append(time.monotonic() - began)
                    assert arrived[-1][1] == one.case_id
            with feed(port, made, str(arrived[1][0])) as lines:
                assert [next(lines) for _ in arrived[2:]] == arrived[2:]
                assert next(lines) == (-1, ""), "what came once does not come again"
    assert [at for at, _ in arrived] == sorted({at for at, _ in arrived})
    assert max(took[1:]) < WITHIN_S, took  # the first one waits until everything has started
