"""What exits is started again, with growing pauses; what is told to stop is gone afterwards."""

import errno
import sys
from pathlib import Path

import pytest

from deploy import processes, supervisor
from deploy.daily import DailyRun
from deploy.processes import ProcessSpec, ProcessStates, process_env, process_specs, process_states, stop_left_over
from deploy.supervisor import LONGEST_PAUSE_S, STEADY_AFTER_S, Supervised, Supervision, pause_before_start
from schemas.settings import Settings


class ScriptSpec(ProcessSpec):
    """A process that runs a line of Python; its role is the line."""

    @property
    def command(self) -> list[str]:
        """The line."""
        return [sys.executable, "-c", self.role]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An instance without servers."""
    return Settings(home=tmp_path)


def test_pauses_grow_to_half_a_minute() -> None:
    pauses = [pause_before_start(failures) for failures in range(9)]
    assert pauses[:4] == [0.0, 0.5, 1.0, 2.0]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_S


def test_a_process_that_exits_is_started_again_after_its_pause(settings: Settings) -> None:
    one = Supervised(ScriptSpec("short", "none", "raise SystemExit(70)"), 0)
    assert one.glance(settings, now=0.0)
    assert one.child is not None
    one.child.wait()
    assert one.glance(settings, now=1.0)
    assert (one.last_exit, one.state.pid) == (70, 0)
    assert not one.glance(settings, now=1.0 + pause_before_start(1) / 2)
    assert one.glance(settings, now=1.0 + pause_before_start(1))
    one.end(deadline=0.0)
    assert one.starts == 2


def test_a_long_run_forgets_earlier_failures(settings: Settings) -> None:
    one = Supervised(ScriptSpec("short", "none", ""), 0, failures=6)
    one.glance(settings, now=0.0)
    assert one.child is not None
    one.child.wait()
    one.glance(settings, now=STEADY_AFTER_S + 1)
    assert one.failures == 1


def test_what_does_not_heed_the_request_is_killed_at_the_deadline(settings: Settings) -> None:
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"
    one = Supervised(ScriptSpec("stubborn", "none", stubborn), 0)
    one.glance(settings, now=0.0)
    one.ask_to_stop()
    one.end(deadline=0.0)
    assert one.child is not None
    assert one.child.returncode is not None


def test_processes_of_a_killed_supervisor_are_recognised_and_stopped(settings: Settings) -> None:
    one = Supervised(ScriptSpec("orphan", "none", "import signal; signal.pause()"), 0)
    one.glance(settings, now=0.0)
    ProcessStates(processes=(one.state,)).write(settings.folder)
    assert [state.is_running for state in process_states(settings)] == [True]
    stop_left_over(settings)
    assert not one.state.mark.is_running
    assert process_states(settings) == ()
    one.end(deadline=0.0)


def test_each_worker_has_a_state_folder_of_its_own(settings: Settings) -> None:
    specs = process_specs(workers=2)
    folders = [process_env(spec, settings, 0).get("PETITIONS_STATE_DIR") for spec in specs if spec.is_worker]
    assert len(set(folders)) == len(folders) == 4
    assert [spec.name for spec in specs if not spec.is_worker] == ["gateway", "search", "alerts", "console"]


def test_each_process_has_a_metrics_port_of_its_own(settings: Settings) -> None:
    with_metrics = settings.model_copy(update={"metrics_port": 9_100})
    specs = process_specs()
    ports = {process_env(spec, with_metrics, at)["PETITIONS_METRICS_PORT"] for at, spec in enumerate(specs)}
    assert ports == {str(9_100 + at) for at in range(len(specs))}


def test_the_supervisor_is_stopped_by_a_request(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = ScriptSpec("only", "none", "import os, signal; os.kill(os.getppid(), signal.SIGTERM); signal.pause()")
    monkeypatch.setattr(supervisor, "process_specs", lambda workers: (spec,))
    monkeypatch.setattr(supervisor, "REGISTER_DUE", ScriptSpec("daily", "none", "import signal; signal.pause()"))
    assert supervisor.supervise(settings, 1) == 0
    assert process_states(settings) == ()


def test_a_full_disk_is_said_once_and_what_it_refused_is_done_when_there_is_room(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    waits = "import signal; signal.pause()"
    one, two = (Supervised(ScriptSpec(name, "none", waits), at) for at, name in enumerate(("one", "two")))
    supervision = Supervision(settings, [one, two], DailyRun(ScriptSpec("daily", "none", waits)))
    log_file, write = processes.log_file, ProcessStates.write

    def full(*_given: object) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(processes, "log_file", full)
    monkeypatch.setattr(ProcessStates, "write", full)
    supervision.glance(now=0.0)
    assert (one.child, two.child) == (None, None)
    monkeypatch.setattr(processes, "log_file", log_file)
    supervision.glance(now=0.1)
    assert process_states(settings) == ()
    monkeypatch.setattr(ProcessStates, "write", write)
    supervision.glance(now=0.2)
    assert [state.is_running for state in process_states(settings)] == [True, True]
    assert [record.__dict__["reason"] for record in caplog.records] == ["ENOSPC"]
    for each in (one, two):
        each.end(deadline=0.0)
    supervision.daily.stop()
