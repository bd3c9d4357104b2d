"""Units from divisions and the template of departments, and the check of a whole register."""

from dataclasses import replace
from datetime import date

import pytest

from processors.rules.register import END, Division, Register
from processors.rules.territory.check import problems_of
from schemas.terms import Level
from tests.fakes_territory import TURN, small_register

AFTER = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("division", "department", "name", "superior"),
    [
        ("99", "government", "云岭省人民政府", ""),
        ("9901", "government", "澄州市人民政府", "99-government"),
        ("990101", "government", "澄州市青桐区人民政府", "9901-government"),
        ("990101", "water", "澄州市青桐区水利局", "990101-government"),
        ("990101", "court", "澄州市青桐区人民法院", "9901-court"),
        ("990101001", "government", "澄州市青桐区柳荫街道办事处", "990101-government"),
        ("990222101", "government", "砚山市桑田县枣林镇人民政府", "990222-government"),
        ("990171", "government", "澄州经济开发区管理委员会", "9901-government"),
    ],
)
def test_a_unit_has_a_stable_code_a_full_name_and_one_superior(
    division: str, department: str, name: str, superior: str
) -> None:
    unit = small_register().unit(f"{division}-{department}", AFTER)
    assert unit is not None
    assert (unit.name, unit.superior) == (name, superior)


def test_a_zone_has_only_the_departments_that_zones_have() -> None:
    assert small_register().unit_of("990171", "water", AFTER) is None


def test_the_units_of_an_abolished_county_go_on_in_its_successors() -> None:
    register = small_register()
    assert register.unit_of("990121", "water", AFTER) is None
    former = register.unit_of("990121", "water", date(2016, 1, 1))
    assert former is not None
    assert former.successors == ("990102-water",)


def test_a_sound_register_has_no_problems() -> None:
    assert list(problems_of(small_register())) == []


def _with(register: Register, *extra: Division) -> Register:
    return replace(register, divisions=(*register.divisions, *extra))


@pytest.mark.parametrize(
    ("extra", "problem"),
    [
        (Division("990299", "孤县", Level.COUNTY, "9909", valid_to=TURN), "unknown parent 9909"),
        (Division("990299", "孤县", Level.COUNTY, "", valid_to=TURN), "no division above it"),
        (Division("990298", "末县", Level.COUNTY, "9902", valid_to=TURN, successors=("1",)), "unknown successor 1"),
        (Division("990222", "又一县", Level.COUNTY, "9902", valid_from=TURN), "two periods overlap"),
        (Division("990297", "倒县", Level.COUNTY, "9902", valid_from=END, valid_to=TURN), "ends before it begins"),
        (Division("990296", "环县", Level.COUNTY, "990296", valid_to=TURN), "lies under itself"),
        (Division("990295", "无府县", Level.COUNTY, "9902"), "no government"),
    ],
)
def test_every_fault_of_a_register_is_named(extra: Division, problem: str) -> None:
    assert any(problem in found for found in problems_of(_with(small_register(), extra)))


def test_a_gap_under_one_code_is_named() -> None:
    register = small_register()
    parts = (
        Division("990290", "断县", Level.COUNTY, "9902", valid_to=TURN, successors=("990290",)),
        Division("990290", "断县", Level.COUNTY, "9902", valid_from=date(2018, 1, 1), valid_to=date(2019, 1, 1)),
    )
    assert "990290: a gap between two periods" in list(problems_of(_with(register, *parts)))


def test_a_competence_without_such_a_department_is_named() -> None:
    register = replace(small_register(), competences={"water": {Level.COUNTY: "rivers"}})
    assert any("no department rivers" in found for found in problems_of(register))


def test_units_without_place_or_superior_are_named() -> None:
    register = small_register()
    stray = replace(register.units[-1], code="x", division="x", superior="y", successors=("z",))
    found = list(problems_of(replace(register, units=(*register.units, stray))))
    assert {"x: unknown division x", "x: unknown superior y", "x: unknown successor z"} <= set(found)
