"""What consumers read is what the contract says, only cheaper."""

from pathlib import Path
from typing import Any

import pytest

from consumers.reading import Unreadable, reader
from deploy.documents.contracts import event_types
from schemas.contract import Contract
from schemas.events import Case
from tests.fakes_consumers import case, clock

SAMPLES = Path(__file__).parents[2] / "samples" / "events"
EVENTS = {event.__name__: event for event in event_types()}
PATHS = sorted(SAMPLES.glob("*/*.json"))
WHOLE = case(clocks=(clock(),)).to_bytes()


def told(value: Any, contract: Any) -> Any:
    """All that a value says under the names of its contract, properties included."""
    if isinstance(contract, tuple):
        return [told(one, of) for one, of in zip(value, contract, strict=True)]
    if not isinstance(contract, Contract):
        return value
    said = {name: told(getattr(value, name), getattr(contract, name)) for name in type(contract).model_fields}
    properties = [name for name, found in vars(type(contract)).items() if isinstance(found, property)]
    return said | {name: told(getattr(value, name), getattr(contract, name)) for name in properties}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_sample_is_read_as_its_contract_reads_it(path: Path) -> None:
    event, written = EVENTS[path.parent.name], path.read_bytes()
    expected = event.from_bytes(written)
    assert told(reader(event)(written), expected) == told(expected, expected)


def test_a_field_of_a_newer_writer_is_no_obstacle() -> None:
    newer = WHOLE.replace(b'{"case_id"', b'{"a_field_of_tomorrow":{"deep":[1]},"case_id"')
    assert reader(Case)(newer) == reader(Case)(WHOLE)


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        (WHOLE, b"\xff\xfe"),
        (WHOLE, b"[]"),
        (WHOLE, b"null"),
        (b'"version":1', b'"version":"one"'),
        (b'"visit"', b'"by pigeon"'),
        (b'Z"', b'"'),
        ("拖欠".encode(), b"\xff\xff"),
        ("拖欠".encode(), b"\\ud800"),
    ],
)
def test_what_the_contract_refuses_is_refused_without_its_values(what: bytes, instead: bytes) -> None:
    broken = WHOLE.replace(what, instead)
    with pytest.raises(ValueError, match="Case"):
        Case.from_bytes(broken)
    with pytest.raises(Unreadable) as caught:
        reader(Case)(broken)
    assert str(caught.value) == "Case"
