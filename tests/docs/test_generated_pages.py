"""Pages that are made from the code are as the code is."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli import build_app
from deploy.documents import pages
from deploy.documents.command_page import commands
from deploy.documents.contracts import event_types
from deploy.documents.tables import vocabularies
from processors.rules.relation import OTHER_PETITIONER, SAME_PETITIONER
from processors.rules.weighing import KINDS
from schemas.metrics import Metric
from schemas.settings import Settings
from schemas.topics import Topic

ROOT = Path(__file__).parents[2]
COMMANDS = list(commands())


def text(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def references(value: object) -> Iterator[str]:
    """Every `$ref` of a document."""
    match value:
        case dict():
            yield from (ref for name, ref in value.items() if name == "$ref")
            for part in value.values():
                yield from references(part)
        case list():
            for part in value:
                yield from references(part)


def resolved(reference: str, document: dict[str, Any]) -> object:
    """What a reference leads to; raises where it leads nowhere."""
    file, _, pointer = reference.partition("#")
    found: Any = json.loads(text(f"docs/{file}")) if file else document
    for step in pointer.strip("/").split("/") if pointer else []:
        found = found[step]
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout with nothing but what the pages are made of."""
    for name in ("pyproject.toml", pages.GLOSSARY, "deploy/monitoring/alerts.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_no_page_is_stale() -> None:
    assert pages.stale(ROOT) == [], "run `make docs` and commit what it writes"


def test_the_command_says_so_too() -> None:
    assert CliRunner().invoke(build_app(), ["docs", "--check"]).exit_code == 0


def test_a_page_that_was_changed_is_stale_until_it_is_written_again(copy: Path) -> None:
    assert "docs/topics.md" in pages.write(copy)
    (copy / "docs" / "topics.md").write_text("something else", "utf-8")
    assert pages.stale(copy) == ["docs/topics.md"]
    assert pages.write(copy) == ["docs/topics.md"]
    assert pages.stale(copy) == []


def test_the_schema_of_an_event_that_is_gone_is_removed(copy: Path) -> None:
    pages.write(copy)
    (copy / "docs" / "schemas" / "Gone.json").write_text("{}", "utf-8")
    assert pages.write(copy) == ["docs/schemas/Gone.json"]
    assert not (copy / "docs" / "schemas" / "Gone.json").exists()


def test_what_people_wrote_in_the_glossary_is_kept(copy: Path) -> None:
    written = (copy / pages.GLOSSARY).read_text("utf-8")
    (copy / pages.GLOSSARY).write_text(written.replace("# Glossary", "# Our words") + "\nforeign", "utf-8")
    pages.write(copy)
    assert (copy / pages.GLOSSARY).read_text("utf-8") == written.replace("# Glossary", "# Our words")


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
def test_every_command_and_option_is_documented(path: str, command: Any) -> None:
    section = text("docs/commands.md").partition(f"\n## {path}\n")[2].partition("\n## ")[0]
    assert command.help and command.help.splitlines()[0] in section
    for parameter in command.params:
        named = parameter.opts[0] if parameter.param_type_name == "option" else parameter.metavar
        assert (named or parameter.name.upper()).replace("|", "\\|") in section or named == "--help"


def test_every_setting_is_documented_with_its_meaning() -> None:
    page = text("docs/settings.md")
    for name, field in Settings.model_fields.items():
        assert f"`PETITIONS_{name.upper()}`" in page
        assert field.description and field.description in page


def test_every_topic_and_metric_is_documented() -> None:
    assert all(f"| `{topic.value}` |" in text("docs/topics.md") for topic in Topic)
    assert all(f"`{metric.value}` | {metric.meaning}" in text("docs/metrics.md") for metric in Metric)


@pytest.mark.parametrize("vocabulary", vocabularies(), ids=lambda one: one.__name__)
def test_every_term_is_in_the_glossary(vocabulary: type[Any]) -> None:
    for term in vocabulary:
        assert f"| `{term.value}` | {term.label} |" in text(pages.GLOSSARY)


def test_the_weights_of_linking_are_those_of_the_rules() -> None:
    page = text("docs/weights.md")
    assert f"| `same` | {SAME_PETITIONER.same} | {OTHER_PETITIONER.same} | Score from which" in page
    for kind, same, other in zip(KINDS, SAME_PETITIONER.of, OTHER_PETITIONER.of, strict=True):
        assert f"| `{kind}` | {same} | {other} |" in page


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = json.loads(text("docs/asyncapi.json"))
    found = list(references(document))
    assert len(found) > len(Topic)
    for reference in found:
        assert resolved(reference, document)


def test_every_topic_is_a_channel_with_its_message() -> None:
    channels = json.loads(text("docs/asyncapi.json"))["channels"].values()
    assert {channel["address"] for channel in channels} == {f"{{prefix}}.{topic.value}" for topic in Topic}
    assert {name for channel in channels for name in channel["messages"]} == {e.__name__ for e in event_types()}


@pytest.mark.parametrize("event", event_types(), ids=lambda event: event.__name__)
def test_every_reference_of_a_schema_leads_somewhere(event: type[Any]) -> None:
    document = json.loads(text(f"docs/schemas/{event.__name__}.json"))
    for reference in references(document):
        assert resolved(reference, document)


def test_a_schema_tells_what_the_fields_mean() -> None:
    record = json.loads(text("docs/schemas/IntakeBatch.json"))["$defs"]["IntakeRecord"]["properties"]
    assert record["people"]["description"] == "How many people the petition names."
    case = json.loads(text("docs/schemas/Case.json"))
    assert case["$defs"]["CasePetition"]["properties"]["people"]["description"] == record["people"]["description"]
