"""What the console is given of the register."""

from datetime import date

from consumers.rights.viewer import units_above
from deploy.console import carried_on, moved, names, superior_units
from tests.small_register import CITY, HUANGLING, LINQUAN, PINGSHAN, PROVINCE, small_register


def test_codes_have_the_names_of_the_register_and_of_the_lexicon() -> None:
    register = small_register()
    found = names(register)
    assert superior_units(register).keys() <= found.keys()
    assert found["land"] == "土地征收、宅基地"
    assert not any(len(code) > 6 for code in found if code.isdigit())


def test_a_complaint_about_a_unit_that_is_gone_is_one_about_the_unit_that_carries_on_its_powers() -> None:
    """The housing bureau of Pingshan became part of natural resources."""
    register = small_register()
    superiors, heirs = superior_units(register), carried_on(register)
    gone, heir = f"{PINGSHAN}-housing", f"{PINGSHAN}-natural_resources"
    assert gone in units_above(heir, superiors, heirs)
    assert gone not in units_above(f"{PINGSHAN}-transport", superiors, heirs)
    assert units_above(heir, superiors, heirs) - {gone} == units_above(heir, superiors)


def test_what_was_taken_over_is_followed_back_and_through_those_above() -> None:
    superiors = {"bureau": "county", "county": "", "older": "", "oldest": ""}
    heirs = {"county": frozenset({"older"}), "older": frozenset({"oldest"}), "oldest": frozenset({"county"})}
    assert units_above("bureau", superiors, heirs) == {"county", "older", "oldest"}


def test_only_divisions_that_lie_elsewhere_than_their_digits_say_are_told() -> None:
    register = small_register()
    assert moved(register, date(2023, 6, 30)) == {}
    assert moved(register, date(2024, 1, 1)) == {HUANGLING: (PROVINCE, CITY, LINQUAN, HUANGLING)}
