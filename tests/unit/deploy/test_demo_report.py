"""What the demo says about going on: in another terminal everything is as it was in the demo."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from deploy.demo import report
from deploy.demo.generator import Ledgers
from deploy.demo.run import Account
from deploy.demo.users import OFFICIALS
from schemas.settings import Settings


def test_the_counties_of_the_demo_are_known_in_another_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "announced", lambda settings, name: "http://127.0.0.1:8470")
    settings = Settings(home=tmp_path, prefix="demo", profiles_dir=tmp_path / "counties")
    account = Account(settings, Ledgers((), (), {}, date(2026, 11, 30)))
    account.passwords = {user.name: "secret" for user in OFFICIALS}
    written = StringIO()
    report.show_next_steps(account, Console(file=written, width=80))
    told = written.getvalue()
    assert f"PETITIONS_HOME={tmp_path} PETITIONS_PREFIX=demo\n" in told
    assert f"PETITIONS_PROFILES_DIR={tmp_path}/counties\n" in told
