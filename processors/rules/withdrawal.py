"""The unit complained about, and whoever stands under it, never handles the complaint (articles 28 and 30)."""

from collections.abc import Iterator
from dataclasses import replace

from processors.rules.accused import Accused
from processors.rules.matter import DISCIPLINE, GOVERNMENT, PETITION, RANK, Matter, Proposal
from processors.rules.register import Unit
from processors.rules.scope import chain_of
from schemas.terms import Ground, Level


def without_interest(matter: Matter, found: Proposal, accused: Accused) -> Proposal:
    """The unit complained about withdraws, and whoever stands under it: its superior or discipline (28, 30)."""
    if not (is_interested(matter, found.unit, accused) or _is_about_a_superior(matter, found.unit, accused)):
        names = tuple(("refused_accused", unit.name) for unit in accused.units)
        return replace(found, refused=(*found.refused, *names))
    refused = tuple(("refused_accused", unit.name) for unit in accused.units)
    if accused.is_corruption:
        discipline = discipline_over(matter, accused)
        if discipline is not None:
            key = "conflict_of_interest_discipline"
            return Proposal(discipline, Ground.CONFLICT_OF_INTEREST, key, refused=refused)
    unit = _decider(matter, accused)
    if unit is None:
        return Proposal(matter.register.root, Ground.FIRST_RESPONSIBILITY, "last_resort", refused=refused)
    return Proposal(unit, Ground.CONFLICT_OF_INTEREST, "conflict_of_interest", refused=refused)


def _is_about_a_superior(matter: Matter, unit: Unit, accused: Accused) -> bool:
    """Whether the first letter is about nothing but a unit of a higher level, which no lower one can examine."""
    is_alone = matter.classification.category in {"", "other"}
    own = (other for other in accused.units if other.code not in accused.elsewhere)
    return is_alone and any(RANK[other.level] < RANK[unit.level] for other in own)


def _decider(matter: Matter, accused: Accused) -> Unit | None:
    """The first over the accused that does not stand under one of them, else the first that is not accused itself.

    None where every unit of the register is complained about.
    """
    free = next((u for u in _over(matter, accused) if not is_interested(matter, u, accused)), None)
    codes = {unit.code for unit in accused.units}
    return free or next((u for u in _over(matter, accused) if u.code not in codes), None)


def is_interested(matter: Matter, unit: Unit, accused: Accused) -> bool:
    """Whether a unit is complained about or has a superior that is."""
    codes = {u.code for u in accused.units}
    current: Unit | None = unit
    for _ in Level:
        if current is None:
            return False
        if current.code in codes:
            return True
        current = matter.register.unit(current.superior, matter.on) if current.superior else None
    return False


def _over(matter: Matter, accused: Accused) -> Iterator[Unit]:
    """Who may decide about the accused: the superiors, discipline, petition offices and governments upwards."""
    current: Unit | None = accused.units[0]
    while current is not None and current.superior:
        current = matter.register.unit(current.superior, matter.on)
        if current is not None:
            yield current
    chain = chain_of(accused.units[0].division, matter.on, matter.register)
    for department in (DISCIPLINE, PETITION, GOVERNMENT):
        yield from (u for d in chain if (u := matter.unit_of(d, department)))
    yield from matter.highest()


def discipline_over(matter: Matter, accused: Accused) -> Unit | None:
    """The discipline body by its authority (管理权限): beside a department, above a government and above itself."""
    unit = accused.units[0]
    chain = chain_of(unit.division, matter.on, matter.register)
    above = chain[1:] if unit.department in {GOVERNMENT, DISCIPLINE} else chain
    bodies = (u for d in above if (u := matter.unit_of(d, DISCIPLINE)))
    return next((u for u in bodies if not is_interested(matter, u, accused)), None)
