"""Workers of both stages join and leave under load, with full queues: every petition once, decided as ever."""

from pathlib import Path

import pytest

from deploy.demo.generator import Ledgers
from deploy.servers.addresses import Servers
from schemas.topics import Topic
from tests.e2e.conftest import Fed
from tests.e2e.pipeline import Pipeline, ledger_files, new_instance, pipeline
from tests.e2e.read_model import read_model, unequal
from tests.e2e.slow_worker import SLOW_WHILE

SLOW = "tests.e2e.slow_worker"
LEAST_WAITING = 50
"""Messages that still wait for a stage whenever one of its workers joins or leaves: the queues are full."""
CHANGELOGS = {"linking": (Topic.RECORDS, Topic.PETITIONERS), "cases": (Topic.CASES,)}
"""What grows as long as the workers of a stage work."""


@pytest.mark.parametrize("stage", ["linking", "cases"])
def test_workers_of_a_stage_join_and_leave_under_load(
    fed: Fed, servers: Servers, ledgers: Ledgers, tmp_path: Path, stage: str
) -> None:
    other = "cases" if stage == "linking" else "linking"
    files = ledger_files(ledgers, tmp_path / "ledgers")
    settings = new_instance(servers, tmp_path, batch_records=1)
    slow_while = tmp_path / "slow"
    slow_while.touch()
    slowly = {SLOW_WHILE: str(slow_while)}
    with pipeline(settings, tmp_path, other, "search") as running:
        running.feed(files)
        if stage == "cases":
            running.settle_stage("linking")
        running.start(f"{stage}-1", module=SLOW, **slowly)
        under_load(running, stage)
        running.start(f"{stage}-2", f"{stage}-3", module=SLOW, **slowly)
        running.until_joined(stage)
        under_load(running, stage)
        running.leave(running.at_work(stage))
        under_load(running, stage)
        running.vanish(running.at_work(stage))
        slow_while.unlink()
        proof = running.settle()
        assert proof.registered == ledgers.expected.registered
        assert not running.exits
        differences = unequal(read_model(settings), fed.model)
        assert not differences, "\n".join(differences)


def under_load(running: Pipeline, stage: str) -> None:
    """Wait until a stage has done more; then there must still be a queue."""
    running.until_more(running.written(*CHANGELOGS[stage]), *CHANGELOGS[stage])
    assert running.waiting(stage) > LEAST_WAITING
