"""A process is signalled only while it is the one that was started."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deploy.servers import pids
from deploy.servers.pids import ProcessMark, end_left_over

PATIENT = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); signal.pause()"


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits until it is told to stop."""
    with subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]) as child:
        yield child
        child.kill()


def test_a_process_is_known_by_number_and_start_time(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    mark = ProcessMark.of(sleeper.pid)
    mark.write(tmp_path / "mark.json")
    assert ProcessMark.read(tmp_path / "mark.json") == mark
    assert mark.is_running


def test_a_number_that_belongs_to_another_process_now_is_left_alone(sleeper: subprocess.Popen[bytes]) -> None:
    stale = ProcessMark(sleeper.pid, ProcessMark.of(sleeper.pid).started - 3_600)
    assert not stale.is_running
    stale.kill()
    assert sleeper.poll() is None


@pytest.mark.parametrize("seconds", [-3_600, 5, 3_600])
def test_setting_the_clock_makes_no_process_another(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    mark = ProcessMark.of(sleeper.pid)
    real = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: real(self) + seconds)
    assert mark.is_running
    mark.stop()
    assert sleeper.poll() is not None


def test_the_same_number_and_ticks_after_another_start_of_the_machine_are_another_process(
    sleeper: subprocess.Popen[bytes],
) -> None:
    mark = ProcessMark.of(sleeper.pid)
    boot, _, ticks = mark.born.partition(":")
    assert (len(boot), ticks.isdigit()) == (36, True)
    for born in (f"{boot[::-1]}:{ticks}", f"{boot}:{int(ticks) + 1}"):
        assert not replace(mark, born=born).is_running


def test_a_mark_of_an_older_version_is_known_by_its_time(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    started = ProcessMark.of(sleeper.pid).started
    (tmp_path / "mark.json").write_text(json.dumps({"pid": sleeper.pid, "started": started + 1}))
    mark = ProcessMark.read(tmp_path / "mark.json")
    assert mark is not None
    assert mark.is_running


def test_a_name_with_brackets_and_blanks_hides_no_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pids, "PROC", tmp_path)
    (tmp_path / "sys/kernel/random").mkdir(parents=True)
    (tmp_path / "sys/kernel/random/boot_id").write_text("b-1\n")
    (tmp_path / str(os.getpid())).mkdir()
    fields = " ".join(str(number) for number in range(4, 53))
    (tmp_path / str(os.getpid()) / "stat").write_text(f"{os.getpid()} (a) (b c) S {fields}\n")
    assert ProcessMark.own().born == "b-1:22"


def test_where_the_system_tells_no_ticks_the_time_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pids, "PROC", tmp_path)
    mark = ProcessMark.own()
    assert (mark.born, mark.is_running) == ("", True)
    assert not replace(mark, started=mark.started - 3_600).is_running


def test_stop_returns_when_the_process_is_gone(sleeper: subprocess.Popen[bytes]) -> None:
    mark = ProcessMark.of(sleeper.pid)
    mark.stop()
    assert not mark.is_running


def test_what_does_not_heed_the_request_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PATIENT], stdout=subprocess.PIPE) as stubborn:
        assert stubborn.stdout is not None
        stubborn.stdout.readline()
        mark = ProcessMark.of(stubborn.pid)
        mark.stop(grace_s=0.2)
        assert not mark.is_running


@pytest.mark.parametrize("text", ["", "not json", '{"pid": 1}'])
def test_a_damaged_mark_names_no_process(tmp_path: Path, text: str) -> None:
    (tmp_path / "mark.json").write_text(text)
    assert ProcessMark.read(tmp_path / "mark.json") is None


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_left_over_server_is_ended_if_it_is_one_of_the_folder(tmp_path: Path, is_ours: bool) -> None:
    script = "import signal; signal.pause()"
    named = str(tmp_path / "tmp") if is_ours else "elsewhere"
    with subprocess.Popen([sys.executable, "-c", script, named]) as child:
        try:
            while not psutil.Process(child.pid).cmdline():
                pass  # in the midst of its start a process names nothing
            (tmp_path / "pid").write_text(f"{child.pid}\n")
            end_left_over(tmp_path / "pid")
            assert (child.poll() is not None) is is_ours
        finally:
            child.kill()


@pytest.mark.parametrize("content", ["", "none", "999999999"])
def test_a_file_that_names_no_process_is_passed_over(tmp_path: Path, content: str) -> None:
    (tmp_path / "pid").write_text(content)
    end_left_over(tmp_path / "pid")
    end_left_over(tmp_path / "no file")


def test_a_process_that_its_parent_never_asks_for_is_gone_when_it_has_ended() -> None:
    careless = (
        "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']);"
        " print(p.pid, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", careless]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        mark = ProcessMark.of(int(parent.stdout.readline()))
        began = time.monotonic()
        mark.stop(grace_s=20)
        assert (mark.is_running, time.monotonic() - began < 10) == (False, True)
        parent.communicate()
