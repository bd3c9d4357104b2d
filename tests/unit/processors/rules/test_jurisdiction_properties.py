"""For any history of a register and any petition: exactly one unit, never one complained about; the past stays."""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from processors.register_files import COMPETENCES, DEPARTMENTS, shipped_folder
from processors.rules.jurisdiction import determine_jurisdiction
from processors.rules.register import BEGINNING, Division, Register
from processors.rules.territory.check import problems_of
from processors.rules.territory.units import Template, generate_units
from schemas.life import JurisdictionDecision
from schemas.petition import AlsoAbout, Classification, Place
from schemas.terms import Channel, Confidence, Level

TEMPLATE = Template.from_dict(tomllib.loads((shipped_folder() / DEPARTMENTS).read_text("utf-8")))
TABLES = tomllib.loads((shipped_folder() / COMPETENCES).read_text("utf-8"))
POWERS = {
    code: {Level(level): department for level, department in row.items()}
    for code, row in TABLES["competences"].items()
}
CITIES = ("8101", "8102")
COUNTIES = tuple(f"{city}{number:02}" for city in CITIES for number in (1, 2, 3))
TOWNSHIPS = tuple(f"{county}10{number}" for county in COUNTIES for number in (0, 1))
STABLE = (*COUNTIES[::3], *TOWNSHIPS[::3])
"""They never end, and take over what ends."""
PASSING = sorted({*COUNTIES, *TOWNSHIPS} - {*STABLE})
FIRST, DAYS = date(2010, 1, 1), 5_000
ACCUSED = (
    "镇政府",
    "县政府",
    "市政府",
    "省政府",
    "县公安局",
    "市生态环境局",
    "县纪委",
    "县法院",
    "省教育厅",
    "县信访局",
)
ACTS = ("不作为", "违规征地", "收受好处费", "打人", "推诿")

moments = st.integers(1, DAYS).map(lambda days: FIRST + timedelta(days))
ends = st.dictionaries(st.sampled_from(PASSING), st.tuples(moments, st.integers(0, 3)), max_size=6)
texts = st.lists(st.tuples(st.sampled_from(ACCUSED), st.sampled_from(ACTS)), max_size=3).map(
    lambda parts: "。".join(office + act for office, act in parts)
)
petitions = st.fixed_dictionaries(
    {
        "codes": st.lists(st.sampled_from(("", "81", *CITIES, *COUNTIES, *TOWNSHIPS, "99")), min_size=1, max_size=3),
        "category": st.sampled_from([*POWERS, "unheard of"]),
        "also": st.lists(st.sampled_from([*POWERS]), max_size=2, unique=True),
        "text": texts,
        "source": st.sampled_from((*COUNTIES, "81", "8101", "unknown")),
        "on": moments,
    }
)


def register_of(history: dict[str, tuple[date, int]], ever: Iterable[str] = ()) -> Register:
    """A province in which some counties and townships ended; `int` says into how many others they went.

    Those that will ever end are nobody's heirs, so that a part of a history has the same heirs as the whole.
    """
    names = {2: ("省", Level.PROVINCE), 4: ("市", Level.CITY), 6: ("县", Level.COUNTY), 9: ("镇", Level.TOWNSHIP)}
    parents = {2: "", 4: "81", 6: "", 9: ""}
    divisions = []
    for index, code in enumerate(("81", *CITIES, *COUNTIES, *TOWNSHIPS)):
        sign, level = names[len(code)]
        parent = parents[len(code)] or {6: code[:4], 9: code[:6]}.get(len(code), "")
        division = Division(code, f"{chr(0x4E01 + index)}河{sign}", level, parent, BEGINNING)
        if code in history:
            end, heirs = history[code]
            others = [c for c in (COUNTIES if len(code) == 6 else TOWNSHIPS) if c not in {*history, *ever}]
            division = replace(division, valid_to=end, successors=tuple(others[:heirs]))
        divisions.append(division)
    return Register(
        "made", tuple(divisions), generate_units(divisions, TEMPLATE), POWERS, TABLES["statutory_channels"]
    )


def decide(petition: dict[str, object], register: Register) -> JurisdictionDecision:
    codes: list[str] = petition["codes"]  # type: ignore[assignment]
    sure = Confidence.CERTAIN if codes[0] else Confidence.NONE
    place = Place(
        code=codes[0], alternatives=tuple(codes[1:]), confidence=Confidence.AMBIGUOUS if len(codes) > 1 else sure
    )
    further: list[str] = petition["also"]  # type: ignore[assignment]
    also = tuple(AlsoAbout(category=code, category_name="类") for code in further)
    kind = Classification(category=str(petition["category"]), category_name="类", also=also)
    on: date = petition["on"]  # type: ignore[assignment]
    return determine_jurisdiction(
        place, kind, str(petition["text"]), str(petition["source"]), Channel.LETTER, on, register
    )


def above(register: Register, code: str, on: date) -> set[str]:
    found: set[str] = set()
    unit = register.unit(code, on)
    while unit is not None and unit.code not in found:
        found.add(unit.code)
        unit = register.unit(unit.superior, on)
    return found


@settings(max_examples=150, deadline=None)
@given(ends, petitions)
def test_one_unit_in_force_is_accountable_and_neither_accused_nor_below_one_that_is(
    history: dict[str, tuple[date, int]], petition: dict[str, object]
) -> None:
    register = register_of(history)
    decision = decide(petition, register)
    on: date = petition["on"]  # type: ignore[assignment]
    assert register.unit(decision.accountable_unit, on) is not None
    accused = {decision.accused_unit, *decision.also_accused} - {""}
    assert above(register, decision.accountable_unit, on).isdisjoint(accused)
    for helper in decision.assisting:
        assert helper.unit != decision.accountable_unit
        assert above(register, helper.unit, on).isdisjoint(accused)


@settings(max_examples=60, deadline=None)
@given(ends, petitions)
def test_what_changes_later_changes_no_decision_about_an_earlier_day(
    history: dict[str, tuple[date, int]], petition: dict[str, object]
) -> None:
    on: date = petition["on"]  # type: ignore[assignment]
    known = {code: end for code, end in history.items() if end[0] <= on}
    assert decide(petition, register_of(history)) == decide(petition, register_of(known, history))


@settings(max_examples=40, deadline=None)
@given(ends)
def test_such_registers_are_sound(history: dict[str, tuple[date, int]]) -> None:
    assert list(problems_of(register_of(history))) == []
