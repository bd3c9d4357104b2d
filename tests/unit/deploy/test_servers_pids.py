"""A process is signalled only while it is the one that was started."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

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
