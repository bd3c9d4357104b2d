"""`petitions lexicon`: what a file of labelled letters has to hold."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import build_app


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("类别,text\n环境保护,河水发黑\n", "no column category"),
        ("", "no column category"),
        ("category,内容\n环境保护,河水发黑\n", "no column text;"),
        ("category,title\n环境保护,河水发黑\n", "no column body"),
        ("category,body\n环境保护,河水发黑\n", "no column title"),
        ("category,text\n", "no letter in it"),
    ],
)
@pytest.mark.parametrize("command", [("measure",), ("train", "--out", "learned.csv.xz")])
def test_a_file_without_its_columns_is_wrong_use_and_the_column_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], content: str, problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("letters.csv").write_text(content, "utf-8")
    told = CliRunner().invoke(build_app(), ["lexicon", command[0], "letters.csv", *command[1:]])
    assert (told.exit_code, f"letters.csv: {problem}" in " ".join(told.output.split())) == (2, True)
    assert "河水" not in told.output and not Path("learned.csv.xz").exists()


def test_a_file_that_excel_wrote_and_a_letter_without_text_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text("category,text\n环境保护,河水发黑发臭\n环境保护,\n", "utf-8-sig")
    told = CliRunner().invoke(build_app(), ["lexicon", "measure", str(path)])
    assert (told.exit_code, told.output.splitlines()[0]) == (0, "letters: 2")
