"""Old messages stay readable for ever, and are written again as they were."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from deploy.documents.contracts import event_types
from schemas.contract import Contract
from schemas.events import Case

SAMPLES = Path(__file__).parents[2] / "samples" / "events"
EVENTS = {event.__name__: event for event in event_types()}
PATHS = sorted(SAMPLES.glob("*/*.json"))


def fields_of(schema: dict[str, Any], parts: dict[str, Any], path: str) -> Iterator[str]:
    """The path of every field below a schema."""
    named = parts[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    for form in named.get("anyOf", []):
        yield from fields_of(form, parts, path)
    if "items" in named:
        yield from fields_of(named["items"], parts, path)
    for name, part in named.get("properties", {}).items():
        yield f"{path}.{name}"
        yield from fields_of(part, parts, f"{path}.{name}")


def fields_in(value: object, path: str) -> Iterator[str]:
    """The path of every field that a sample holds."""
    match value:
        case dict():
            for name, part in value.items():
                yield f"{path}.{name}"
                yield from fields_in(part, f"{path}.{name}")
        case list():
            for part in value:
                yield from fields_in(part, path)


def test_every_sample_is_of_a_known_event() -> None:
    assert {path.parent.name for path in PATHS} == set(EVENTS)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_old_message_is_read_and_written_again_without_loss(path: Path) -> None:
    written = path.read_bytes()
    again = EVENTS[path.parent.name].from_bytes(written).to_bytes()
    assert json.loads(again) == json.loads(written.replace(b'+00:00"', b'Z"'))


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_every_field_of_an_event_stands_in_a_sample(event: type[Contract]) -> None:
    schema = event.model_json_schema()
    samples = [json.loads(path.read_bytes()) for path in sorted((SAMPLES / event.__name__).glob("*.json"))]
    assert set(fields_of(schema, schema.get("$defs", {}), "")) == {p for one in samples for p in fields_in(one, "")}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_field_of_a_newer_writer_is_no_obstacle(path: Path) -> None:
    newer = json.loads(path.read_bytes()) | {"a_field_of_tomorrow": {"deep": [1]}}
    event = EVENTS[path.parent.name]
    assert event.from_bytes(json.dumps(newer)) == event.from_bytes(path.read_bytes())


def test_a_message_without_a_required_field_is_refused_without_its_value() -> None:
    sample = json.loads((SAMPLES / "Case" / "least.json").read_bytes())
    del sample["jurisdiction"]
    sample["home"] = ["青槐村"]
    with pytest.raises(ValidationError) as caught:
        Case.from_bytes(json.dumps(sample))
    assert "jurisdiction" in str(caught.value)
    assert "青槐村" not in str(caught.value)
