"""A division as a tree for the eye: who is in charge of what in it, and in each township below it."""

from collections.abc import Iterator
from datetime import date

from processors.rules.register import Division, Register, Unit
from schemas.terms import Level


def tree(register: Register, code: str, on: date) -> Iterator[str]:
    """The departments of a division with their categories, then what lies under it with the unit of each place."""
    division = register.division(code, on)
    if division is None:
        return
    yield f"{division.name} {division.code}  {on}"
    for unit, categories in _in_charge(register, division, on):
        yield f"├─ {unit.name}  {unit.code}  {'、'.join(categories)}"
    below = [d for d in register.divisions if d.parent == code and d.is_valid_on(on)]
    places = sorted((d for d in below if d.level is not Level.VILLAGE), key=lambda d: d.code)
    for number, place in enumerate(places, 1):
        yield f"{'└' if number == len(places) else '├'}─ {_told(register, place, on)}"
    homeless = len(below) - len(places)
    if homeless:
        yield f"   {homeless} villages lie directly under it"


def _in_charge(register: Register, division: Division, on: date) -> Iterator[tuple[Unit, list[str]]]:
    """The units of a division that are in charge of some category there, each with all of them."""
    chain = (division,)
    found: dict[str, list[str]] = {}
    for category in register.competences:
        department = register.powers(category, chain, on).get(division.level, "")
        if department:
            found.setdefault(department, []).append(category or "none")
    for department, categories in found.items():
        unit = register.unit_of(division.code, department, on) or register.unit_of(division.code, "government", on)
        if unit is not None:
            yield unit, categories


def _told(register: Register, place: Division, on: date) -> str:
    unit = register.unit_of(place.code, "government", on)
    villages = sum(d.parent == place.code and d.is_valid_on(on) for d in register.divisions)
    by = register.administered((place,), "", on)
    elsewhere = f"  administered by {by[1].name}" if len(by) > 1 else ""
    name = f"{unit.name} {unit.code}" if unit is not None else "no unit"
    return f"{place.name} {place.code} → {name}, {villages} below{elsewhere}"
