"""`petitions review`: the language that is asked for."""

from typer.testing import CliRunner

from deploy.cli import build_app


def test_another_language_is_wrong_use() -> None:
    result = CliRunner().invoke(build_app(), ["review", "--lang", "fr"])
    assert (result.exit_code, "zh or en" in result.output) == (2, True)
