"""`petitions register diff|apply`: a change is seen before it is adopted, and refused as a whole."""

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from deploy.commands import register as register_verbs
from processors.register_files import COMPETENCES, DEPARTMENTS, load_register, shipped_folder

SAMPLE = Path(__file__).parents[2] / "samples" / "register"
ABOUT = 'effective_on = 2025-07-01\nby = "省民政厅 区划处"\nbasis = "批复"\n'
GOOD = f"""change_id = "7"
{ABOUT}
[[ended_divisions]]
code = "410185103"
successors = ["410185005"]
[[begun_divisions]]
code = "410185005"
name = "告成街道"
level = "township"
parent = "410185"
"""
WRONG = f'change_id = "8"\n{ABOUT}[[ended_divisions]]\ncode = "410185103"\nsuccessors = ["410185999"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "register"
    shutil.copytree(SAMPLE, made)
    for name in (DEPARTMENTS, COMPETENCES):
        shutil.copy(shipped_folder() / name, made)
    return made


def run(verb: str, text: str, folder: Path, *more: str) -> tuple[int, str]:
    app = typer.Typer()
    register_verbs.register(app)
    file = folder.parent / "change.toml"
    file.write_text(text, "utf-8")
    result = CliRunner().invoke(app, ["register", verb, str(file), "--register", str(folder), *more])
    return result.exit_code, result.output


def test_a_dry_run_tells_who_takes_over_from_whom_and_changes_nothing(folder: Path) -> None:
    version = load_register(folder).version
    code, told = run("diff", GOOD, folder)
    assert code == 0
    assert "410185103 告成镇: 郑州市登封市告成镇人民政府 → 郑州市登封市告成街道办事处" in told
    assert load_register(folder).version == version


def test_an_adopted_change_is_part_of_the_register_from_then_on(folder: Path) -> None:
    code, _ = run("apply", GOOD, folder)
    assert code == 0
    assert load_register(folder).version.endswith("+7")
    assert run("apply", GOOD, folder)[0] == 1


def test_an_id_names_one_change_for_ever(folder: Path) -> None:
    other = GOOD.replace("410185103", "410185105").replace("410185005", "410185006").replace("告成", "大冶")
    assert run("diff", other, folder)[0] == 0
    run("apply", GOOD, folder)
    before = load_register(folder)
    code, told = run("apply", other.replace("2025-07-01", "2025-08-01"), folder)
    assert code == 1
    assert "7: adopted already under this id" in told
    assert run("diff", other, folder)[0] == 1
    assert run("diff", other.replace('"7"', '"7b"'), folder)[0] == 0
    assert load_register(folder).version == before.version


def test_a_wrong_change_is_refused_and_leaves_the_register_alone(folder: Path) -> None:
    code, told = run("apply", WRONG, folder)
    assert code == 1
    assert "gap" in told
    assert not (folder / "changes").exists()
    values = json.loads(run("diff", WRONG, folder, "--json")[1])
    assert values["moved"] == []
    assert len(values["problems"]) >= 1


@pytest.mark.parametrize("text", ["", "change_id = ", 'change_id = "9"', GOOD.replace("township", "hamlet")])
def test_a_file_that_is_no_change_is_wrong_use(folder: Path, text: str) -> None:
    assert run("diff", text, folder)[0] == 2
