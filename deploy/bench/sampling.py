"""CPU time and memory of each process of an instance, taken while it works."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

import psutil

EVERY_S = 1.0
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One process at one moment."""

    at: float
    cpu_s: float
    rss_mb: float


@dataclass(frozen=True, slots=True)
class Usage:
    """One process over the whole measurement."""

    cpu_s: float
    peak_mb: float
    half_way_mb: float
    end_mb: float

    @property
    def growth(self) -> float:
        """Memory at the end over memory half way: about 1 where it is flat."""
        return self.end_mb / self.half_way_mb if self.half_way_mb else 1.0


class Sampler:
    """Asks again and again which processes there are, and notes what each uses."""

    def __init__(self, processes: Callable[[], dict[str, int]]) -> None:
        """`processes`: name → process number, of those that run now."""
        self._processes = processes
        self._samples: dict[str, list[Sample]] = defaultdict(list)
        self._ended = Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Take samples for as long as the block lasts."""
        thread = Thread(target=self._sample, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def usage(self) -> dict[str, Usage]:
        """What each process has used, of those that were seen at least twice."""
        return {name: _usage(samples) for name, samples in sorted(self._samples.items()) if len(samples) > 1}

    def _sample(self) -> None:
        while not self._ended.wait(EVERY_S):
            for name, pid in self._processes().items():
                sample = take(pid)
                if sample is not None:
                    self._samples[name].append(sample)


def take(pid: int) -> Sample | None:
    """What a process uses now; None where it has ended. None of ours has children, and to look for them is dear."""
    try:
        process = psutil.Process(pid)
        cpu, memory = process.cpu_times(), process.memory_info().rss
    except psutil.Error:
        return None
    return Sample(time.monotonic(), cpu.user + cpu.system, memory / MEGABYTE)


def _usage(samples: list[Sample]) -> Usage:
    middle = (samples[0].at + samples[-1].at) / 2
    half_way = min(samples, key=lambda sample: abs(sample.at - middle))
    return Usage(
        cpu_s=samples[-1].cpu_s - samples[0].cpu_s,
        peak_mb=max(sample.rss_mb for sample in samples),
        half_way_mb=half_way.rss_mb,
        end_mb=samples[-1].rss_mb,
    )
