"""One measurement: a loaded pipeline, then single petitions, then the same documents without the pipeline."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from consumers.elastic import connect
from consumers.search.days import today
from consumers.search.index import alias_of
from deploy.bench.bare import bulk_bodies, load_bare
from deploy.bench.live import COUNTY, percentile, probes
from deploy.bench.sampling import Sampler, Usage, take
from deploy.bench.volume import index_work, topic_work
from deploy.bench.warming import warm_up
from deploy.demo.generator import SEED, generate
from deploy.demo.province import write_profiles
from deploy.instance import bring_up
from deploy.processes import process_states
from deploy.servers.embedded import EmbeddedServer
from deploy.servers.provision import find
from deploy.verify import lags, verify
from processors.register_files import load_register
from producers.gateway_keys import create_key, gateway_keys_path
from schemas.settings import Settings

PROBES = 40
POLL_S = 2.0
LIMIT_S = 3_600.0
WITH_REJECTED = 3
LAST_LINES = 5


class Probe(NamedTuple):
    """A single petition in the midst of a takeover. Those that are sent when all is fed meet no load any more."""

    sent_after_s: float
    latency_s: float


class BenchFailed(RuntimeError):
    """The pipeline did not do what was to be measured."""


def run(
    settings: Settings, size: int, workers: int, say: Callable[[str], None], *, is_takeover: bool = False
) -> dict[str, Any]:
    """Measure in an empty home, with so many workers of each stage; what runs is left running.

    With `is_takeover` the ledgers are old records, and the single petitions arrive in the midst of them.
    """
    say(f"inventing {size:,} petitions")
    register, until = load_register(settings.register_dir), today() - timedelta(days=1)
    ledgers = generate(size, SEED, register, until)
    folder, profiles = settings.folder / "ledgers", settings.folder / "counties"
    ledgers.write(folder)
    write_profiles(ledgers.profiles, profiles)
    settings = settings.model_copy(update={"profiles_dir": profiles})
    key = create_key(gateway_keys_path(settings), COUNTY)
    say("starting servers and processes")
    placed = bring_up(settings, workers=workers)
    say("warming Elasticsearch up")
    warm_up(placed, register, until)
    say("the pipeline: from ledger to searchable")
    feeding: list[subprocess.Popen[bytes]] = []
    servers = _servers(settings)
    sampler = Sampler(lambda: servers | _processes(placed, feeding))
    with sampler.running():
        amidst: list[Probe] = []
        if is_takeover:
            fed_s, pipeline_s = _take_over(placed, folder, feeding, probes(placed, key), amidst)
        else:
            fed_s, pipeline_s = _load(placed, folder, feeding)
    volume = {"index": index_work(placed, size), "topics": topic_work(placed, size)}
    _check(placed, ledgers.expected.received + len(amidst))
    latencies = [probe.latency_s for probe in amidst if probe.sent_after_s <= fed_s]
    if not is_takeover:
        say("single petitions: from the gateway to a search hit")
        latencies = list(islice(probes(placed, key), PROBES))
    say("the same documents by bulk requests alone")
    bodies, documents = bulk_bodies(placed)
    before = take(servers["elasticsearch"]) if "elasticsearch" in servers else None
    bare_s = load_bare(placed, bodies, documents)
    after = take(servers["elasticsearch"]) if before is not None else None
    pipeline_rate, bare_rate = size / pipeline_s, size / bare_s
    return {
        "petitions": size,
        "is_takeover": is_takeover,
        "workers": workers,
        "records": ledgers.expected.received,
        "documents": documents,
        "pipeline": {"seconds": round(pipeline_s, 2), "fed_after": round(fed_s, 2), "per_s": round(pipeline_rate, 1)},
        "bare": {
            "seconds": round(bare_s, 2),
            "per_s": round(bare_rate, 1),
            "documents_per_s": round(documents / bare_s, 1),
            "elasticsearch_cpu_s": round(after.cpu_s - before.cpu_s, 1) if before and after else None,
        },
        "ratio": round(pipeline_rate / bare_rate, 4),
        "live_latency_s": {
            "probes": len(latencies),
            "p50": round(percentile(latencies, 0.5), 3),
            "p95": round(percentile(latencies, 0.95), 3),
            "max": round(max(latencies), 3),
        },
        "volume": volume,
        "processes": {name: _told(usage, size) for name, usage in sampler.usage().items()},
    }


def _told(usage: Usage, petitions: int) -> dict[str, float]:
    """What one process used, and its share of each petition in milliseconds of CPU."""
    shares = {"cpu_ms_per_petition": round(1000 * usage.cpu_s / petitions, 3), "growth": round(usage.growth, 3)}
    return {field: round(value, 1) for field, value in asdict(usage).items()} | shares


def _load(settings: Settings, folder: Path, feeding: list[subprocess.Popen[bytes]]) -> tuple[float, float]:
    """Feed all ledgers; seconds until they were in Kafka, and until the last of them was searchable."""
    began = time.monotonic()
    child = _started(settings, "feed", str(folder))
    feeding.append(child)
    if child.wait() not in {0, WITH_REJECTED}:
        raise BenchFailed(f"the feed failed: {_last_words(settings, 'feed')}")
    fed_s = time.monotonic() - began
    while any(lags(settings).values()):
        if time.monotonic() - began > LIMIT_S:
            raise BenchFailed("the pipeline did not work everything off")
        time.sleep(POLL_S)
    with connect(settings, timeout_s=LIMIT_S) as client:
        client.indices.refresh(index=alias_of(settings))
    return fed_s, time.monotonic() - began


def _take_over(
    settings: Settings,
    folder: Path,
    feeding: list[subprocess.Popen[bytes]],
    live: Iterator[float],
    sent: list[Probe],
) -> tuple[float, float]:
    """The same by a takeover, in the midst of which single petitions are sent."""
    began = time.monotonic()
    child = _started(settings, "takeover", str(folder), "--json")
    feeding.append(child)
    while child.poll() is None:
        sent.append(Probe(time.monotonic() - began, next(live)))
    if child.returncode not in {0, WITH_REJECTED}:
        raise BenchFailed(f"the takeover failed: {_last_words(settings, 'takeover')}")
    told = orjson.loads((settings.folder / "logs" / "takeover.json").read_bytes())
    return told["fed_s"], told["settled_s"]


def _started(settings: Settings, verb: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A command of this program; what it prints lies in the logs of the instance."""
    command = [sys.executable, "-c", "from deploy.cli import main; main()", verb, *arguments]
    logs = settings.folder / "logs"
    with (logs / f"{verb}.json").open("wb") as out, (logs / f"{verb}.log").open("wb") as log:
        return subprocess.Popen(command, env=dict(os.environ) | settings.to_env(), stdout=out, stderr=log)


def _last_words(settings: Settings, verb: str) -> str:
    """How the log of a command ends; the log itself is removed with the instance."""
    lines = (settings.folder / "logs" / f"{verb}.log").read_text("utf-8", "replace").splitlines()
    return " / ".join(lines[-LAST_LINES:])


def _check(settings: Settings, received: int) -> None:
    """A rate counts only where nothing is missing."""
    proof = verify(settings)
    if not proof.is_complete or proof.received != received:
        raise BenchFailed(f"{len(proof.differences)} differences between what was received and what is in the index")


def _servers(settings: Settings) -> dict[str, int]:
    """The servers that are ours; others cannot be looked into."""
    found: dict[str, int] = {}
    servers = find(settings)
    for name, server in (("kafka", servers.kafka), ("elasticsearch", servers.elasticsearch)) if servers else ():
        if isinstance(server, EmbeddedServer) and server.mark is not None:
            found[name] = server.mark.pid
    return found


def _processes(settings: Settings, feeding: list[subprocess.Popen[bytes]]) -> dict[str, int]:
    found = {state.name: state.pid for state in process_states(settings) if state.pid}
    if feeding and feeding[0].poll() is None:
        found["feed"] = feeding[0].pid
    return found
