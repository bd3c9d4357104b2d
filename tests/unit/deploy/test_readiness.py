"""An instance is ready when its own processes listen, not when somebody does at their ports."""

import json
import os
from pathlib import Path

import pytest

from deploy import readiness
from deploy.processes import ProcessState, ProcessStates
from deploy.readiness import NotReady, announced, wait_for_processes
from deploy.servers.pids import ProcessMark
from schemas.settings import Settings

ADDRESS = "http://127.0.0.1:8460"
MINE = ProcessMark.own()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An instance at whose ports somebody listens; its gateway has this test's process number."""
    monkeypatch.setattr(readiness, "_listens", lambda host, port: True)
    monkeypatch.setattr(readiness, "_has_members", lambda settings, group: True)
    write(tmp_path, starts=1)
    return Settings(home=tmp_path)


def write(home: Path, starts: int) -> None:
    states = (ProcessState(name="gateway", pid=MINE.pid, started=MINE.started, starts=starts),)
    ProcessStates(processes=states).write(home)


def note(home: Path, name: str, pid: int) -> None:
    told = {"address": ADDRESS, "host": "127.0.0.1", "port": 8460, "pid": pid}
    (home / f"{name}.json").write_text(json.dumps(told), "ascii")


@pytest.mark.parametrize(
    ("pid", "address"),
    [(None, ""), (os.getpid(), ADDRESS), (os.getppid(), "")],
    ids=["nobody", "its own", "somebody else"],
)
def test_only_a_process_of_the_instance_counts(settings: Settings, pid: int | None, address: str) -> None:
    if pid is not None:
        note(settings.folder, "gateway", pid)
    assert announced(settings, "gateway") == address


def test_a_process_that_keeps_ending_because_its_port_is_taken_is_told_with_the_setting(settings: Settings) -> None:
    write(settings.folder, starts=readiness.MOST_STARTS + 1)
    with pytest.raises(NotReady, match=r"gateway \(port 8460 is taken, choose another: PETITIONS_GATEWAY_PORT\)"):
        wait_for_processes(settings)


def test_all_is_ready_when_both_that_listen_do(settings: Settings) -> None:
    note(settings.folder, "gateway", MINE.pid)
    note(settings.folder, "console", MINE.pid)
    wait_for_processes(settings)
