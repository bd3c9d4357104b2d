"""Changes of the register: checked, refused as a whole with reasons, and right on both sides of their day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from deploy.register_due import due_changes
from processors.register_files import load_register, load_template, shipped_folder
from processors.rules.jurisdiction import determine_jurisdiction
from processors.rules.register import Register
from processors.rules.register_change import with_changes
from processors.rules.register_review import moved, review
from processors.rules.territory.check import problems_of
from schemas.petition import Classification, Place
from schemas.register_events import RegisterChange
from schemas.terms import Channel, Confidence

SAMPLE = Path(__file__).parents[3] / "samples" / "register"
DAY = date(2025, 7, 1)
BEFORE = date(2025, 6, 30)
MERGED_UNITS: dict[str, Any] = {
    "ended_units": [{"code": "410185-housing", "successors": ["410185-natural_resources"]}]
}
TOWN_TO_SUBDISTRICT: dict[str, Any] = {
    "ended_divisions": [{"code": "410185103", "successors": ["410185005"]}],
    "begun_divisions": [{"code": "410185005", "name": "告成街道", "level": "township", "parent": "410185"}],
}
RENAMED_COUNTY: dict[str, Any] = {
    "ended_divisions": [{"code": "411324", "successors": ["411304"]}],
    "begun_divisions": [{"code": "411304", "name": "镇平区", "level": "county", "parent": "4113"}],
}
RENAMED_IN_PLACE: dict[str, Any] = {
    "ended_divisions": [{"code": "411324", "successors": ["411324"]}],
    "begun_divisions": [{"code": "411324", "name": "玉都县", "level": "county", "parent": "4113"}],
}
MOVED_TOWN: dict[str, Any] = {
    "ended_divisions": [{"code": "411302103", "successors": ["411302103"]}],
    "begun_divisions": [{"code": "411302103", "name": "瓦店镇", "level": "township", "parent": "411303"}],
}
ZONE: dict[str, Any] = {"administrations": [{"place": "411302102", "by": "411371"}]}
EXEMPTED: dict[str, Any] = {
    "exemptions": [{"place": "419001", "category": "water", "level": "county", "department": "housing"}]
}


@cache
def register() -> Register:
    return load_register(SAMPLE, shipped_folder())


def change(*parts: dict[str, Any], effective_on: date = DAY, change_id: str = "豫政〔2025〕7号") -> RegisterChange:
    fields: dict[str, Any] = {}
    for part in parts:
        for name, rows in part.items():
            fields[name] = [*fields.get(name, []), *rows]
    about = {"by": "省民政厅 区划处", "basis": "批复", "adopted_at": datetime(2025, 5, 1, tzinfo=UTC)}
    return RegisterChange.model_validate({"change_id": change_id, "effective_on": effective_on, **about, **fields})


def test_of_two_changes_under_one_id_the_first_that_was_adopted_holds() -> None:
    first, second = change(TOWN_TO_SUBDISTRICT), change(RENAMED_COUNTY, effective_on=BEFORE)
    loaded = load_register(SAMPLE, shipped_folder(), changes=(first, second))
    assert loaded.division("410185005", DAY) is not None
    assert loaded.division("411304", DAY) is None
    assert due_changes((first, second), BEFORE) == []


def changed(*changes: RegisterChange) -> Register:
    return with_changes(register(), load_template(), changes)


def problems(made: RegisterChange) -> tuple[str, ...]:
    return review(register(), load_template(), made).problems


def unit(found: Register, code: str, category: str, on: date) -> tuple[str, str]:
    place, kind = Place(code=code, confidence=Confidence.CERTAIN), Classification(category=category)
    decision = determine_jurisdiction(place, kind, "", "41", Channel.LETTER, on, found)
    return decision.accountable_unit, decision.unit_name


@pytest.mark.parametrize(
    ("part", "place", "category", "before", "after"),
    [
        (MERGED_UNITS, "410185103", "housing", "410185-housing", "410185-natural_resources"),
        (TOWN_TO_SUBDISTRICT, "410185103", "land", "410185103-government", "410185005-government"),
        (RENAMED_COUNTY, "411324", "traffic", "411324-transport", "411304-transport"),
        (RENAMED_COUNTY, "411324102", "traffic", "411324-transport", "411304-transport"),
        (MOVED_TOWN, "411302103", "education", "411302-education", "411303-education"),
        (ZONE, "411302102", "education", "411302-education", "411371-government"),
        (EXEMPTED, "419001102", "water", "419001-water", "419001-housing"),
    ],
)
def test_a_change_holds_from_its_day_on_and_not_before(
    part: dict[str, Any], place: str, category: str, before: str, after: str
) -> None:
    made = change(part)
    assert problems(made) == ()
    found = changed(made)
    assert (unit(found, place, category, BEFORE)[0], unit(found, place, category, DAY)[0]) == (before, after)
    assert unit(register(), place, category, DAY)[0] == before
    assert list(problems_of(found)) == []


def test_a_rename_under_the_same_code_names_the_units_of_each_day() -> None:
    found = changed(change(RENAMED_IN_PLACE))
    assert unit(found, "411324102", "land", BEFORE)[1] == "南阳市镇平县晁陂镇人民政府"
    assert unit(found, "411324102", "land", DAY)[1] == "南阳市玉都县晁陂镇人民政府"
    assert unit(found, "411324102", "traffic", DAY)[1] == "南阳市玉都县交通运输局"


def test_what_lies_under_a_renamed_county_goes_with_it() -> None:
    found = changed(change(RENAMED_COUNTY))
    villages = [d for d in register().divisions if d.parent == "411324102" and d.is_valid_on(DAY)]
    assert villages
    for village in villages:
        assert [d.code for d in found.ancestors(village.code, DAY)][1:3] == ["411324102", "411304"]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((), "empty"),
        (({"ended_divisions": [{"code": "419999", "successors": ["419001"]}]},), "does not exist"),
        (({"ended_divisions": [{"code": "410185103", "successors": ["410185999"]}]},), "gap"),
        (({"ended_divisions": [{"code": "410185103", "successors": ["410122"]}]},), "another level"),
        (({"ended_divisions": [{"code": "411324", "successors": ["411302", "411303"]}]},), "orphan"),
        (
            (
                {
                    "begun_divisions": [
                        {"code": "410185005", "name": "新街道", "level": "township", "parent": "410185"}
                    ]
                },
            ),
            "overlap",
        ),
        (
            (
                {
                    "begun_divisions": [
                        {"code": "410185103", "name": "新街道", "level": "township", "parent": "410185"}
                    ]
                },
            ),
            "overlap",
        ),
        (
            (
                TOWN_TO_SUBDISTRICT,
                {"begun_divisions": [{"code": "410185006", "name": "乙镇", "level": "township", "parent": "410199"}]},
            ),
            "orphan",
        ),
        (
            (
                {
                    "ended_divisions": [{"code": "410185", "successors": ["410185"]}],
                    "begun_divisions": [
                        {"code": "410185", "name": "登封市", "level": "county", "parent": "410185103"}
                    ],
                },
            ),
            "cycle",
        ),
        (({"ended_units": [{"code": "410185-nothing", "successors": ["410185-housing"]}]},), "does not exist"),
        (({"ended_units": [{"code": "410185-housing", "successors": ["410185-nothing"]}]},), "gap"),
        (({"ended_units": [{"code": "410185-government", "successors": ["410185-petition"]}]},), "orphan"),
        (
            (
                {
                    "begun_units": [
                        {"code": "410185-water2", "name": "登封市水务局", "division": "410185", "department": "water"}
                    ]
                },
            ),
            "overlap",
        ),
        (({"administrations": [{"place": "411302102", "by": "999999"}]},), "unknown division"),
        (
            ({"exemptions": [{"place": "419001", "category": "water", "level": "county", "department": "rivers"}]},),
            "no department rivers",
        ),
    ],
)
def test_a_wrong_change_is_refused_with_its_reasons(parts: tuple[dict[str, Any], ...], told: str) -> None:
    assert any(told in problem for problem in problems(change(*parts)))


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = {"ended_divisions": [{"code": code, "successors": ["410185999"]} for code in ("410185103", "419999")]}
    assert len(problems(change(wrong))) >= 3


def test_a_dry_run_names_what_changes_hands_and_nothing_else() -> None:
    made = change(MERGED_UNITS)
    found = list(moved(register(), changed(made), made))
    assert {row.category for row in found} == {"housing", "construction"}
    assert {row.after.code for row in found} == {"410185-natural_resources"}
    assert "410185" in {row.place for row in found}
    assert all(row.place.startswith("410185") for row in found)


def orders() -> Iterator[tuple[RegisterChange, ...]]:
    first = change(RENAMED_IN_PLACE, change_id="1")
    second = change(MERGED_UNITS, effective_on=date(2026, 1, 1), change_id="2")
    yield first, second
    yield second, first


def test_changes_count_by_their_day_in_whatever_order_they_come() -> None:
    one, other = (changed(*order) for order in orders())
    assert one == other
    assert one.version == f"{register().version}+1+2"


def test_a_unit_that_ended_does_not_come_back_when_its_county_is_renamed_later() -> None:
    merged = change(
        {"ended_units": [{"code": "411324-housing", "successors": ["411324-natural_resources"]}]}, change_id="1"
    )
    renamed = change(RENAMED_IN_PLACE, effective_on=date(2026, 1, 1), change_id="2")
    found = changed(merged, renamed)
    assert found.unit("411324-housing", date(2026, 6, 1)) is None
    assert unit(found, "411324102", "housing", date(2026, 6, 1))[0] == "411324-natural_resources"
