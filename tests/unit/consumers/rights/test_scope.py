"""What each role may see, as a clause; what it finds is tested on the real index."""

import pytest

from consumers.rights.scope import NOTHING, visible_audit, visible_cases
from consumers.rights.viewer import RIGHTS, Right, Viewer
from schemas.terms import Role


def viewer(role: Role, unit: str = "411002-hrss", territory: str = "411002") -> Viewer:
    return Viewer("x", role, unit, territory, frozenset({"411002-government"}))


@pytest.mark.parametrize("role", list(Role))
def test_without_a_unit_nobody_sees_a_case(role: Role) -> None:
    assert visible_cases(viewer(role, unit="")) == NOTHING


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_audits_or_gives_rights_sees_no_case(role: Role) -> None:
    assert visible_cases(viewer(role)) == NOTHING
    assert Right.CASES not in RIGHTS[role]


@pytest.mark.parametrize("role", [Role.HANDLER, Role.SUPERVISOR, Role.PROVINCE])
def test_every_clause_leaves_out_what_accuses_the_own_unit_or_one_above_it(role: Role) -> None:
    refused = visible_cases(viewer(role))["bool"]["must_not"]
    assert {"terms": {"accused_units": ["411002-government", "411002-hrss"]}} in refused


def test_a_supervisor_without_territory_sees_nothing_rather_than_all() -> None:
    assert visible_cases(viewer(Role.SUPERVISOR, territory="")) == NOTHING
    assert visible_audit(viewer(Role.SUPERVISOR, territory="")) == NOTHING
    assert visible_audit(viewer(Role.AUDITOR, territory="")) == NOTHING


def test_every_role_has_its_rights_written_down() -> None:
    assert set(RIGHTS) == set(Role)
    given = viewer(Role.HANDLER).rights
    assert given == {Right.CASES, Right.ALERTS, Right.DECIDE}, "identities are given to persons, not to roles"
