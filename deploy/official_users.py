"""Users of the console, placed in the register."""

from collections.abc import Iterable

from consumers.rights.users import Users, users_path
from deploy.servers.addresses import ServersUnavailable
from deploy.servers.instance import located
from processors.register_files import load_register
from processors.register_log import adopted
from processors.rules.register import Unit
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
    return territory or known_unit(settings, unit).division


def known_unit(settings: Settings, code: str) -> Unit:
    """The unit, on whatever day, also of a change that the instance has adopted; raises `UnknownUnit`."""
    found = _unit(load_register(settings.register_dir).units, code) or _adopted_unit(settings, code)
    if found is None:
        raise UnknownUnit("the register has no unit of this code")
    return found


def _adopted_unit(settings: Settings, code: str) -> Unit | None:
    try:
        changes = adopted(located(settings))
    except ServersUnavailable:
        return None  # an instance that never was up has adopted nothing
    return _unit(load_register(settings.register_dir, changes=changes).units, code) if changes else None


def _unit(units: Iterable[Unit], code: str) -> Unit | None:
    return next((one for one in units if one.code == code), None)
