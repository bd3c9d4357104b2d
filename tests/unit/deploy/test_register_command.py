"""`petitions register` on a small folder."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from deploy.commands.register import register
from processors.register_files import COMPETENCES
from tests.fakes_territory import write_small_register


@pytest.fixture
def app() -> typer.Typer:
    built = typer.Typer()
    register(built)
    built.callback()(lambda: None)
    return built


def _run(app: typer.Typer, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["register", *arguments])
    return result.exit_code, result.output


def test_a_sound_register_passes_the_check(app: typer.Typer, tmp_path: Path) -> None:
    write_small_register(tmp_path)
    code, output = _run(app, "check", str(tmp_path))
    assert code == 0
    assert "0 problems" in output


def test_a_faulty_register_fails_the_check_by_name(app: typer.Typer, tmp_path: Path) -> None:
    write_small_register(tmp_path)
    (tmp_path / COMPETENCES).write_text('[competences.water]\ncounty = "rivers"\n', encoding="utf-8")
    code, output = _run(app, "check", str(tmp_path))
    assert code == 1
    assert "no department rivers" in output


def test_a_folder_that_is_no_register_is_wrong_use(app: typer.Typer, tmp_path: Path) -> None:
    assert _run(app, "check", str(tmp_path))[0] == 2


@pytest.mark.parametrize(
    ("what", "field", "value"),
    [
        ("990102", "name", "云岭省澄州市临澄区"),
        ("990102-water", "superior", "990102-government"),
        ("桑田县枣林镇", "code", "990222101"),
    ],
)
def test_show_answers_codes_units_and_words(
    app: typer.Typer, tmp_path: Path, what: str, field: str, value: str
) -> None:
    write_small_register(tmp_path)
    code, output = _run(app, "show", what, "--on", "2024-06-01", "--register", str(tmp_path), "--json")
    assert code == 0
    assert json.loads(output)[field] == value


@pytest.mark.parametrize(("arguments", "expected"), [(("000000",), 1), (("990102", "--on", "yesterday"), 2)])
def test_show_says_what_is_not_found_and_what_is_no_day(
    app: typer.Typer, tmp_path: Path, arguments: tuple[str, ...], expected: int
) -> None:
    write_small_register(tmp_path)
    assert _run(app, "show", *arguments, "--register", str(tmp_path))[0] == expected
