"""`petitions feed` and `takeover`: whose ledgers a folder holds."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from deploy.cli import build_app
from deploy.commands.feed import ledgers_in


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_each_ledger_is_that_of_the_folder_it_lies_in(tmp_path: Path) -> None:
    put(tmp_path, "990101/a.csv", "990102/2026/b.csv", "truth.csv", "990101/.hidden")
    assert [(file.name, county) for file, county in ledgers_in(tmp_path, "")] == [
        ("a.csv", "990101"),
        ("b.csv", "990102"),
    ]


def test_the_folder_of_one_county_without_its_code_is_wrong_use(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    with pytest.raises(typer.BadParameter, match="no folder of a county"):
        ledgers_in(tmp_path, "")
    assert len(ledgers_in(tmp_path, "990101")) == 1


def test_no_code_is_made_for_a_receipt_with_a_key_that_nothing_was_taken_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PETITIONS_KEY_FILE", str(tmp_path / "mistyped.json"))
    told = CliRunner().invoke(build_app(), ["receipt-code", "411302", "1"])
    assert (told.exit_code, told.stdout) == (1, "")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_which_nothing_lies_yet_is_no_fault(tmp_path: Path) -> None:
    assert ledgers_in(tmp_path, "") == []
