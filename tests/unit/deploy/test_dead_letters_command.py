"""`petitions dead-letters`: a name that nothing has is told, not counted as nothing."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import build_app
from deploy.commands import deadletters


def asked(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(), ["dead-letters", *arguments])


@pytest.fixture(autouse=True)
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An instance without dead letters."""
    for name, value in {"HOME": tmp_path, "KAFKA": "127.0.0.1:1", "ELASTICSEARCH": "http://127.0.0.1:1"}.items():
        monkeypatch.setenv(f"PETITIONS_{name}", str(value))
    monkeypatch.setattr("deploy.deadletters.read_letters", lambda settings: [])
    monkeypatch.setattr(deadletters, "_send", lambda settings, messages: None)


@pytest.mark.parametrize("verb", ["list", "replay"])
@pytest.mark.parametrize("option", ["--stage", "--reason"])
def test_a_stage_or_reason_that_there_is_not_is_wrong_use(verb: str, option: str) -> None:
    assert asked(verb, option, "nonsense").exit_code == 2


def test_a_letter_that_is_not_there_cannot_be_sent_back() -> None:
    told = asked("replay", "nonsense")
    assert told.exit_code == 3
    assert "nonsense: no such dead letter" in told.output


def test_what_the_options_choose_may_be_nothing() -> None:
    assert asked("replay", "--stage", "cases").exit_code == 0
