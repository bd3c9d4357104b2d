"""Users of the console, placed in the register."""

from consumers.rights.users import Users, users_path
from processors.register_files import load_register
from schemas.settings import Settings


class UnknownUnit(ValueError):
    """A unit that the register does not have."""


def users_of(settings: Settings) -> Users:
    """The users of an instance."""
    return Users(users_path(settings))


def placed(settings: Settings, unit: str, territory: str) -> str:
    """The territory that is given, else the division of the unit; raises `UnknownUnit`."""
    if not unit:
        return territory
    found = next((one for one in load_register(settings.register_dir).units if one.code == unit), None)
    if found is None:
        raise UnknownUnit("the register has no unit of this code")
    return territory or found.division
