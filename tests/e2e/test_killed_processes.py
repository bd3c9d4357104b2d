"""SIGKILL of each process in the middle of a feed: `verify` finds every petition exactly once afterwards.

One pipeline for all tests; each feeds the ledgers of a few other counties. A process is killed after it has begun to
write what it makes of them and before its offsets can have been committed.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.demo.generator import Ledgers
from deploy.servers.addresses import Servers
from producers.gateway_keys import create_key, gateway_keys_path
from schemas.terms import ReportKind
from schemas.topics import Topic
from tests.e2e.pipeline import STAGES, Pipeline, ledger_files, new_instance, pipeline
from tests.integration.fleet import until

PUSHING = "411321"
"""A county whose system writes JSON, so that it can push its rows as well."""
PUSH_ROWS = 3
COUNTIES = {
    ("linking", False): ("411302", "411330"),
    ("linking", True): ("411303", "411329"),
    ("cases", False): ("411322", "411328"),
    ("cases", True): ("411323", "411327"),
    ("search", False): ("411324", "411325", "411326"),
}
FIRST_WRITE = {"linking": Topic.RECORDS, "cases": Topic.CASES, "search": Topic.CASES}
"""What grows as soon as a process is at work, or is about to be."""

Files = list[tuple[Path, str]]


@pytest.fixture(scope="module")
def files(ledgers: Ledgers, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return ledger_files(ledgers, tmp_path_factory.mktemp("ledgers"))


@pytest.fixture(scope="module")
def running(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    folder = tmp_path_factory.mktemp("killed")
    with pipeline(new_instance(servers, folder, batch_records=2), folder, *STAGES, "gateway") as made:
        yield made


@pytest.mark.parametrize(("victim", "forget"), COUNTIES, ids=lambda value: str(value))
def test_a_process_killed_during_a_feed_loses_and_doubles_nothing(
    running: Pipeline, files: Files, victim: str, forget: bool
) -> None:
    chosen = [(path, county) for path, county in files if county in COUNTIES[victim, forget]]
    before = running.written(FIRST_WRITE[victim])
    with ThreadPoolExecutor(1) as pool:
        feeding = pool.submit(running.feed, chosen)
        running.until_more(before, FIRST_WRITE[victim])
        running.kill(victim, forget=forget)
        running.restart(victim)
        results = feeding.result()
    assert sum(result.published for result in results) > 20
    proof = running.settle()
    reported = {result.county: 0 for result in results}
    for result in results:
        reported[result.county] += result.received
    assert {county: proof.by_county[county].received for county in reported} == reported
    assert not running.exits


def test_a_killed_gateway_loses_and_doubles_nothing_that_a_county_pushes_until_it_is_taken(
    running: Pipeline, files: Files
) -> None:
    rows = [row for path, county in files if county == PUSHING for row in json_rows(path)]
    pushes = [rows[start : start + PUSH_ROWS] for start in range(0, len(rows), PUSH_ROWS)]
    key = create_key(gateway_keys_path(running.settings), PUSHING)
    before = running.written(Topic.INTAKE)
    with ThreadPoolExecutor(1) as pool:
        pushing = pool.submit(lambda: [push(running, key, number, part) for number, part in enumerate(pushes)])
        running.until_more(before, Topic.INTAKE)
        running.kill("gateway")
        running.restart("gateway")
        answers = pushing.result()
    proof = running.settle()
    assert proof.by_county[PUSHING].received == len(rows) == sum(answer["received"] for answer in answers)
    assert len(answers) == len(pushes) == data_reports(running, PUSHING)


def json_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a ledger that are whole; the others cannot be put into a push."""
    found = []
    for line in path.read_bytes().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def push(running: Pipeline, key: str, number: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Send until the gateway says that it is taken; the same push each time."""
    headers = {"X-Source-Key": key, "Idempotency-Key": str(number)}
    answers: list[httpx.Response] = []

    def is_taken() -> bool:
        try:
            address = json.loads((running.settings.folder / "gateway.json").read_text())["address"]
            answers.append(httpx.post(f"{address}/v1/counties/{PUSHING}/petitions", json=rows, headers=headers))
        except (OSError, ValueError, httpx.HTTPError):
            return False
        return answers[-1].status_code == 202

    until(is_taken, "the gateway takes a push")
    taken: dict[str, Any] = answers[-1].json()
    return taken


def data_reports(running: Pipeline, county: str) -> int:
    """How many deliveries of a county are accounted for; a report that was sent again is the same report."""
    reports = (json.loads(value) for _, value in running.read(Topic.REPORTS))
    return len({r["report_id"] for r in reports if r["county"] == county and r["kind"] == ReportKind.DATA.value})
