"""A worker writes lines of its log and nothing else."""

from pathlib import Path

import pytest

from processors.__main__ import faust_worker
from processors.app import create_app
from schemas.settings import Settings


def test_no_mark_for_a_terminal_stands_in_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    worker = faust_worker(create_app(Settings(home=tmp_path, kafka="localhost:9092"), "linking", ()))
    worker._on_startup_end_spinner()
    worker.say("anything")
    assert capsys.readouterr().out == ""
