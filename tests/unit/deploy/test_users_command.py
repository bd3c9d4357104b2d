"""`petitions users put`: what is wrong with a user is said."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import build_app


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["x", "--role", "administrator"], "name: "),
        (["bob", "--role", "handler"], "the role handler needs a unit"),
        (["bob", "--role", "auditor"], "the role auditor needs a territory"),
        (["bob", "--role", "auditor", "--territory", "Nanyang"], "territory: "),
    ],
    ids=lambda value: str(value[-1]) if isinstance(value, list) else "",
)
def test_what_is_wrong_is_told_in_one_sentence(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PETITIONS_HOME", str(tmp_path))
    result = CliRunner().invoke(build_app(), ["users", "put", *arguments])
    assert result.exit_code == 2
    assert told in result.output
    assert not (tmp_path / "users.json").exists()
