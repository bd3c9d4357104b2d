"""What the register says about the units to which people hand a case: may they be accountable, who is above them."""

from collections.abc import Iterator
from datetime import date

from processors.rules.deadlines import objection_due
from processors.rules.matter import GOVERNMENT
from processors.rules.reasons import decision_for, reason
from processors.rules.register import Register, Unit
from processors.rules.tenure import Moved, Offices
from schemas.life import JurisdictionDecision


def offices_of(register: Register) -> Offices:
    """The answers of one register."""

    def decision(moved: Moved, determined: JurisdictionDecision) -> JurisdictionDecision | None:
        return handed_over(moved, determined, register)

    def superior(concerned: frozenset[str], on: date, determined: JurisdictionDecision) -> str:
        return common_superior(concerned, on, barred_units(determined, on, register), register)

    return Offices(decision, superior, objection_due)


def handed_over(moved: Moved, determined: JurisdictionDecision, register: Register) -> JurisdictionDecision | None:
    """The decision that makes a unit accountable to which people handed the case.

    None where the register does not know the unit on that day, and where the unit is complained about or stands under
    one that is: it never handles the case, whoever says so (articles 28, 30).
    """
    unit = register.unit(moved.unit, moved.on)
    barred = barred_units(determined, moved.on, register)
    if unit is None or any(u.code in barred for u in _upwards(unit, moved.on, register)):
        return None
    sentence = reason(moved.key)
    names = (found.name for code in sorted(moved.concerned) if (found := register.unit(code, moved.on)))
    fields = {"unit": unit.name, "by": moved.by, "units": "、".join(names)}
    above = {other.code for other in _upwards(unit, moved.on, register)}
    return decision_for(
        unit,
        moved.ground,
        sentence,
        fields,
        register.version,
        evidence=determined.evidence,
        accused_unit=determined.accused_unit,
        also_accused=determined.also_accused,
        assisting=tuple(other for other in determined.assisting if other.unit not in above),
    )


def common_superior(concerned: frozenset[str], on: date, accused: frozenset[str], register: Register) -> str:
    """The lowest unit that stands above all of them (article 24), passing over those complained about.

    The highest unit has none above it and decides itself. Empty where there is none.
    """
    units = [unit for code in sorted(concerned) if (unit := register.unit(code, on))]
    chains = [_superiors(unit, on, register) for unit in units]
    above = [chain[1:] or chain for chain in chains]
    shared = set.intersection(*map(set, above)) - accused if above else set()
    return next((code for code in above[0] if code in shared), "") if above else ""


def barred_units(determined: JurisdictionDecision, on: date, register: Register) -> frozenset[str]:
    """The units that are complained about, and on that day those that carry on the powers of one that is gone."""
    accused = determined.accused_units
    return accused | {unit.code for code in accused for unit in register.carrying_on(code, on)}


def _superiors(unit: Unit, on: date, register: Register) -> list[str]:
    """The unit and all above it, lowest first; what is led from above stands under the government up there, too.

    Courts, procuratorates and discipline bodies stand under no government.
    """
    chain = list(_upwards(unit, on, register))
    codes = [unit.code]
    for upper in chain[1:]:
        codes.append(upper.code)
        beside = register.unit_of(upper.division, GOVERNMENT, on)
        if beside is not None and chain[-1].department == GOVERNMENT:
            codes.append(beside.code)
    return list(dict.fromkeys(codes))


def _upwards(unit: Unit, on: date, register: Register) -> Iterator[Unit]:
    """The unit and those above it, lowest first."""
    seen: set[str] = set()
    current: Unit | None = unit
    while current is not None and current.code not in seen:
        seen.add(current.code)
        yield current
        current = register.unit(current.superior, on) if current.superior else None
