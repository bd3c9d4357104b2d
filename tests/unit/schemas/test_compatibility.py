"""A released contract only grows: what it may not do is refused, and the check itself can fail."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field, create_model

from deploy.documents.contracts import event_types
from schemas.contract import Contract
from tests.schema_compatibility import breaks

RELEASED = Path(__file__).parents[2] / "samples" / "schemas"
EVENTS = {event.__name__: event for event in event_types()}


class Kind(StrEnum):
    """Two values."""

    ONE = "one"
    TWO = "two"


class KindWithoutTwo(StrEnum):
    """A value is gone."""

    ONE = "one"


class KindWithThree(StrEnum):
    """A value more."""

    ONE = "one"
    TWO = "two"
    THREE = "three"


class Inner(BaseModel):
    """A part."""

    code: str
    count: int = 0


class InnerGrown(BaseModel):
    """The part with one more field."""

    code: str
    count: int = 0
    weight: float = 0.0


class InnerRenamed(BaseModel):
    """The part with another name for its field."""

    number: str
    count: int = 0


RELEASE: dict[str, Any] = {
    "name": (str, Field(max_length=10)),
    "kind": (Kind, ...),
    "note": (str, ""),
    "seen": (int | None, None),
    "parts": (tuple[Inner, ...], ()),
    "main": (Inner, Inner(code="0")),
}


def schema(**changed: Any) -> dict[str, Any]:
    """The schema of the release with other fields; None takes a field away."""
    fields = {name: field for name, field in (RELEASE | changed).items() if field is not None}
    return create_model("Message", **fields).model_json_schema()


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"note": None}, [".note: removed"]),
        ({"note": None, "remark": (str, "")}, [".note: removed"]),
        ({"note": (str, ...)}, [".note: another default", ".note: required now"]),
        ({"extra": (str, ...)}, [".extra: required now"]),
        ({"name": (int, ...)}, [".name: string became integer"]),
        ({"name": (str, Field(max_length=5))}, [".name: maxLength is narrower"]),
        ({"name": (str, Field(max_length=10, min_length=1))}, [".name: minLength is narrower"]),
        ({"name": (str, Field(max_length=10, pattern="^a"))}, [".name: another pattern"]),
        ({"name": (str, "")}, [".name: no longer required, older readers need it"]),
        ({"note": (str, "none")}, [".note: another default"]),
        ({"kind": (KindWithoutTwo, ...)}, [".kind: two is no longer allowed"]),
        ({"seen": (int, 0)}, [".seen: another default", ".seen: null is no longer allowed"]),
        ({"note": (str | None, "")}, [".note: null is new, older readers fail"]),
        ({"parts": (tuple[str, ...], ())}, [".parts[]: object became string"]),
        (
            {"parts": (tuple[InnerRenamed, ...], ())},
            [
                ".parts[].code: no longer required, older readers need it",
                ".parts[].code: removed",
                ".parts[].number: required now",
            ],
        ),
        ({"main": (Inner, Inner(code="1"))}, [".main: another default"]),
        ({"parts": (dict[str, Inner], {})}, [".parts: another default", ".parts: array became object"]),
    ],
    ids=str,
)  # fmt: skip
def test_a_change_that_breaks_is_named(changed: dict[str, Any], found: list[str]) -> None:
    assert breaks(schema(), schema(**changed)) == found


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"remark": (str, "")},
        {"kind": (KindWithThree, ...)},
        {"main": (InnerGrown, InnerGrown(code="0"))},
        {"name": (str, Field(max_length=20))},
    ],
    ids=str,
)
def test_growing_is_allowed(changed: dict[str, Any]) -> None:
    assert breaks(schema(), schema(**changed)) == []


def test_parts_that_hold_themselves_are_compared_once() -> None:
    class Tree(BaseModel):
        """A part that holds itself."""

        name: str
        below: "tuple[Tree, ...]" = ()

    assert breaks(Tree.model_json_schema(), Tree.model_json_schema()) == []


@pytest.mark.parametrize("path", sorted(RELEASED.glob("*.json")), ids=lambda path: path.stem)
def test_released_contracts_only_grow(path: Path) -> None:
    assert path.stem in EVENTS, "a released event is gone: it stays, beside the one that replaces it"
    assert breaks(json.loads(path.read_text("utf-8")), EVENTS[path.stem].model_json_schema()) == []


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_every_event_has_a_released_contract(event: type[Contract]) -> None:
    assert (RELEASED / f"{event.__name__}.json").is_file(), "copy it from docs/schemas when the event is released"
