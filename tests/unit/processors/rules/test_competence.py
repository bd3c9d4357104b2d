"""Who is in charge in a place: by level, department, several places, successors, zones. Invented places."""

from dataclasses import replace
from datetime import date

import pytest

from processors.rules.register import Administration, Exemption, Register
from schemas.terms import Channel, Ground, Level
from tests.determined import DAY, REGISTER, decide
from tests.small_register import (
    CHENGDONG,
    CITY,
    COMPETENCES,
    DAHE,
    GONE_COUNTY,
    GONE_TOWNSHIP,
    HEIRLESS,
    HEYANG,
    HUANGLING,
    LINQUAN,
    LIULIN,
    PINGSHAN,
    PROVINCE,
    QINGCHUAN,
    SHANGWAN,
    SHIQIAO,
    SPLIT_COUNTY,
    SPLIT_TOWNSHIP,
    XIAWAN,
)


@pytest.mark.parametrize(
    ("code", "category", "unit", "ground"),
    [
        (SHANGWAN, "land", f"{SHIQIAO}-government", Ground.TERRITORY),
        (XIAWAN, "land", f"{LIULIN}-government", Ground.TERRITORY),
        (SHIQIAO, "construction", f"{SHIQIAO}-government", Ground.TERRITORY),
        (CHENGDONG, "", f"{CHENGDONG}-government", Ground.TERRITORY),
        (CHENGDONG, "other", f"{CHENGDONG}-government", Ground.TERRITORY),
        (HEYANG, "", f"{HEYANG}-petition", Ground.TERRITORY),
        (SHIQIAO, "a category that the register does not know", f"{SHIQIAO}-government", Ground.TERRITORY),
        (SHANGWAN, "traffic", f"{HEYANG}-transport", Ground.COMPETENCE),
        (SHIQIAO, "education", f"{HEYANG}-education", Ground.COMPETENCE),
        (LIULIN, "environment", f"{HEYANG}-environment", Ground.COMPETENCE),
        (CHENGDONG, "housing", f"{LINQUAN}-housing", Ground.COMPETENCE),
        (DAHE, "labour", f"{QINGCHUAN}-human_resources", Ground.COMPETENCE),
        (HEYANG, "land", f"{HEYANG}-natural_resources", Ground.COMPETENCE),
        (CITY, "water", f"{CITY}-water", Ground.COMPETENCE),
        (PROVINCE, "traffic", f"{PROVINCE}-transport", Ground.COMPETENCE),
    ],
)
def test_the_lowest_level_with_the_power_in_that_place_is_accountable(
    code: str, category: str, unit: str, ground: Ground
) -> None:
    decision = decide(code, category, source=DAHE[:6] if code == DAHE else HEYANG)
    assert (decision.accountable_unit, decision.ground, decision.article) == (unit, ground, "22")


def test_the_lower_government_is_named_with_the_reason_why_it_was_not_chosen() -> None:
    assert decide(SHIQIAO, "traffic").refused == ("石桥镇人民政府：该类事项的职权在上一级",)


@pytest.mark.parametrize(
    ("code", "category", "source", "channel", "unit"),
    [
        (SHIQIAO, "land", CITY, Channel.VISIT, f"{SHIQIAO}-government"),
        (SHIQIAO, "land", PROVINCE, Channel.LETTER, f"{SHIQIAO}-government"),
        (SHIQIAO, "traffic", CITY, Channel.ONLINE, f"{HEYANG}-transport"),
        (DAHE, "education", PROVINCE, Channel.LEADER_MAILBOX, f"{QINGCHUAN}-education"),
        (SHIQIAO, "traffic", HEYANG, Channel.ASSIGNED_FROM_ABOVE, f"{HEYANG}-transport"),
        (DAHE, "traffic", CITY, Channel.LETTER, f"{QINGCHUAN}-transport"),
        (CITY, "water", PROVINCE, Channel.LETTER, f"{CITY}-water"),
    ],
)
def test_what_skipped_a_level_goes_to_the_lowest_level_with_the_power(
    code: str, category: str, source: str, channel: Channel, unit: str
) -> None:
    decision = decide(code, category, source=source, channel=channel)
    assert (decision.accountable_unit, decision.ground, decision.article) == (unit, Ground.LEVEL, "22")
    assert "越过" in decision.reason
    assert "skipp" in decision.reason_en


@pytest.mark.parametrize("source", [HEYANG, LINQUAN, QINGCHUAN])
def test_a_county_that_passes_a_matter_on_skips_nothing(source: str) -> None:
    assert decide(SHIQIAO, "land", source=source).ground is Ground.TERRITORY


@pytest.mark.parametrize(
    ("codes", "category", "unit"),
    [
        ((HEYANG, LINQUAN), "traffic", f"{CITY}-petition"),
        ((SHIQIAO, LIULIN), "land", f"{HEYANG}-petition"),
        ((SHIQIAO, DAHE), "traffic", f"{PROVINCE}-petition"),
        ((HEYANG, LINQUAN, QINGCHUAN), "environment", f"{PROVINCE}-petition"),
        ((SHANGWAN, XIAWAN), "", f"{HEYANG}-petition"),
    ],
)
def test_between_several_places_their_common_superior_decides(
    codes: tuple[str, ...], category: str, unit: str
) -> None:
    decision = decide(codes[0], category, others=codes[1:])
    assert (decision.accountable_unit, decision.ground, decision.article) == (unit, Ground.COMMON_SUPERIOR, "24")
    assert len(decision.refused) == len(codes)


@pytest.mark.parametrize(
    ("codes", "category", "unit"),
    [
        ((SHIQIAO, LIULIN), "traffic", f"{HEYANG}-transport"),
        ((SHANGWAN, SHIQIAO), "land", f"{SHIQIAO}-government"),
        ((SHIQIAO, HEYANG), "education", f"{HEYANG}-education"),
    ],
)
def test_several_places_of_one_unit_are_no_dispute(codes: tuple[str, ...], category: str, unit: str) -> None:
    decision = decide(codes[0], category, others=codes[1:])
    assert decision.accountable_unit == unit
    assert decision.ground in {Ground.TERRITORY, Ground.COMPETENCE}


@pytest.mark.parametrize(
    ("code", "category", "on", "unit", "ground"),
    [
        (GONE_TOWNSHIP, "land", DAY, f"{SHIQIAO}-government", Ground.SUCCESSOR),
        (GONE_TOWNSHIP, "land", date(2018, 6, 1), f"{GONE_TOWNSHIP}-government", Ground.TERRITORY),
        (GONE_COUNTY, "traffic", DAY, f"{HEYANG}-transport", Ground.SUCCESSOR),
        (GONE_COUNTY, "traffic", date(2019, 12, 31), f"{GONE_COUNTY}-transport", Ground.COMPETENCE),
        (SPLIT_TOWNSHIP, "traffic", DAY, f"{HEYANG}-transport", Ground.COMPETENCE),
        (SPLIT_TOWNSHIP, "land", DAY, f"{HEYANG}-petition", Ground.COMMON_SUPERIOR),
        (SPLIT_COUNTY, "traffic", DAY, f"{CITY}-petition", Ground.COMMON_SUPERIOR),
        (HEIRLESS, "education", DAY, f"{HEYANG}-education", Ground.SUCCESSOR),
        (PINGSHAN, "housing", DAY, f"{PINGSHAN}-natural_resources", Ground.SUCCESSOR),
        (PINGSHAN, "housing", date(2021, 6, 1), f"{PINGSHAN}-housing", Ground.COMPETENCE),
        (HUANGLING, "traffic", date(2023, 6, 30), f"{PINGSHAN}-transport", Ground.COMPETENCE),
        (HUANGLING, "traffic", date(2023, 7, 1), f"{LINQUAN}-transport", Ground.COMPETENCE),
    ],
)
def test_who_carries_on_the_powers_on_that_day_is_accountable(
    code: str, category: str, on: date, unit: str, ground: Ground
) -> None:
    decision = decide(code, category, on=on)
    assert (decision.accountable_unit, decision.ground) == (unit, ground)


@pytest.mark.parametrize(
    ("code", "source", "unit", "ground", "article"),
    [
        ("", HEYANG, f"{HEYANG}-petition", Ground.UNRESOLVED_PLACE, "22"),
        ("", CITY, f"{CITY}-petition", Ground.UNRESOLVED_PLACE, "22"),
        ("", SHIQIAO, f"{SHIQIAO}-government", Ground.UNRESOLVED_PLACE, "22"),
        ("", GONE_COUNTY, f"{HEYANG}-petition", Ground.UNRESOLVED_PLACE, "22"),
        ("990101", HEYANG, f"{HEYANG}-petition", Ground.FIRST_RESPONSIBILITY, "23"),
        ("", "unknown", f"{PROVINCE}-government", Ground.FIRST_RESPONSIBILITY, "24"),
        ("990101", "unknown", f"{PROVINCE}-government", Ground.FIRST_RESPONSIBILITY, "24"),
    ],
)
def test_an_open_place_stays_with_the_office_that_was_asked_first(
    code: str, source: str, unit: str, ground: Ground, article: str
) -> None:
    decision = decide(code, "land", source=source)
    assert (decision.accountable_unit, decision.ground, decision.article) == (unit, ground, article)


@pytest.mark.parametrize(
    ("code", "category", "unit"),
    [
        (QINGCHUAN, "water", f"{QINGCHUAN}-government"),
        (DAHE, "water", f"{QINGCHUAN}-government"),
        (PROVINCE, "urban_management", f"{PROVINCE}-government"),
    ],
)
def test_where_a_department_is_missing_the_government_of_that_place_is_accountable(
    code: str, category: str, unit: str
) -> None:
    decision = decide(code, category)
    assert (decision.accountable_unit, decision.ground, decision.article) == (unit, Ground.TERRITORY, "24")


def test_a_place_without_any_unit_is_its_superiors() -> None:
    units = tuple(u for u in REGISTER.units if not u.division.startswith(HEYANG))
    bare = Register("bare", REGISTER.divisions, units, COMPETENCES)
    decision = decide(SHIQIAO, "traffic", register=bare)
    assert (decision.accountable_unit, decision.article) == (f"{CITY}-transport", "24")


def test_a_register_without_competences_still_names_one_unit() -> None:
    plain = Register("plain", REGISTER.divisions, REGISTER.units, {})
    assert decide(SHANGWAN, "traffic", register=plain).accountable_unit == f"{SHIQIAO}-government"


def test_a_zone_administers_a_township_of_another_county_from_its_day_on() -> None:
    row = Administration(LIULIN, LINQUAN, frozenset({"traffic"}), date(2024, 1, 1))
    register = replace(REGISTER, administrations=(row,))
    assert decide(LIULIN, "traffic", register=register).accountable_unit == f"{LINQUAN}-transport"
    assert decide(XIAWAN, "traffic", register=register).accountable_unit == f"{LINQUAN}-transport"
    assert decide(LIULIN, "education", register=register).accountable_unit == f"{HEYANG}-education"
    before = decide(LIULIN, "traffic", register=register, on=date(2023, 12, 31))
    assert before.accountable_unit == f"{HEYANG}-transport"
    assert decide(SHIQIAO, "traffic", register=register).accountable_unit == f"{HEYANG}-transport"


@pytest.mark.parametrize(
    ("level", "department", "unit"),
    [
        (Level.COUNTY, "transport", f"{HEYANG}-transport"),
        (Level.COUNTY, "", f"{CITY}-water"),
        (Level.TOWNSHIP, "government", f"{SHIQIAO}-government"),
    ],
)
def test_a_place_may_be_exempted_from_the_table_of_competences(level: Level, department: str, unit: str) -> None:
    register = replace(REGISTER, exemptions=(Exemption(HEYANG, "water", level, department, date(2024, 1, 1)),))
    assert decide(SHIQIAO, "water", register=register).accountable_unit == unit
    assert decide(SHIQIAO, "water", register=register, on=date(2023, 6, 1)).accountable_unit == f"{HEYANG}-water"
    assert decide(CHENGDONG, "water", register=register).accountable_unit == f"{LINQUAN}-water"
