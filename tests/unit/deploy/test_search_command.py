"""`petitions search`: an excluded word is no option, a mistyped option is no word; the language that is asked for."""

import re
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from consumers.search import finder
from consumers.search.documents import document_bytes
from consumers.search.finder import Found, Hit
from consumers.search.query_language import Query
from deploy.cli import build_app
from tests.fakes_consumers import case, clock, petition

HAN = re.compile(r"[\u4e00-\u9fff]")
FOUND = orjson.loads(document_bytes(case(petition("A-1", title="拖欠工资"), clocks=(clock(),))))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Query]:
    """What the command asked the index for."""
    queries = list[Query]()

    def search(_reader: object, query: Query, **_how: object) -> Found:
        queries.append(query)
        return found_by(query)

    monkeypatch.setattr(finder, "search_kindly", search)
    for name, value in {"HOME": tmp_path, "KAFKA": "127.0.0.1:1", "ELASTICSEARCH": "http://127.0.0.1:1"}.items():
        monkeypatch.setenv(f"PETITIONS_{name}", str(value))
    return queries


def found_by(query: Query) -> Found:
    """One case that lacks a word, where somebody asks for wages; else nothing."""
    if [phrase.text for phrase in query.wanted] != ["欠薪"]:
        return Found(total=0, hits=(), facets={})
    return Found(total=1, hits=(Hit(FOUND, ("拖欠工资",), ()),), facets={}, missing=1)


@pytest.mark.usefixtures("asked")
def test_in_english_only_names_and_what_people_wrote_stay_as_they_are() -> None:
    told = CliRunner().invoke(build_app(), ["search", "欠薪", "--lang", "en"])
    total, _, head, where, fragment = told.stdout.splitlines()
    assert total == "1 found (no case has all the words; these may lack 1 of them)"
    assert head.startswith(f"{FOUND['case_id']}  ") and head.endswith("拖欠工资")
    names = FOUND["unit_name"], FOUND["place_name"]
    assert where == "  {}  {}  petitions: 1  due {}".format(*names, FOUND["next_due_on"])
    assert not HAN.search(total)
    assert fragment == "    …拖欠工资…"


@pytest.mark.usefixtures("asked")
def test_another_language_is_wrong_use() -> None:
    told = CliRunner().invoke(build_app(), ["search", "欠薪", "--lang", "fr"])
    assert (told.exit_code, "zh or en" in told.output) == (2, True)


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
