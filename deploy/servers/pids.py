"""A process is known by its number and its start, so that a number given to another is never signalled.

The start is counted from that of the machine, which no change of the clock moves.
"""

import contextlib
import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import psutil

CLOCK_TOLERANCE_S = 2.0
"""Start times are derived from the boot time, which moves when the clock is set: only for marks without `born`."""

STOP_GRACE_S = 30.0
LOOK_S = 0.1
PROC = Path("/proc")
_TICKS = 19
"""Where the start stands in `/proc/<pid>/stat` behind the name, which may hold anything (field 22)."""


@dataclass(frozen=True, slots=True)
class ProcessMark:
    """The identity of a process of this machine."""

    pid: int
    started: float
    """By the clock of the machine, as it was set then."""
    born: str = ""
    """Which start of the machine, and ticks since then; empty in older marks and where the system does not tell."""

    @classmethod
    def of(cls, pid: int) -> Self:
        """The mark of a running process; raises `psutil.NoSuchProcess`."""
        return cls(pid, psutil.Process(pid).create_time(), _born(pid))

    @classmethod
    def own(cls) -> Self:
        """The mark of this process."""
        return cls.of(os.getpid())

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The mark that was written there, None where there is none."""
        try:
            return cls(**json.loads(path.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, path: Path) -> None:
        """Keep the mark, whole or not at all."""
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps(asdict(self)))
        beside.replace(path)

    def process(self) -> psutil.Process | None:
        """The process, or None where it ended or its number belongs to another."""
        try:
            found = psutil.Process(self.pid)
            return found if self._is_of(found) and found.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def _is_of(self, found: psutil.Process) -> bool:
        if self.born:
            return _born(self.pid) == self.born
        return abs(found.create_time() - self.started) < CLOCK_TOLERANCE_S

    @property
    def is_running(self) -> bool:
        """Whether this very process still runs."""
        return self.process() is not None

    def stop(self, grace_s: float = STOP_GRACE_S) -> None:
        """SIGTERM, and SIGKILL where that was not heeded in time; returns when the process is gone."""
        self._end(signal.SIGTERM, grace_s)
        self.kill()

    def kill(self) -> None:
        """SIGKILL; returns when the process is gone."""
        self._end(signal.SIGKILL, STOP_GRACE_S)

    def _end(self, number: signal.Signals, wait_s: float) -> None:
        process = self.process()
        if process is None:
            return
        until = time.monotonic() + wait_s
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
            while self.is_running and time.monotonic() < until:  # one that its parent has not asked for is gone, too
                with contextlib.suppress(psutil.TimeoutExpired):
                    process.wait(min(LOOK_S, wait_s))


NOBODY = ProcessMark(0, 0.0)


def _born(pid: int) -> str:
    """Empty where the system does not tell; raises `psutil.NoSuchProcess`."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""
    try:
        told = (PROC / str(pid) / "stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        raise psutil.NoSuchProcess(pid) from None
    return f"{boot}:{told.rpartition(b')')[2].split()[_TICKS].decode('ascii')}"


def end_left_over(pid_file: Path) -> None:
    """End a server that nobody else knows: whoever started it was killed before it was noted.

    Its number lies in a file of its folder; the process must name that folder, or the number is another's by now.
    """
    with contextlib.suppress(FileNotFoundError, ValueError, psutil.Error):
        process = psutil.Process(int(pid_file.read_text()))
        if any(str(pid_file.parent) in argument for argument in process.cmdline()):
            ProcessMark.of(process.pid).stop()
