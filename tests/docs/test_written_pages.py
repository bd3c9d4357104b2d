"""What people wrote is true: links lead somewhere, commands can be typed, names are those of the code."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from consumers.alerts.feed import SOURCES as WATCHED
from deploy.documents.command_page import commands
from deploy.topic_users import READERS, WRITERS
from deploy.verify import WAY
from schemas.settings import Settings
from schemas.topics import WORKER_SOURCES, Topic

ROOT = Path(__file__).parents[2]
FOLDERS = ("docs", "processors", "producers", "consumers", "schemas", "deploy", "tests")
PAGES = sorted([*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))])
ADRS = sorted((ROOT / "docs" / "adr").glob("*.md"))
VERBS: dict[str, Any] = dict(commands())

LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
CODE_PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+\.(?:py|toml|txt|xml|yaml|md|csv|xlsx))`")
VARIABLE = re.compile(r"PETITIONS_([A-Z_]+)")
PLACE_OF_A_RULE = "processors"
"""`rules/repeat.py` stands for a file below this folder."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def shown_commands() -> Iterator[tuple[str, str]]:
    """Page and command line of everything that a reader is told to type."""
    for page in PAGES:
        if name(page) != "docs/commands.md":
            for line in code_lines(page.read_text("utf-8")):
                if line.startswith("petitions "):
                    yield name(page), line.partition("   #")[0]


def code_lines(text: str) -> Iterator[str]:
    """The lines of code blocks, be they fenced or indented."""
    is_fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            is_fenced = not is_fenced
        elif is_fenced or line.startswith("    "):
            yield line.removeprefix("    ")


def verb_of(words: list[str]) -> tuple[str, list[str]]:
    """The verb at the beginning of a line, and what is left."""
    for length in (3, 2):
        path = " ".join(words[:length])
        if path in VERBS:
            return path, words[length:]
    raise AssertionError(f"no verb: {' '.join(words)}")


def wrong_words(verb: Any, words: list[str]) -> list[str]:
    """Options that the verb does not have, and arguments that are too few or too many."""
    options = {
        o: one for one in verb.params if one.param_type_name == "option" for o in (*one.opts, *one.secondary_opts)
    }
    arguments = [one for one in verb.params if one.param_type_name == "argument"]
    wrong, given, left = [], 0, list(words)
    while left:
        word = left.pop(0)
        if word.startswith("--"):
            if word not in options:
                wrong.append(word)
            elif not options[word].is_flag:
                left[:1] = []
        else:
            given += 1
    least = sum(one.required for one in arguments)
    if given < least or (given > len(arguments) and all(one.nargs != -1 for one in arguments)):
        wrong.append(f"{given} arguments")
    return wrong


SHOWN = list(shown_commands())


@pytest.mark.parametrize(("page", "line"), SHOWN, ids=[f"{page}: {line}" for page, line in SHOWN])
def test_every_command_that_is_shown_can_be_typed(page: str, line: str) -> None:
    path, words = verb_of(shlex.split(line))
    assert wrong_words(VERBS[path], words) == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("petitions up --workers 4", []),
        ("petitions up --worker 4", ["--worker", "1 arguments"]),
        ("petitions show", ["0 arguments"]),
        ("petitions show A B", ["2 arguments"]),
        ("petitions search A B", []),
    ],
)
def test_a_command_that_cannot_be_typed_is_noticed(line: str, wrong: list[str]) -> None:
    path, words = verb_of(shlex.split(line))
    assert wrong_words(VERBS[path], words) == wrong


def test_commands_are_shown_in_the_readme_and_in_pages() -> None:
    pages = {page for page, _ in SHOWN}
    assert {"README.md", "docs/operations.md", "docs/dead-letters.md", "docs/counties.md"} <= pages


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    places = (ROOT, ROOT / PLACE_OF_A_RULE, page.parent)
    named = CODE_PATH.findall(page.read_text("utf-8"))
    assert [path for path in named if not any((place / path).exists() for place in places)] == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "Makefile", ROOT / "NOTICE"], ids=name)
def test_every_setting_that_is_named_exists(page: Path) -> None:
    known = {field.upper() for field in Settings.model_fields}
    assert set(VARIABLE.findall(page.read_text("utf-8"))) - known == set()


def test_every_page_is_listed() -> None:
    listed = (ROOT / "docs" / "README.md").read_text("utf-8")
    pages = [path.name for path in (ROOT / "docs").glob("*") if path.suffix in {".md", ".json"}]
    assert [page for page in pages if page != "README.md" and f"({page})" not in listed] == []


def test_the_readme_begins_with_a_drawing_and_the_two_commands() -> None:
    screen = (ROOT / "README.md").read_text("utf-8").splitlines()[:60]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert any("[intake]" in line for line in screen)
    for target in ("demo", "test"):
        assert any(line.startswith(f"make {target} ") for line in screen)
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_readme_searches_for_words_of_the_ledger_that_it_feeds() -> None:
    lines = [shlex.split(line)[1:] for page, line in SHOWN if page == "README.md"]
    ledger = next(words[1] for words in lines if words[0] == "feed")
    searched = next(words[1] for words in lines if words[0] == "search")
    assert searched in (ROOT / ledger).read_bytes().decode("gb18030", "replace")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_that_is_shown_exists(page: Path) -> None:
    shown = set(re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert shown - targets == set()


@pytest.mark.parametrize("page", ADRS, ids=name)
def test_a_decision_record_is_short_and_complete(page: Path) -> None:
    lines = page.read_text("utf-8").splitlines()
    assert len(lines) <= 40
    assert lines[0].startswith(f"# {page.name[:4]} ")
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]


def test_decision_records_are_numbered_without_a_gap() -> None:
    assert [int(page.name[:4]) for page in ADRS] == list(range(1, len(ADRS) + 1))


def test_readers_and_writers_of_topics_are_those_of_the_code() -> None:
    for process, topics in WORKER_SOURCES.items():
        assert [topic for topic in topics if process not in READERS[topic]] == []
    assert [topic for topic in WATCHED if "alerts" not in READERS[topic]] == []
    assert [topic for process, topics in WAY.items() for topic in topics if process not in READERS[topic]] == []
    assert set(READERS) == set(WRITERS) == set(Topic)
