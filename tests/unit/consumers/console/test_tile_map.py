"""Which places the map shows to whom, and where a click leads."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consumers.api.backend import Backend
from consumers.console.tile_map import area_of, shown_map
from consumers.rights.viewer import Viewer
from schemas.settings import Settings
from schemas.terms import Role
from tests.officials import Audit, backend

NAMES = {"41": "河南省", "4110": "许昌市", "411002": "魏都区", "41-petition": "许昌市"}
PLACES = {
    "41": {"4110": (0, 0), "4113": (1, 0), "419001": (0, 1)},
    "4110": {"411002": (0, 1), "411003": (0, 0)},
}
WHOLE = Viewer("whole", Role.PROVINCE, "41-petition", "41")


@pytest.mark.parametrize(
    ("q", "territory", "area"),
    [
        ("", "41", "41"),
        ("拖欠工资", "4110", "4110"),
        ("路 place:4110", "41", "4110"),
        ("place:许昌市", "41", "4110"),
        ("place:4113", "4110", "4110"),
        ("-place:4110", "41", "41"),
        ("place:4110 place:4113", "41", "41"),
    ],
)
def test_the_map_is_of_the_place_that_is_asked_about_within_the_territory(q: str, territory: str, area: str) -> None:
    assert area_of(q, territory, NAMES) == area


def group(key: str) -> dict[str, Any]:
    return {"key": key, "figures": [{"name": "overdue", "value": 2, "within": f"place:{key} overdue:yes"}]}


@pytest.fixture
def console(tmp_path: Path) -> Backend:
    made = backend(tmp_path, None, Settings(), Audit())
    return replace(made, names=lambda: NAMES, tiles=lambda area: PLACES.get(area, {}))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The splits that were asked for beside the one that was known."""
    made: list[str] = []

    def numbers(backend: Backend, viewer: Viewer, q: str, by: str) -> Mapping[str, Any]:
        made.append(by)
        return {"groups": [group(key) for key in ("4110", "1301")] if by == "city" else [group("419001")]}

    monkeypatch.setattr("consumers.console.tile_map.numbers_of", numbers)
    return made


def test_a_province_sees_its_cities_and_the_counties_right_below_it(console: Backend, asked: list[str]) -> None:
    known = {"groups": [group("411002"), group("419001")]}
    made = shown_map(console, WHOLE, "", "overdue", known, "county", frozenset({"411003"}))
    assert made is not None
    assert asked == ["city"]
    assert [(one.code, one.part) for one in made.map.tiles] == [("4110", 2), ("419001", 2), ("4113", 0)]
    assert made.drill == {
        "4110": ("place:4110", "county"),
        "419001": ("place:419001", "unit"),
        "4113": ("place:4113", "county"),
    }
    assert (made.up, made.incomplete) == (None, {"4110"})


def test_a_click_keeps_the_rest_of_the_query_and_leads_back(console: Backend, asked: list[str]) -> None:
    known = {"groups": [group("411002"), group("411004"), group("411302")]}
    made = shown_map(console, WHOLE, "路 place:4110 -保安", "overdue", known, "county", frozenset())
    assert made is not None
    assert asked == []
    assert [one.code for one in made.map.tiles] == ["411003", "411002", "411004"]
    assert made.drill["411002"] == ("路 -保安 place:411002", "unit")
    assert made.up == ("41", "路 -保安", "city")


@pytest.mark.parametrize(("q", "territory"), [("", "411002"), ("place:411002", "41"), ("", "")])
def test_there_is_no_map_of_a_county(console: Backend, asked: list[str], q: str, territory: str) -> None:
    viewer = replace(WHOLE, territory=territory)
    assert shown_map(console, viewer, q, "overdue", {"groups": []}, "county", frozenset()) is None
    assert asked == []


def test_an_unknown_measure_is_shown_as_the_usual_one(console: Backend, asked: list[str]) -> None:
    made = shown_map(console, WHOLE, "place:4110", "x", {"groups": []}, "county", frozenset())
    assert made is not None
    assert made.map.measure.name == "overdue"
