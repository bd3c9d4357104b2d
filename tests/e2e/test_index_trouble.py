"""Elasticsearch answers 429 for a while, or refuses single documents: the rest is complete, nothing is lost.

The indexer reaches Elasticsearch through a proxy of the test. `LONG_FAULTS=1` keeps the answer 429 up for a minute.
"""

import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import orjson
import pytest

from consumers.proof.account import Kind
from consumers.search.reindex import reindex
from deploy.demo.generator import Ledgers
from deploy.servers.addresses import Servers
from deploy.verify import verify
from schemas.events import DeadLetter
from schemas.terms import RejectReason
from schemas.topics import Topic
from tests.e2e.pipeline import STAGES, Pipeline, ledger_files, new_instance, pipeline
from tests.integration.fleet import until

BUSY_S = 60.0 if os.environ.get("LONG_FAULTS") else 8.0
LEAST_ATTEMPTS = 3
STRANGE = b'{"no_such_field":1}'
"""What the strict mapping of the index refuses."""


class Trouble:
    """What the proxy does at present."""

    def __init__(self) -> None:
        self.busy_until = 0.0
        self.attempts = 0
        """Bulk requests that were answered with 429."""
        self.spoils_every = 0
        """Every how many-th document is changed into one that Elasticsearch itself refuses."""
        self.spoilt: set[str] = set()

    def spoil(self, body: bytes) -> bytes:
        """The bulk request with some documents replaced."""
        lines = body.split(b"\n")
        for at in range(0, len(lines) - 1, 2):
            name = orjson.loads(lines[at])["index"]["_id"]
            if self.spoils_every and int(name[-4:], 16) % self.spoils_every == 0:
                self.spoilt.add(name)
                lines[at + 1] = STRANGE
        return b"\n".join(lines)


@pytest.fixture
def trouble() -> Trouble:
    return Trouble()


@pytest.fixture
def proxy(servers: Servers, trouble: Trouble) -> Iterator[str]:
    """An address that passes everything on to Elasticsearch, as far as the trouble lets it."""
    client = httpx.Client(base_url=servers.addresses.elasticsearch, timeout=60)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_any(self) -> None:
            """Pass one request on."""
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            is_bulk = "/_bulk" in self.path
            if is_bulk and time.monotonic() < trouble.busy_until:
                trouble.attempts += 1
                return self.answer(429, "application/json", b"{}")
            kept = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length")}
            content = trouble.spoil(body) if is_bulk else body
            got = client.request(self.command, self.path, content=content, headers=kept)
            return self.answer(got.status_code, got.headers.get("content-type", ""), got.content)

        def answer(self, status: int, kind: str, content: bytes) -> None:
            """One answer."""
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("x-elastic-product", "Elasticsearch")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = do_any

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        client.close()


def test_an_index_that_is_busy_or_refuses_documents_loses_nothing(
    servers: Servers, proxy: str, trouble: Trouble, ledgers: Ledgers, tmp_path: Path
) -> None:
    files = ledger_files(ledgers, tmp_path / "ledgers")
    half = len(files) // 2
    with pipeline(new_instance(servers, tmp_path, batch_records=5), tmp_path, *STAGES[:2]) as running:
        running.start("search", PETITIONS_ELASTICSEARCH=proxy)
        trouble.busy_until = time.monotonic() + BUSY_S + 600
        running.feed(files[:half])
        running.settle_but_for_the_index()
        until(lambda: trouble.attempts >= LEAST_ATTEMPTS, "the indexer tries again and again")
        trouble.busy_until = time.monotonic() + BUSY_S
        proof = running.settle()
        assert proof.documents > 0 and not running.read(Topic.INDEX_DEAD)
        trouble.spoils_every = 10
        running.feed(files[half:])
        running.settle_stages()
        assert_only_the_refused_are_missing(running, trouble.spoilt)
        trouble.spoils_every = 0
        reindex(running.settings)
        running.settle()
        assert not running.exits


def assert_only_the_refused_are_missing(running: Pipeline, refused: set[str]) -> None:
    letters = [DeadLetter.from_bytes(value) for _, value in running.read(Topic.INDEX_DEAD)]
    assert refused and {letter.source for letter in letters} == refused
    assert {letter.reason for letter in letters} == {RejectReason.REFUSED_BY_INDEX}
    proof = verify(running.settings)
    assert {one.subject for one in proof.differences} == refused
    assert {one.kind for one in proof.differences} <= {Kind.MISSING_DOCUMENT, Kind.WRONG_VERSION}
