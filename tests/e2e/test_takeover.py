"""`petitions takeover`, killed in its midst together with a worker: run again, it goes on, and nothing is missing.

`SOAK_TAKEOVER=200000` takes so many over while a random process dies each minute, and tells the workers' memory.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import psutil
import pytest

from deploy.demo.generator import Ledgers, generate
from deploy.demo.province import write_profiles
from deploy.servers.addresses import Servers
from processors.rulebook import Rulebook
from schemas.events import Alert
from schemas.settings import Settings
from schemas.topics import Topic
from tests.e2e.conftest import SEED, UNTIL
from tests.e2e.pipeline import STAGES, Pipeline, new_instance, pipeline
from tests.servers_fixture import fresh_instance

WITH_REJECTED = 3
TOLD = "takeover.json"
SOAK = int(os.environ.get("SOAK_TAKEOVER", "0"))
"""Petitions of the long takeover; none in `make test`."""
KILL_EACH_S, LOOK_EACH_S = 60.0, 2.0
WORKERS = ("linking", "cases")
WORTH_JUDGING, MOST_GROWTH = 2_000_000, 1.3
"""From this size on the memory of a worker must have stopped growing; before, its caches are filling."""
COMMAND = [sys.executable, "-c", "from deploy.cli import main; main()", "takeover", "--json"]


def test_a_takeover_goes_on_where_it_was_killed_and_raises_no_alert_about_a_case(
    servers: Servers, ledgers: Ledgers, tmp_path: Path
) -> None:
    ledgers.write(tmp_path / "ledgers")
    settings = new_instance(servers, tmp_path)
    with pipeline(settings, tmp_path, *STAGES, "alerts") as running:
        first = take_over(settings, tmp_path)
        running.until_more(0, Topic.CASES)
        first.kill()
        running.kill("cases")
        running.restart("cases")
        assert first.wait() == -9
        second = take_over(settings, tmp_path)
        assert second.wait(240) == WITH_REJECTED
        done = json.loads((tmp_path / TOLD).read_bytes())
        assert done["verification"]["is_complete"]
        assert (done["received"], done["rejected"]) == (ledgers.expected.received, ledgers.expected.rejected)
        assert done["verification"]["received"] == ledgers.expected.received
        assert all(case.takeover for case in running.cases())
        assert about_cases(running) == []


def take_over(settings: Settings, folder: Path) -> subprocess.Popen[bytes]:
    """The command on the ledgers; its account goes to a file, because a pipe that nobody reads would hold it up."""
    with (folder / "takeover.log").open("ab") as log, (folder / TOLD).open("wb") as told:
        return subprocess.Popen(
            [*COMMAND, str(folder / "ledgers")],
            env=dict(os.environ) | settings.to_env(),
            stdout=told,
            stderr=log,
        )


def about_cases(running: Pipeline) -> list[Alert]:
    """Alerts that name a case."""
    found = [Alert.from_bytes(value) for _, value in running.read(Topic.ALERTS)]
    return [alert for alert in found if alert.subject.startswith("C")]


@pytest.mark.skipif(not SOAK, reason="a long takeover: SOAK_TAKEOVER=200000, or `make soak`")
@pytest.mark.timeout(0)
def test_a_long_takeover_survives_a_kill_every_minute(
    servers: Servers, rulebook: Rulebook, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    ledgers = generate(SOAK, SEED, rulebook.register, UNTIL)
    ledgers.write(tmp_path / "ledgers")
    write_profiles(ledgers.profiles, tmp_path / "profiles")  # so many come from more counties than the demo has
    settings = fresh_instance(servers, tmp_path / "home", profiles_dir=tmp_path / "profiles")
    with pipeline(settings, tmp_path, *STAGES, "alerts") as running:
        memory, kills = killed_every_minute(running, tmp_path, ledgers.expected.registered)
        proof = running.settle()
    assert (proof.received, proof.registered) == (ledgers.expected.received, ledgers.expected.registered)
    record_property("petitions, kills", f"{SOAK}, {kills}")
    record_property("most MB in the first and in the last quarter", memory)
    if SOAK >= WORTH_JUDGING:
        assert all(last <= MOST_GROWTH * first for first, last in memory.values())


def killed_every_minute(running: Pipeline, folder: Path, size: int) -> tuple[dict[str, tuple[int, int]], int]:
    """Take the ledgers over while a random process dies each minute; most memory of each worker, and kills."""
    dice, kills, next_at = Random(SEED), 0, time.monotonic() + KILL_EACH_S
    most: dict[str, tuple[int, int]] = dict.fromkeys(WORKERS, (0, 0))
    command = take_over(running.settings, folder)
    while (code := command.poll()) is None:
        time.sleep(LOOK_EACH_S)
        running.revive()
        share = running.written(Topic.RECORDS) / size
        for name in WORKERS:
            first, last = most[name]
            used = memory_of(running.pid(name))
            most[name] = (max(first, used) if share < 1 / 4 else first, max(last, used) if share > 3 / 4 else last)
        if time.monotonic() > next_at:
            kills, next_at = kills + 1, time.monotonic() + KILL_EACH_S
            victim = dice.choice((*running.names, "takeover"))
            if victim == "takeover":
                command.kill()
                command.wait()
                command = take_over(running.settings, folder)
            else:
                running.kill(victim)
                running.restart(victim)
    assert code == WITH_REJECTED
    assert json.loads((folder / TOLD).read_bytes())["verification"]["is_complete"]
    return most, kills


def memory_of(pid: int) -> int:
    """Resident memory of a process in MB; none of one that has just ended."""
    try:
        return psutil.Process(pid).memory_info().rss // 1_000_000
    except psutil.NoSuchProcess:
        return 0
