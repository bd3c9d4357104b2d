"""Who may decide what about a case that is visible."""

from dataclasses import replace

import pytest

from consumers.rights.deciding import (
    BY_A_SUPERIOR,
    BY_OTHERS,
    BY_THE_UNIT,
    BY_WHO_REVIEWS,
    BY_WHO_WAS_ASKED,
    decidable,
    may_be_named,
)
from consumers.rights.scope import concerns
from consumers.rights.viewer import Viewer
from schemas.terms import DecisionKind, Role

CASE = {"unit": "411002-hrss", "unit_division": "411002", "asked_unit": "411023-transport"}
NOTHING: frozenset[DecisionKind] = frozenset()


def viewer(role: Role, unit: str, territory: str = "") -> Viewer:
    return Viewer("x", role, unit, territory or unit.partition("-")[0])


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (viewer(Role.HANDLER, "411002-hrss"), BY_THE_UNIT),
        (viewer(Role.HANDLER, "411023-transport"), BY_WHO_WAS_ASKED),
        (viewer(Role.HANDLER, "411002-housing"), NOTHING),
        (viewer(Role.SUPERVISOR, "411002-petition"), BY_A_SUPERIOR | BY_WHO_REVIEWS),
        (viewer(Role.SUPERVISOR, "4110-petition"), BY_A_SUPERIOR | BY_WHO_REVIEWS),
        (viewer(Role.SUPERVISOR, "411023-petition"), NOTHING),  # sees the place, not the unit
        (viewer(Role.SUPERVISOR, "411002-hrss"), BY_THE_UNIT | BY_A_SUPERIOR),  # nobody reviews the own handling
        (viewer(Role.PROVINCE, "41-petition"), BY_A_SUPERIOR | BY_WHO_REVIEWS),
        (viewer(Role.AUDITOR, "", "41"), NOTHING),
        (viewer(Role.ADMINISTRATOR, ""), NOTHING),
    ],
)
def test_the_unit_says_what_it_does_who_was_asked_answers_and_the_superior_rules(
    who: Viewer, may: frozenset[DecisionKind]
) -> None:
    assert decidable(who, CASE) == may


def test_every_kind_of_decision_is_somebodys() -> None:
    assert set(DecisionKind) == BY_THE_UNIT | BY_A_SUPERIOR | BY_WHO_REVIEWS | BY_OTHERS
    assert not BY_OTHERS & (BY_THE_UNIT | BY_WHO_WAS_ASKED | BY_A_SUPERIOR | BY_WHO_REVIEWS)


@pytest.mark.parametrize(
    ("kind", "division", "may"),
    [
        (DecisionKind.TRANSFER, "411023", True),
        (DecisionKind.ASSIGN, "411002", True),
        (DecisionKind.ASSIGN, "411023", False),
        (DecisionKind.REASSIGN, "411002", True),
        (DecisionKind.REASSIGN, "4110", False),
    ],
)
def test_anybody_may_be_asked_but_only_who_stands_below_may_be_told(
    kind: DecisionKind, division: str, may: bool
) -> None:
    assert may_be_named(viewer(Role.SUPERVISOR, "411002-petition"), kind, division) is may


@pytest.mark.parametrize(
    ("unit", "may"), [("411002-petition", NOTHING), ("411023-petition", BY_A_SUPERIOR | BY_WHO_REVIEWS)]
)
def test_a_township_that_moved_is_supervised_by_the_county_in_which_it_lies(
    unit: str, may: frozenset[DecisionKind]
) -> None:
    township = "411002100"
    who = replace(viewer(Role.SUPERVISOR, unit), moved={township: ("41", "4110", "411023", township)})
    case = CASE | {"unit": f"{township}-government", "unit_division": township, "asked_unit": None}
    assert decidable(who, case) == may
    assert concerns(who, township) is bool(may)
