"""Keeps the processes of an instance running: what exits is started again, with growing pauses.

Once a day, and at the start, open cases go with the changes of the register whose day has come.
A disk that takes nothing stops none of this: what could not be started or written is tried again.
"""

import errno
import logging
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from types import FrameType

from consumers.search.days import today
from deploy.daily import REGISTER_DUE, DailyRun
from deploy.processes import ProcessSpec, ProcessState, ProcessStates, process_specs, spawn
from deploy.servers.pids import NOBODY, STOP_GRACE_S, ProcessMark
from schemas.settings import Settings

log = logging.getLogger(__name__)

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
    mark: ProcessMark = NOBODY
    """Of the process that was started last."""
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
        self.mark, self.began, self.starts = ProcessMark.of(self.child.pid), now, self.starts + 1
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
        return ProcessState(
            name=self.spec.name,
            pid=self.child.pid if self.child is not None else 0,
            started=self.mark.started,
            born=self.mark.born,
            starts=self.starts,
            last_exit=self.last_exit,
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


@dataclass(slots=True)
class Supervision:
    """All processes of an instance and the daily run."""

    settings: Settings
    supervised: list[Supervised]
    daily: DailyRun
    is_unwritten: bool = False
    """`processes.json` is not what the processes are."""
    is_hindered: bool = False
    """The system refused something at the last glance, and that was said."""

    def glance(self, now: float) -> None:
        """Look after each of them and write what changed; what the system refuses is tried at the next glance."""
        steps: list[Callable[[], None]] = [partial(self.daily.glance, self.settings, now, today())]
        steps += [partial(self._look_after, one, now) for one in self.supervised]
        tried = [self._tried(step) for step in (*steps, self._write)]
        self.is_hindered = not all(tried)

    def _look_after(self, one: Supervised, now: float) -> None:
        if one.glance(self.settings, now):
            self.is_unwritten = True

    def _write(self) -> None:
        if self.is_unwritten:
            ProcessStates(processes=tuple(one.state for one in self.supervised)).write(self.settings.folder)
            self.is_unwritten = False

    def _tried(self, step: Callable[[], None]) -> bool:
        try:
            step()
        except OSError as error:
            if not self.is_hindered:
                told = {"error": type(error).__name__, "reason": errno.errorcode.get(error.errno or 0, "")}
                log.error("processes or their state cannot be written or started; tried again", extra=told)
                self.is_hindered = True
            return False
        return True


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
    supervision = Supervision(settings, supervised, daily)
    while not stop.is_set():
        supervision.glance(time.monotonic())
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
