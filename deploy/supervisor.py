"""Keeps the processes of an instance running: what exits is started again, with growing pauses.

Once a day, and at the start, open cases go with the changes of the register whose day has come.
"""

import signal
import subprocess
import time
from dataclasses import dataclass, field
from threading import Event
from types import FrameType

from consumers.search.days import today
from deploy.daily import REGISTER_DUE, DailyRun
from deploy.processes import ProcessSpec, ProcessState, ProcessStates, process_specs, spawn
from deploy.servers.pids import STOP_GRACE_S, ProcessMark
from schemas.settings import Settings

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STEADY_AFTER_S = 60.0
"""A process that ran so long starts again without a pause learned from earlier failures."""

GLANCE_S = 0.1


def pause_before_start(failures: int) -> float:
    """How long to wait after so many short runs in a row: doubled each time, at most half a minute."""
    return float(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(failures - 1, 10))) if failures else 0.0


@dataclass(slots=True)
class Supervised:
    """One process and its history."""

    spec: ProcessSpec
    position: int
    child: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    began: float = 0.0
    starts: int = 0
    failures: int = 0
    last_exit: int | None = None
    not_before: float = field(default=0.0)

    def glance(self, settings: Settings, now: float) -> bool:
        """Start it if it is due, note it if it ended; whether anything changed."""
        if self.child is not None:
            return self._note_exit(self.child, now)
        if now < self.not_before:
            return False
        self.child = spawn(self.spec, settings, self.position)
        self.started, self.began, self.starts = ProcessMark.of(self.child.pid).started, now, self.starts + 1
        return True

    def _note_exit(self, child: subprocess.Popen[bytes], now: float) -> bool:
        self.last_exit = child.poll()
        if self.last_exit is None:
            return False
        self.failures = 1 if now - self.began > STEADY_AFTER_S else self.failures + 1
        self.not_before = now + pause_before_start(self.failures)
        self.child = None
        return True

    @property
    def state(self) -> ProcessState:
        """What others may read about it."""
        pid = self.child.pid if self.child is not None else 0
        return ProcessState(
            name=self.spec.name, pid=pid, started=self.started, starts=self.starts, last_exit=self.last_exit
        )

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()

    def end(self, deadline: float) -> None:
        """Wait until the deadline, then SIGKILL."""
        if self.child is None:
            return
        try:
            self.child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def supervise(settings: Settings, workers: int) -> int:
    """Run the processes until SIGTERM; then stop them all, SIGKILL after 30 s."""
    stop = Event()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    home = settings.folder
    ProcessMark.own().write(home / "supervisor.json")
    supervised = [Supervised(spec, position) for position, spec in enumerate(process_specs(workers))]
    daily = DailyRun(REGISTER_DUE)
    while not stop.is_set():
        daily.glance(settings, time.monotonic(), today())
        changes = [one.glance(settings, time.monotonic()) for one in supervised]
        if any(changes):
            ProcessStates(processes=tuple(one.state for one in supervised)).write(home)
        stop.wait(GLANCE_S)
    daily.stop()
    _stop_all(supervised)
    (home / "processes.json").unlink(missing_ok=True)
    (home / "supervisor.json").unlink(missing_ok=True)
    return 0


def _stop_all(supervised: list[Supervised]) -> None:
    """All are asked at once: none must wait for another's grace."""
    for one in supervised:
        one.ask_to_stop()
    deadline = time.monotonic() + STOP_GRACE_S
    for one in supervised:
        one.end(deadline)
