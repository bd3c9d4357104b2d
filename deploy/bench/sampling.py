"""CPU time and memory of each process of an instance, taken while it works."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

import psutil

EVERY_S = 1.0
WINDOW = 0.1
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
    """The most in the tenth of its work (by CPU) around the middle: who works in batches rises and falls."""
    end_mb: float
    """The most in the last tenth of its work and after it."""

    @property
    def growth(self) -> float:
        """Memory at the end over memory half way of its own work: who is done early idles for the rest of the run."""
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
        return {name: usage_of(samples) for name, samples in sorted(self._samples.items()) if len(samples) > 1}

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


def usage_of(samples: Sequence[Sample]) -> Usage:
    """What the samples of one process say, in the order of time."""
    return Usage(
        cpu_s=samples[-1].cpu_s - samples[0].cpu_s,
        peak_mb=max(sample.rss_mb for sample in samples),
        half_way_mb=_most_around(samples, 0.5),
        end_mb=_most_around(samples, 1.0),
    )


def _most_around(samples: Sequence[Sample], share: float) -> float:
    """The most memory in a tenth of the work, around or up to this share of it."""
    began, used = samples[0].cpu_s, samples[-1].cpu_s - samples[0].cpu_s
    middle = began + used * min(share, 1 - WINDOW / 2)
    width = used * WINDOW / 2
    near = [sample.rss_mb for sample in samples if abs(sample.cpu_s - middle) <= width]
    return max(near, default=0.0) or min(samples, key=lambda sample: abs(sample.cpu_s - middle)).rss_mb
