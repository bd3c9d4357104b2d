"""What a worker writes, and how it ends: lines of its log and nothing else, and at once."""

import logging
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from processors import __main__ as worker_process
from processors.__main__ import faust_worker, run
from processors.app import create_app
from schemas.settings import Settings


def test_no_mark_for_a_terminal_stands_in_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    worker = faust_worker(create_app(Settings(home=tmp_path, kafka="localhost:9092"), "linking", ()))
    worker._on_startup_end_spinner()
    worker.say("anything")
    assert capsys.readouterr().out == ""


class Left(Exception):
    """Stands for the end of the process, with its exit code."""


@pytest.mark.parametrize("code", [0, 1])
def test_a_worker_that_has_stopped_ends_at_once_and_says_why_where_it_did_not_stop_in_order(
    code: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stop() -> None:
        try:
            raise ConnectionError("closed")
        except ConnectionError:
            sys.exit(code)

    def leave(code: int) -> None:
        raise Left(code)

    monkeypatch.setattr(worker_process, "faust_worker", lambda app: SimpleNamespace(execute_from_commandline=stop))
    monkeypatch.setattr(worker_process, "leave_at_once", leave)
    app: Any = None
    with caplog.at_level(logging.CRITICAL), pytest.raises(Left, match=str(code)):
        run(app)
    assert ("ConnectionError: closed" in caplog.text) is bool(code)
