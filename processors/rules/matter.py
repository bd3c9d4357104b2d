"""What a decision about the accountable unit rests on, and what the rules may propose."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from processors.rules.register import Division, Register, Unit
from processors.rules.scope import Chain, Scope
from processors.rules.wording import Wording
from schemas.petition import Classification
from schemas.terms import Channel, Ground, Level

GOVERNMENT, PETITION, DISCIPLINE, COURT, PROCURATORATE = (
    "government",
    "petition",
    "discipline",
    "court",
    "procuratorate",
)
RANK = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a decision rests on."""

    scope: Scope
    classification: Classification
    wording: Wording = field(repr=False)
    source: str
    channel: Channel
    on: date
    register: Register = field(repr=False)

    def unit_of(self, division: Division, department: str) -> Unit | None:
        """The unit of a department in a division on that day."""
        return self.register.unit_of(division.code, department, self.on)

    def office_of(self, chain: Chain, *departments: str) -> Unit | None:
        """The first of these departments that exists, lowest division first."""
        units = (self.unit_of(division, department) for division in chain for department in departments)
        return next((unit for unit in units if unit), None)

    def highest(self) -> Iterator[Unit]:
        """All units on that day, governments of the highest level first; at last the root, whatever the day."""
        valid = (u for u in self.register.units if u.is_valid_on(self.on))
        yield from sorted(valid, key=lambda u: (RANK[u.level], u.department != GOVERNMENT, u.code))
        yield self.register.root


@dataclass(frozen=True, slots=True)
class Proposal:
    """A unit, the ground and the sentence for it, and the units that it was preferred to."""

    unit: Unit
    ground: Ground
    key: str
    fields: dict[str, str] = field(default_factory=dict)
    refused: tuple[tuple[str, str], ...] = ()
    """Key of the sentence and name of the unit."""
