"""`petitions feed` and `takeover`: whose ledgers a folder holds."""

from pathlib import Path
from typing import NoReturn

import pytest
import typer
from typer.testing import CliRunner

from deploy.cli import build_app
from deploy.commands import feed as feeding
from deploy.commands.feed import ledgers_in
from schemas.settings import Settings


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


@pytest.mark.parametrize("path", ["a.csv", ".", "-"])
def test_a_code_that_no_profile_has_is_wrong_use_and_nothing_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    put(tmp_path / "ledgers", "a.csv")
    monkeypatch.setenv("PETITIONS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PETITIONS_KAFKA", "127.0.0.1:9")
    monkeypatch.setenv("PETITIONS_ELASTICSEARCH", "http://127.0.0.1:9")
    monkeypatch.setattr(feeding, "_intake", no_intake)
    named = path if path == "-" else str(tmp_path / "ledgers" / path)
    told = CliRunner().invoke(build_app(), ["feed", named, "--county", "411399"], input="a")
    assert (told.exit_code, "no profile for county 411399" in told.output) == (2, True)
    assert not (tmp_path / "home").exists()


def test_a_folder_of_folders_is_taken_whatever_the_counties_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "411399/a.csv")
    monkeypatch.setattr(feeding, "_intake", no_intake)
    monkeypatch.setattr(feeding, "_settings", lambda **_: Settings())
    with pytest.raises(Opened):
        CliRunner().invoke(build_app(), ["feed", str(tmp_path)], catch_exceptions=False)


class Opened(Exception):
    """It came to the feeding."""


def no_intake(*_: object) -> NoReturn:
    raise Opened
