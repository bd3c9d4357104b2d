"""Changes of the register (`petitions.register`): what ends and what begins on one day, adopted as a whole."""

from datetime import date

from pydantic import Field

from schemas.contract import Contract, Instant
from schemas.terms import Level


class Ended(Contract):
    """A division or unit that ends, and whoever takes it over: itself where it goes on in another form."""

    code: str
    successors: tuple[str, ...] = Field(min_length=1)
    """Several after a split; territory and powers never end without one."""


class BegunDivision(Contract):
    """A division as it is from the day on: new, renamed, or under another one."""

    code: str = Field(pattern=r"^[0-9]{2,12}$")
    name: str = Field(min_length=2, max_length=50)
    level: Level
    parent: str
    aliases: tuple[str, ...] = ()


class BegunUnit(Contract):
    """A unit beside those that the departments' template gives every division."""

    code: str = Field(min_length=3, max_length=60)
    name: str = Field(min_length=2, max_length=80)
    division: str
    department: str
    superior: str = ""


class BegunAdministration(Contract):
    """A place that another division administers from the day on (代管)."""

    place: str
    by: str
    categories: tuple[str, ...] = ()


class BegunExemption(Contract):
    """Another department than the table of competences says, in one place, from the day on."""

    place: str
    category: str
    level: Level
    department: str = ""


class RegisterChange(Contract):
    """`petitions.register`: one decree. It is adopted whole or refused whole, and never altered afterwards."""

    change_id: str = Field(min_length=1, max_length=64)
    effective_on: date
    """The first day on which it holds."""
    by: str = Field(min_length=1)
    """The office and official who adopt it."""
    basis: str = Field(min_length=1)
    """The document that it rests on."""
    adopted_at: Instant
    ended_divisions: tuple[Ended, ...] = ()
    begun_divisions: tuple[BegunDivision, ...] = ()
    ended_units: tuple[Ended, ...] = ()
    begun_units: tuple[BegunUnit, ...] = ()
    administrations: tuple[BegunAdministration, ...] = ()
    exemptions: tuple[BegunExemption, ...] = ()
