"""Divisions through time on the invented province."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from processors.rules.register import Division, Register
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


def test_a_trail_is_what_the_register_says_on_each_day() -> None:
    register = small_register()
    lineage = Lineage(register)
    for code in {division.code for division in register.divisions}:
        for on in (date.min, BEFORE, TURN - timedelta(1), TURN, AFTER, date.max):
            trail = lineage.trail(code, on)
            assert trail.divisions == tuple(register.ancestors(code, on))
            assert trail.name == "".join(reversed([division.name for division in trail.divisions]))


def test_a_change_elsewhere_leaves_a_trail_as_it_is() -> None:
    lineage = Lineage(small_register())
    assert lineage.trail("990222101", BEFORE) is lineage.trail("990222101", AFTER)
    assert len(lineage.trails("990222101")) == 1


def test_a_township_that_moves_has_a_trail_for_each_county() -> None:
    moved = (
        Division("990222105", "河湾镇", Level.TOWNSHIP, "990222", valid_to=TURN),
        Division("990222105", "河湾镇", Level.TOWNSHIP, "990221", valid_from=TURN),
    )
    register = small_register()
    lineage = Lineage(replace(register, divisions=(*register.divisions, *moved)))
    assert lineage.trail("990222105", TURN - timedelta(1)).name == "云岭省砚山市桑田县河湾镇"
    assert lineage.trail("990222105", TURN).name == "云岭省砚山市麦积县河湾镇"


def test_a_code_that_never_was_has_no_trail() -> None:
    assert Lineage(small_register()).trail("000000", AFTER).divisions == ()


def test_places_that_lie_under_each_other_have_an_end() -> None:
    """Such a register is refused with its reasons, and must be read for that."""
    round_about = (
        Division("9909", "回环市", Level.CITY, "990901"),
        Division("990901", "回环县", Level.COUNTY, "9909"),
    )
    lineage = Lineage(Register("test", round_about, (), {}))
    assert {"9909", "990901"} >= set(lineage.trail("990901", AFTER).codes) > set()
