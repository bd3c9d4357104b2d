"""The same rules, source topic, state and index on our engine, on quixstreams and on bytewax, one after the other.

    make bench ARGS="--rivals --size 20000"

Each engine gets an instance of its own on the same servers, the same ledgers, one worker of each stage and our
indexer; the time is that from the first row to the last case in the index, and it counts only where `verify` agrees.
All run twice, the second time in the opposite order: the servers become faster from run to run, and whoever is always
first would pay for it.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import psutil

from consumers.search.days import today
from deploy.demo.generator import SEED, Ledgers, generate
from deploy.demo.province import write_profiles
from deploy.servers.addresses import Servers
from deploy.servers.provision import running_servers
from deploy.verify import verify, wait_until_settled
from processors.register_files import load_register
from schemas.settings import Settings
from tests.e2e.pipeline import Pipeline, ledger_files, pipeline
from tests.servers_fixture import empty_home, fresh_instance

HERE = Path(__file__).parent
ENGINES = {"faust": "", "quixstreams": "tests.bench.quix_worker", "bytewax": "tests.bench.bytewax_worker"}
"""Engine → the module of its worker; ours is `processors`."""
RIVALS = Path(sys.prefix) / "rivals"
"""The environment of the rivals, inside our own."""
WORKERS = ("linking", "cases")
LIMIT_S = 3_600.0


class Run(NamedTuple):
    """One engine, once through all ledgers but the first."""

    petitions: int
    seconds: float
    cpu_s: dict[str, float]
    """Of each worker."""


def main(size: int) -> None:
    """Print rates and ratios as JSON."""
    python = _environment()
    ledgers = generate(size, SEED, load_register(None), today() - timedelta(days=1))
    with empty_home() as home, running_servers(Settings(home=home), for_tests=True) as servers:
        runs = [(name, _measure(servers, ledgers, ENGINES[name], python)) for name in (*ENGINES, *reversed(ENGINES))]
    measured = {name: _told([run for of, run in runs if of == name]) for name in ENGINES}
    ours = measured["faust"]["per_s"]
    ratios = {f"faust/{name}": round(ours / one["per_s"], 3) for name, one in measured.items() if name != "faust"}
    sys.stdout.write(
        orjson.dumps({"petitions": size, **measured, "ratios": ratios}, option=orjson.OPT_INDENT_2).decode() + "\n"
    )


def _told(runs: Sequence[Run]) -> dict[str, Any]:
    """All runs of one engine taken together."""
    return {
        "seconds": [round(run.seconds, 1) for run in runs],
        "per_s": round(sum(run.petitions for run in runs) / sum(run.seconds for run in runs), 1),
        "cpu_s": {name: [round(run.cpu_s[name], 1) for run in runs] for name in WORKERS},
    }


def _environment() -> Path:
    """The Python of the rivals, installed once."""
    python = RIVALS / "bin" / "python"
    wanted = (HERE / "rivals.txt").read_text("utf-8")
    installed = RIVALS / "installed.txt"
    if not installed.exists() or installed.read_text("utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", str(RIVALS)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "-r", str(HERE / "rivals.txt")], check=True)
        installed.write_text(wanted, "utf-8")
    return python


def _measure(servers: Servers, ledgers: Ledgers, module: str, python: Path) -> Run:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_profiles(dict(ledgers.profiles), folder / "counties")
        settings = fresh_instance(servers, folder / "home", profiles_dir=folder / "counties")
        with pipeline(settings, folder, "search") as running:
            for process in WORKERS:
                running.start(process, module=module, python=str(python) if module else sys.executable)
            return _loaded(running, ledgers, folder)


def _loaded(running: Pipeline, ledgers: Ledgers, folder: Path) -> Run:
    """The first ledger warms up and shows that the workers are ready; the others are measured."""
    first, *others = ledger_files(ledgers, folder / "ledgers")
    _fed(running, [first])
    warmed_up = verify(running.settings).registered
    before = {name: _cpu_s(running.pid(name)) for name in WORKERS}
    began = time.monotonic()
    _fed(running, others)
    seconds = time.monotonic() - began
    cpu_s = {name: _cpu_s(running.pid(name)) - before[name] for name in WORKERS}
    proof = verify(running.settings)
    if not proof.is_complete or proof.received != ledgers.expected.received:
        raise RuntimeError(f"{len(proof.differences)} differences")
    return Run(proof.registered - warmed_up, seconds, cpu_s)


def _fed(running: Pipeline, files: list[tuple[Path, str]]) -> None:
    running.feed(files)
    wait_until_settled(running.settings, LIMIT_S)


def _cpu_s(pid: int) -> float:
    spent = psutil.Process(pid).cpu_times()
    return spent.user + spent.system


if __name__ == "__main__":
    main(int(sys.argv[1]))
