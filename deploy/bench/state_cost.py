"""What one more petition costs when the state already holds a million, without servers: only steps and RocksDB.

The state is filled by the desks' own code, with traces of invented letters whose text and names are drawn anew: what
a filled state costs are look-ups and disk, not likeness to the letters that are measured.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import msgspec
import numpy as np
import psutil

from deploy.bench.letters import invented_records
from deploy.bench.linking_share import Share
from deploy.demo.generator import SEED
from deploy.stages_alone import StagesAlone
from processors.candidates import Candidates
from processors.effects import Effects
from processors.register_files import load_register
from processors.rulebook import Rulebook
from processors.rules.relation import Trace
from processors.rules.repeat import trace_of
from processors.rules.terms import TERM_BYTES, TERMS_AT, TITLE_BIT, WEIGHT
from processors.stages import Books, CaseStep, LinkingStep, RegistrationStep
from processors.state import PartitionTable
from processors.step import Step
from processors.tables import FEW_READS, KEPT_READS
from schemas.garbage import collect_rarely
from schemas.keys import case_id, digest, partition_of
from schemas.petition import IntakeBatch, IntakeRecord
from schemas.settings import Settings
from schemas.terms import Level
from schemas.topics import Topic

PARTITIONS = 4
WARM_UP, PART = 500, 1_500
"""Letters at each size: first some that warm up, then those of which the stages are measured, then as many for the
share of linking."""
MEASURED = WARM_UP + 2 * PART
LOOK_EACH_S = 0.5
BATCH: int = Settings.model_fields["batch_records"].default
"""Records of a message, as whoever feeds a file sends them."""
AT_ONCE = 2_000
"""Petitions that are filled in between two writes to disk."""
TOLD_EACH = 500_000
NAMES_IN_USE = 300_000
"""Rare names in the letters of a province; some are far more frequent than others."""
MEGABYTE = 1_000_000
P = ParamSpec("P")
R = TypeVar("R")
STAGES = (Topic.INTAKE, Topic.REGISTERED, Topic.LINKED)


class Desks:
    """The three stages on disk, in one process."""

    def __init__(self, rulebook: Rulebook, folder: Path) -> None:
        steps: tuple[Step, ...] = (
            RegistrationStep(),
            LinkingStep(rulebook),
            CaseStep(rulebook, Books(rulebook, PARTITIONS)),
        )
        self._steps = {step.source: step for step in steps}
        self.tables = {
            (topic, number): PartitionTable(folder / topic.value / str(number), _kept_reads(topic))
            for topic in STAGES
            for number in range(PARTITIONS)
        }

    def close(self) -> None:
        """Release the folders."""
        for table in self.tables.values():
            table.close()

    def until_at_rest(self) -> None:
        """Wait until RocksDB has put in order what was written: its own threads would be counted as the stages'."""
        while not all(table.is_at_rest for table in self.tables.values()):
            time.sleep(LOOK_EACH_S)

    def work_off(self, batches: Sequence[bytes]) -> dict[Topic, float]:
        """Pass batches of intake through all stages; CPU seconds of each."""
        spent: dict[Topic, float] = {}
        waiting = [(number % PARTITIONS, value) for number, value in enumerate(batches)]
        for topic in STAGES:
            began = time.process_time()
            waiting = [made for given in waiting for made in self._step(topic, *given)]
            spent[topic] = time.process_time() - began
        return spent

    def _step(self, topic: Topic, partition: int, value: bytes) -> list[tuple[int, bytes]]:
        step, table = self._steps[topic], self.tables[topic, partition]
        effects = Effects("bench", PARTITIONS, BATCH, datetime.now(UTC))
        step.handle(value, f"bench:{partition}:0", table, effects)
        step.finish(table)
        table.keep({"bench": 1})
        return [(made.partition, made.value) for made in (*effects.handed_over(), *effects.messages())]


def _kept_reads(topic: Topic) -> int:
    """As the workers have it."""
    return (KEPT_READS if topic is Topic.LINKED else FEW_READS) // PARTITIONS


class Filling:
    """Petitions as the stages would have left them behind."""

    def __init__(self, desks: Desks, traces: Sequence[Trace], case: bytes, townships: Sequence[str]) -> None:
        """Traces and the bytes of a case are patterns; `townships` are where the petitions are about."""
        self._desks = desks
        self._traces = traces
        self._case = case
        self._townships = townships
        self._random = np.random.default_rng(SEED)
        self.size = 0

    def up_to(self, size: int, say: Callable[[str], None]) -> None:
        """Go on until so many petitions are there, and tell now and then how far it is."""
        tables = [self._desks.tables[topic, n] for topic in STAGES[1:] for n in range(PARTITIONS)]
        while self.size < size:
            if self.size % TOLD_EACH == 0:
                say(f"filling the state: {self.size:,} of {size:,} petitions")
            for _ in range(min(AT_ONCE, size - self.size)):
                self._add(self._invented(self.size))
                self.size += 1
            for table in tables:
                table.keep({"bench": 1})

    def _add(self, trace: Trace) -> None:
        person = digest("person", trace.petition_id).encode()
        linking = self._desks.tables[Topic.REGISTERED, partition_of(trace.petition_id, PARTITIONS)]
        linking.derive(person, msgspec.msgpack.encode(((trace, ()),)))
        desk = self._desks.tables[Topic.LINKED, partition_of(trace.home, PARTITIONS)]
        Candidates(desk).restore(trace)
        name = case_id(trace.petition_id).encode()
        desk.derive(b"p:" + trace.petition_id.encode(), name)
        desk.derive(name, self._case)

    def _invented(self, number: int) -> Trace:
        pattern = self._traces[number % len(self._traces)]
        township = self._townships[int(self._random.integers(len(self._townships)))]
        return msgspec.structs.replace(
            pattern,
            petition_id="P" + digest("bench", str(number)),
            home=township[:4],
            place=township,
            sketch=self._sketch(pattern.sketch),
            profile=self._profile(pattern.profile),
            anchors=frozenset(self._random.integers(2**32, size=len(pattern.anchors)).tolist()),
        )

    def _sketch(self, pattern: bytes) -> bytes:
        hashes = np.sort(self._random.integers(2**32, size=len(pattern) // 4 - 1, dtype=np.uint32))
        return pattern[:4] + hashes.astype("<u4").tobytes()

    def _profile(self, pattern: bytes) -> bytes:
        """The same weights for other names; frequent names are drawn often."""
        if not pattern:
            return pattern
        end = TERMS_AT + TERM_BYTES * pattern[0]
        weights = np.frombuffer(pattern[TERMS_AT:end], "<u4") & (TITLE_BIT | WEIGHT)
        names = (NAMES_IN_USE * self._random.random(weights.size) ** 2).astype(np.uint32)
        return pattern[:TERMS_AT] + (names << np.uint32(8) | weights).astype("<u4").tobytes() + pattern[end:]


def measure(sizes: Sequence[int], folder: Path, until: date, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """For each number of petitions in the state, rising: CPU of one more, memory of the process, bytes on disk."""
    register = load_register(None)
    rulebook = Rulebook(register)
    collect_rarely()  # as the workers do
    desks = Desks(rulebook, folder / "state")
    patterns = _apart(_patterns, MEASURED, until, folder / "ledgers")
    townships = [d.code for d in register.divisions if d.level is Level.TOWNSHIP and d.is_valid_on(until)]
    filling = Filling(desks, *patterns, townships)
    found: list[dict[str, Any]] = []
    for size in sizes:
        # Of people and matters of their own: else the later letters would find those that were measured before.
        seed = SEED + 1 + len(found)
        warming, timed, watched = _apart(_messages, (WARM_UP, PART, PART), until, folder / f"ledgers-{seed}", seed)
        began, filled, before = time.monotonic(), size - filling.size, _background_s()
        filling.up_to(size, say)
        desks.until_at_rest()
        filled_s, in_background = time.monotonic() - began, _background_s() - before
        say("measuring")
        share = Share()
        desks.work_off(warming)
        spent = desks.work_off(timed)
        with share.watched():
            desks.work_off(watched)
        found.append(
            {
                "petitions": size,
                "filled_s": round(filled_s, 1),
                "cpu_us": {topic.value: round(1e6 * s / PART) for topic, s in spent.items()},
                "linking_us": round(1e6 * share.seconds / PART),
                "background_us": round(1e6 * in_background / filled) if filled else 0,
                "resident_mb": round(psutil.Process().memory_info().rss / MEGABYTE),
                "disk_mb": round(sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / MEGABYTE),
            }
        )
        say(json.dumps(found[-1]))
    desks.close()
    return found


def _background_s() -> float:
    """CPU that other threads than this one have used: RocksDB's, which writes in order and merges."""
    return time.process_time() - time.thread_time()


def _apart(invent: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What a process of its own invents: its memory would be counted as a worker's."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(invent, *args, **kwargs).result()


def _messages(counts: Sequence[int], until: date, folder: Path, seed: int) -> list[list[bytes]]:
    """Letters in messages: so many in each part."""
    records = iter(invented_records(sum(counts), load_register(None), until, folder, seed))
    return [_batches(records, count) for count in counts]


def _batches(records: Iterator[IntakeRecord], count: int) -> list[bytes]:
    """The next letters, in messages."""
    chosen = list(islice(records, count))
    starts = range(0, len(chosen), BATCH)
    return [IntakeBatch(records=tuple(chosen[start : start + BATCH])).to_bytes() for start in starts]


def _patterns(count: int, until: date, folder: Path) -> tuple[list[Trace], bytes]:
    """What the stages keep of such letters: their traces, and a case of usual length."""
    register = load_register(None)
    stages = StagesAlone(Rulebook(register))
    for _ in stages.receive(invented_records(count, register, until, folder)):
        pass
    cases = stages.cases()
    traces = [trace_of(m, m.place, m.classification, m.home) for case in cases for m in case.petitions]
    return traces, sorted((case.to_bytes() for case in cases), key=len)[len(cases) // 2]
