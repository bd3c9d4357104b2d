"""Divisions through time on the invented province."""

from datetime import date

import pytest

from processors.rules.register import Division
from processors.rules.territory.lineage import Lineage
from schemas.terms import Level
from tests.fakes_territory import TURN, small_register

BEFORE = date(2016, 6, 1)
AFTER = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("code", "on", "city"),
    [
        ("990222101202", AFTER, "9902"),
        ("990222101", AFTER, "9902"),
        ("990222", AFTER, "9902"),
        ("9902", AFTER, "9902"),
        ("99", AFTER, "99"),
        ("", AFTER, ""),
        ("000000", AFTER, "000000"),
        ("990102100201", BEFORE, "9901"),
        ("990102100201", AFTER, "9901"),
    ],
)
def test_the_home_of_a_case_is_the_city_of_its_place_or_the_place_itself_above(
    code: str, on: date, city: str
) -> None:
    assert Lineage(small_register()).city_of(code, on) == city


def _period(code: str) -> Division:
    found = small_register().division_ever(code)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("code", "on", "led"),
    [
        ("990121", AFTER, ("990102",)),
        ("990102", BEFORE, ("990121",)),
        ("990223", AFTER, ("990221", "990222")),
        ("990223", BEFORE, ("990223",)),
        ("990121200", AFTER, ("990102100",)),
    ],
)
def test_a_division_is_led_to_its_successors_and_predecessors(code: str, on: date, led: tuple[str, ...]) -> None:
    assert Lineage(small_register()).led_to(_period(code), on) == led


def test_an_abolished_township_without_heir_belongs_to_its_county() -> None:
    register = small_register()
    gone = Division("990222199", "旧寨乡", Level.TOWNSHIP, "990222", valid_to=TURN)
    assert Lineage(register).led_to(gone, AFTER) == ("990222",)


def test_a_text_may_write_the_former_county_before_a_township() -> None:
    assert {"990121", "990102", "9901", "99"} <= Lineage(small_register()).uppers("990102100")
    assert "990101" not in Lineage(small_register()).uppers("990102100")
