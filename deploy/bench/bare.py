"""The bare rate: the same documents, the same mapping, nothing but bulk requests of two clients."""

import multiprocessing
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from elasticsearch import Elasticsearch

from consumers.elastic import connect
from consumers.reading import reader
from consumers.replay import replay
from consumers.search.documents import document_bytes
from consumers.search.mapping import index_body
from schemas.events import Case
from schemas.settings import Settings
from schemas.topics import Topic

CLIENTS = 2
LIMIT_S = 600.0
INDEX = "bare"


def bulk_bodies(settings: Settings) -> tuple[list[Path], int]:
    """The newest documents of this run's cases as bodies of bulk requests, and how many documents they hold."""
    newest: dict[bytes | None, bytes] = {}
    for records in replay(settings, Topic.CASES.under(settings.prefix)):
        newest.update({record.key: record.value for record in records if record.value is not None})
    cases = map(reader(Case), newest.values())
    bodies = packed(((case.case_id, document_bytes(case)) for case in cases), settings.bulk_bytes)
    return stored(bodies, settings.folder / "bare"), len(newest)


def packed(documents: Iterable[tuple[str, bytes]], most_bytes: int) -> Iterator[bytes]:
    """Ids and documents as bodies of bulk requests of about that size."""
    body = bytearray()
    for name, document in documents:
        body += b'{"index":{"_id":"%s"}}\n%s\n' % (name.encode(), document)
        if len(body) >= most_bytes:
            yield bytes(body)
            body.clear()
    if body:
        yield bytes(body)


def stored(bodies: Iterable[bytes], folder: Path) -> list[Path]:
    """The bodies as files: the clients read them while they load, and nothing is handed over inside the time."""
    folder.mkdir()
    paths = []
    for number, body in enumerate(bodies):
        paths.append(folder / f"{number:06d}")
        paths[-1].write_bytes(body)
    return paths


def load_bare(settings: Settings, bodies: list[Path], documents: int) -> float:
    """Seconds until all documents are searchable in a fresh index."""
    name = f"{settings.prefix}-{INDEX}"
    with connect(settings, timeout_s=LIMIT_S) as client:
        client.indices.create(index=name, **index_body(settings.refresh_ms))
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(CLIENTS, mp_context=context) as pool:
            list(pool.map(_ready, range(CLIENTS)))
            began = time.monotonic()
            parts = [pool.submit(_send, settings, name, bodies[at::CLIENTS]) for at in range(CLIENTS)]
            for part in parts:
                part.result()
            client.indices.refresh(index=name)
            seconds = time.monotonic() - began
        _check(client, name, documents)
        client.indices.delete(index=name)
    return seconds


class BareLoadFailed(RuntimeError):
    """The bare load did not take all documents, so there is nothing to compare with."""


def _check(client: Elasticsearch, name: str, documents: int) -> None:
    if client.count(index=name)["count"] != documents:
        raise BareLoadFailed("the bare index does not hold all documents")


def _ready(number: int) -> int:
    """Makes the pool start its processes before the clock does."""
    time.sleep(0.2)
    return number


def _send(settings: Settings, index: str, bodies: list[Path]) -> None:
    with connect(settings, timeout_s=LIMIT_S) as client:
        for body in bodies:
            send_bulk(client, index, body.read_bytes())


def send_bulk(client: Elasticsearch, index: str, body: bytes) -> None:
    """One bulk request as it stands; raises `BareLoadFailed` where a document was refused."""
    answer = client.transport.perform_request(
        "POST",
        f"/{index}/_bulk?filter_path=errors",
        headers={"content-type": "application/x-ndjson", "accept": "application/json"},
        body=body,
        request_timeout=LIMIT_S,
    )
    if answer.body.get("errors"):
        raise BareLoadFailed("a document was refused")
