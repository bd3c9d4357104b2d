"""What the console is given of the register."""

from deploy.console import names, superior_units
from tests.small_register import small_register


def test_codes_have_the_names_of_the_register_and_of_the_lexicon() -> None:
    register = small_register()
    found = names(register)
    assert superior_units(register).keys() <= found.keys()
    assert found["land"] == "土地征收、宅基地"
    assert not any(len(code) > 6 for code in found if code.isdigit())
