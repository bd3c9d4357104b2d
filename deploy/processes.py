"""The processes of an instance: which there are, and how their supervisor is started and stopped."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.servers.pids import STOP_GRACE_S, ProcessMark
from schemas.contract import Contract
from schemas.settings import Settings

LARGEST_LOG = 20_000_000
SUPERVISOR_START_S = 30.0


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process: `python -m <package> <role>`, under a name of its own."""

    name: str
    package: str
    role: str
    is_worker: bool = False
    """Keeps state of its own in `<home>/state/<name>`."""

    @property
    def command(self) -> list[str]:
        """What is executed."""
        return [sys.executable, "-m", self.package, self.role]


class ProcessState(Contract):
    """What the supervisor knows about one process."""

    name: str
    pid: int = 0
    started: float = 0.0
    born: str = ""
    """See `ProcessMark`."""
    starts: int = 0
    last_exit: int | None = None

    @property
    def mark(self) -> ProcessMark:
        """By which the process is known."""
        return ProcessMark(self.pid, self.started, self.born)

    @property
    def is_running(self) -> bool:
        """Whether the process that was started last still lives."""
        return self.pid > 0 and self.mark.is_running


class ProcessStates(Contract):
    """`<home>/processes.json`: written by the supervisor at each start and end of a process."""

    processes: tuple[ProcessState, ...] = ()

    def write(self, home: Path) -> None:
        """Replace the file, whole or not at all."""
        beside = home / "processes.new"
        beside.write_bytes(self.to_bytes())
        beside.replace(home / "processes.json")


MEMORY_KEPT_TOGETHER = {"MALLOC_ARENA_MAX": "2"}
"""glibc keeps freed memory for each thread apart; our processes have few busy threads and shall stay flat."""


def process_specs(workers: int = 1) -> tuple[ProcessSpec, ...]:
    """Each process once, the Faust workers as often as asked for."""
    faust = [
        ProcessSpec(f"{role}-{number}", "processors", role, is_worker=True)
        for role in ("linking", "cases")
        for number in range(workers)
    ]
    return (
        ProcessSpec("gateway", "deploy", "gateway"),
        *faust,
        ProcessSpec("search", "consumers", "search"),
        ProcessSpec("alerts", "consumers", "alerts"),
        ProcessSpec("console", "deploy", "console"),
    )


def process_env(spec: ProcessSpec, settings: Settings, position: int) -> dict[str, str]:
    """The environment of one process: the instance's settings, its own state folder and metrics port."""
    own: dict[str, object] = {"home": settings.folder}
    if spec.is_worker:
        own["state_dir"] = settings.folder / "state" / spec.name
    if settings.metrics_port:
        own["metrics_port"] = settings.metrics_port + position
    return MEMORY_KEPT_TOGETHER | dict(os.environ) | settings.model_copy(update=own).to_env()


def spawn(spec: ProcessSpec, settings: Settings, position: int) -> subprocess.Popen[bytes]:
    """Start one process in a session of its own, its output in `<home>/logs/<name>.log`."""
    with log_file(settings.folder, spec.name).open("ab") as output:
        return subprocess.Popen(
            spec.command,
            env=process_env(spec, settings, position),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def log_file(home: Path, name: str) -> Path:
    """Where a process writes; what is there already is set aside when it is large."""
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(folder / f"{name}.log.1")
    return path


def process_states(settings: Settings) -> tuple[ProcessState, ...]:
    """The processes as the supervisor left them in its file."""
    try:
        return ProcessStates.from_bytes((settings.folder / "processes.json").read_bytes()).processes
    except FileNotFoundError:
        return ()


def has_processes(settings: Settings) -> bool:
    """Whether processes were ever started from this home; where none were, something else keeps them."""
    return (settings.folder / "logs").is_dir() or bool(process_states(settings))


def supervisor_mark(settings: Settings) -> ProcessMark | None:
    """The instance's supervisor, None where none runs."""
    mark = ProcessMark.read(settings.folder / "supervisor.json")
    return mark if mark is not None and mark.is_running else None


def start_processes(settings: Settings, workers: int = 1) -> bool:
    """Start the supervisor, which starts the processes; whether it did not run already. `settings` has addresses."""
    if supervisor_mark(settings) is not None:
        return False
    stop_left_over(settings)
    with log_file(settings.folder, "supervisor").open("ab") as output:
        started = subprocess.Popen(
            [sys.executable, "-m", "deploy", "supervise", str(workers)],
            env=dict(os.environ) | settings.model_copy(update={"home": settings.folder}).to_env(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _wait_for_supervisor(settings, started)
    return True


def _wait_for_supervisor(settings: Settings, started: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SUPERVISOR_START_S
    while not process_states(settings) or supervisor_mark(settings) is None:
        if started.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the supervisor did not start; see {settings.folder / 'logs' / 'supervisor.log'}")
        time.sleep(0.05)


def stop_processes(settings: Settings) -> None:
    """Stop the supervisor and with it all processes; also what a killed supervisor left behind."""
    mark = supervisor_mark(settings)
    if mark is not None:
        mark.stop(grace_s=STOP_GRACE_S + 10)  # it gives its own processes the full grace
    stop_left_over(settings)


def stop_left_over(settings: Settings) -> None:
    """Stop processes without a supervisor, known by number and start, and forget them."""
    for state in process_states(settings):
        if state.pid:
            state.mark.stop()
    (settings.folder / "processes.json").unlink(missing_ok=True)
