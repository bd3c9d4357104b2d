"""`petitions takeover`, killed in its midst together with a worker: run again, it goes on, and nothing is missing.

`SOAK_TAKEOVER=200000` takes so many over at full speed while a random process dies each minute, and tells the memory
of each process and the disk of its state as they grow. Inventing two million letters takes half an hour:
`SOAK_LEDGERS` names a folder in which they are kept for the next time.
"""

import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random

import psutil
import pytest

from deploy.demo.generator import Ledgers, generate
from deploy.demo.province import write_profiles
from deploy.demo.truth import Expected
from deploy.servers.addresses import Servers
from processors.register_files import load_register
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
KILL_EACH_S, LOOK_EACH_S = 60.0, 5.0
OUTPUT = {"linking": Topic.LINKED, "cases": Topic.CASES}
"""How much a worker has done shows in what it wrote."""
WORTH_JUDGING, MOST_GROWTH = 2_000_000, 1.3
"""From this size on the memory of a worker must have stopped growing; before, its caches are filling."""
PARTS = 20
"""Of the growth so many points are told."""
MEGABYTE = 1_000_000
COMMAND = [sys.executable, "-c", "from deploy.cli import main; main()", "takeover", "--json"]


def test_a_takeover_goes_on_where_it_was_killed_and_raises_no_alert_about_a_case(
    servers: Servers, ledgers: Ledgers, tmp_path: Path
) -> None:
    ledgers.write(tmp_path / "ledgers")
    settings = new_instance(servers, tmp_path)
    with pipeline(settings, tmp_path, *STAGES, "alerts") as running:
        first = take_over(settings, tmp_path, tmp_path / "ledgers")
        running.until_more(0, Topic.CASES)
        first.kill()
        running.kill("cases")
        running.restart("cases")
        assert first.wait() == -9
        second = take_over(settings, tmp_path, tmp_path / "ledgers")
        assert second.wait(240) == WITH_REJECTED
        done = json.loads((tmp_path / TOLD).read_bytes())
        assert done["verification"]["is_complete"]
        assert (done["received"], done["rejected"]) == (ledgers.expected.received, ledgers.expected.rejected)
        assert done["verification"]["received"] == ledgers.expected.received
        assert all(case.takeover for case in running.cases())
        assert about_cases(running) == []


def take_over(settings: Settings, folder: Path, ledgers: Path, *options: str) -> subprocess.Popen[bytes]:
    """The command on the ledgers; its account goes to a file, because a pipe that nobody reads would hold it up."""
    with (folder / "takeover.log").open("ab") as log, (folder / TOLD).open("wb") as told:
        return subprocess.Popen(
            [*COMMAND, *options, str(ledgers)],
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
    servers: Servers, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    invented = Path(os.environ.get("SOAK_LEDGERS") or tmp_path) / str(SOAK)
    with ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:  # the memory that inventing takes goes with it
        expected = elsewhere.submit(write_ledgers, invented).result()
    settings = fresh_instance(servers, tmp_path / "home", profiles_dir=invented / "profiles", refresh_ms=None)
    with pipeline(settings, tmp_path, *STAGES, "alerts") as running:
        samples, kills = killed_every_minute(running, tmp_path, invented / "ledgers")
        proof = running.settle()
    assert (proof.received, proof.registered) == (expected.received, expected.registered)
    record_property("petitions, kills", f"{SOAK}, {kills}")
    for sample in samples[:: max(1, len(samples) // PARTS)]:
        record_property("growth", sample)
    growth = {name: grown(samples, name) for name in OUTPUT}
    record_property("most memory in the last quarter of a worker's work over that in the first", growth)
    if SOAK >= WORTH_JUDGING:
        assert all(times <= MOST_GROWTH for times in growth.values())


def write_ledgers(folder: Path) -> Expected:
    """Invent the ledgers, or find them invented; so many come from more counties than the demo has."""
    truth = folder / "expected.pickle"
    if truth.exists():
        known: Expected = pickle.loads(truth.read_bytes())
        return known
    ledgers = generate(SOAK, SEED, load_register(None), UNTIL)
    ledgers.write(folder / "ledgers")
    write_profiles(ledgers.profiles, folder / "profiles")
    truth.write_bytes(pickle.dumps(ledgers.expected))
    return ledgers.expected


@dataclass(frozen=True, slots=True)
class Sample:
    """One moment of the takeover."""

    after_s: int
    written: dict[str, int]
    """Messages that each worker has written."""
    resident_mb: dict[str, int]
    state_mb: dict[str, int]


def killed_every_minute(running: Pipeline, folder: Path, ledgers: Path) -> tuple[list[Sample], int]:
    """Take the ledgers over while a random process dies each minute; what was seen meanwhile, and kills."""
    dice, kills, began = Random(SEED), 0, time.monotonic()
    samples: list[Sample] = []
    command = take_over(running.settings, folder, ledgers, "--full-speed")
    while (code := command.poll()) is None:
        time.sleep(LOOK_EACH_S)
        running.revive()
        after_s = time.monotonic() - began
        samples.append(sample(running, command.pid, round(after_s)))
        if after_s > (kills + 1) * KILL_EACH_S:
            kills += 1
            victim = dice.choice((*running.names, "takeover"))
            if victim == "takeover":
                command.kill()
                command.wait()
                command = take_over(running.settings, folder, ledgers, "--full-speed")
            else:
                running.kill(victim)
                running.restart(victim)
    assert code == WITH_REJECTED
    assert json.loads((folder / TOLD).read_bytes())["verification"]["is_complete"]
    return samples, kills


def sample(running: Pipeline, takeover: int, after_s: int) -> Sample:
    """All that can be seen now."""
    pids = {name: running.pid(name) for name in running.names} | {"takeover": takeover}
    return Sample(
        after_s,
        {name: running.written(topic) for name, topic in OUTPUT.items()},
        {name: memory_of(pid) for name, pid in pids.items()},
        {name: disk_of(running.fleet.state_folder(name)) for name in running.names},
    )


def grown(samples: Sequence[Sample], name: str) -> float:
    """The most memory of a worker in the last quarter of its work over the most in the first."""
    whole = samples[-1].written[name]
    first = max(s.resident_mb[name] for s in samples if s.written[name] <= whole / 4)
    last = max(s.resident_mb[name] for s in samples if s.written[name] >= whole * 3 / 4)
    return round(last / first, 3)


def memory_of(pid: int) -> int:
    """Resident memory of a process in MB; none of one that has just ended."""
    try:
        return psutil.Process(pid).memory_info().rss // MEGABYTE
    except psutil.NoSuchProcess:
        return 0


def disk_of(folder: Path) -> int:
    """MB of all files of a folder, whatever comes and goes there meanwhile."""
    found = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):
            found += file.stat().st_size
    return found // MEGABYTE
