"""Who may decide what about a case that is visible."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from consumers.api.views import full
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
from consumers.search.documents import document_bytes
from schemas.life import CaseNote, CaseStep
from schemas.terms import DecisionKind, Role, StepKind
from tests.fakes_consumers import START, case, petition

CASE = {"unit": "411002-hrss", "unit_division": "411002", "asked_unit": "411023-transport"}
REVIEWS_AT_ITS_LEVEL = BY_WHO_REVIEWS - {DecisionKind.RE_REVIEW}
NOTHING: frozenset[DecisionKind] = frozenset()


def viewer(role: Role, unit: str, territory: str = "") -> Viewer:
    return Viewer("x", role, unit, territory or unit.partition("-")[0])


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (viewer(Role.HANDLER, "411002-hrss"), BY_THE_UNIT),
        (viewer(Role.HANDLER, "411023-transport"), BY_WHO_WAS_ASKED),
        (viewer(Role.HANDLER, "411002-housing"), NOTHING),
        (viewer(Role.SUPERVISOR, "411002-petition"), BY_A_SUPERIOR | REVIEWS_AT_ITS_LEVEL),
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


def reviewed(*units: str, by_county: str = "") -> dict[str, Any]:
    """The case as indexed, after reviews on consecutive days, the last of them reported by a county."""
    notes = [CaseNote(at=START + timedelta(days=n), text="复查", kind=DecisionKind.REVIEW, unit=unit) for n, unit in
             enumerate(units)]  # fmt: skip
    step = CaseStep(step_id="S", kind=StepKind.REVIEWED, at=START + timedelta(days=9), unit=by_county)
    member = petition().with_changes(steps=(step,) if by_county else ())
    found: dict[str, Any] = orjson.loads(document_bytes(case(member, notes=tuple(notes))))
    return found


@pytest.mark.parametrize(
    ("given", "may"),
    [
        (reviewed("411002-petition"), {"4110", "41"}),
        (reviewed("4110-petition"), {"41"}),
        (reviewed("411002-petition", "4110-petition"), {"41"}),  # the latest counts
        (reviewed("411002-petition", by_county="4110-petition"), {"41"}),
        (reviewed("41-petition"), set()),
        (reviewed(""), {"4110", "41"}),  # nobody knows who gave it: above the accountable unit
        (reviewed("4110-abolished"), {"4110", "41"}),
    ],
)
def test_a_re_review_is_given_above_the_unit_that_reviewed(given: dict[str, Any], may: set[str]) -> None:
    divisions = {f"{code}-petition": code for code in ("411002", "4110", "41")}
    roles = {"411002": Role.SUPERVISOR, "4110": Role.SUPERVISOR, "41": Role.PROVINCE}
    for told in (given, full(given)):  # as indexed, and as its page has it
        found = {
            code
            for code, role in roles.items()
            if DecisionKind.RE_REVIEW in decidable(viewer(role, f"{code}-petition"), told, divisions)
        }
        assert found == may


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
