"""`petitions search`: an excluded word is no option, and a mistyped option is no word."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from consumers.search import finder
from consumers.search.finder import Found
from consumers.search.query_language import Query
from deploy.cli import build_app


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Query]:
    """What the command asked the index for."""
    queries = list[Query]()

    def search(_reader: object, query: Query, **_how: object) -> Found:
        queries.append(query)
        return Found(total=0, hits=(), facets={})

    monkeypatch.setattr(finder, "search_kindly", search)
    for name, value in {"HOME": tmp_path, "KAFKA": "127.0.0.1:1", "ELASTICSEARCH": "http://127.0.0.1:1"}.items():
        monkeypatch.setenv(f"PETITIONS_{name}", str(value))
    return queries


@pytest.mark.parametrize(
    ("words", "excluded"),
    [(["工资", "-保安"], "保安"), (["-保安", "工资"], "保安"), (["工资", "-place:411302"], "place")],
    ids=str,
)
def test_a_word_is_excluded_as_the_help_says(asked: list[Query], words: list[str], excluded: str) -> None:
    told = CliRunner().invoke(build_app(), ["search", *words, "--size", "3"])
    assert (told.exit_code, told.stdout) == (0, "共 0 案\n")
    [query] = asked
    assert [phrase.text for phrase in query.wanted] == ["工资"]
    assert [phrase.text for phrase in query.phrases if phrase.is_excluded] + [*query.excluded_filters] == [excluded]


def test_a_mistyped_option_is_named_and_not_searched_for(asked: list[Query]) -> None:
    told = CliRunner().invoke(build_app(), ["search", "工资", "--overdu"])
    assert told.exit_code == 2
    assert "--overdu" in told.output
    assert asked == []
