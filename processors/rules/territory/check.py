"""Whether a register is sound: every problem named by code, none by guess."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from processors.rules.register import END, Division, Register
from processors.rules.territory.units import GOVERNMENT
from schemas.terms import Level


def problems_of(register: Register) -> Iterator[str]:
    """All that is wrong: orphans, periods that are empty, overlap or leave a gap, cycles, units without a place."""
    periods: dict[str, list[Division]] = defaultdict(list)
    for division in register.divisions:
        periods[division.code].append(division)
    yield from _orphans(register.divisions, periods)
    for code, same in periods.items():
        yield from _faulty_periods(code, same)
    yield from _cycles(periods)
    yield from _homeless_units(register, periods)
    yield from _missing_governments(register)
    yield from _unknown_departments(register)
    yield from _homeless_exceptions(register, periods)


def _orphans(divisions: Iterable[Division], periods: dict[str, list[Division]]) -> Iterator[str]:
    for division in divisions:
        if not division.parent and division.level is not Level.PROVINCE:
            yield f"{division.code}: no division above it"
        if division.parent and division.parent not in periods:
            yield f"{division.code}: unknown parent {division.parent}"
        for heir in division.successors:
            if heir not in periods:
                yield f"{division.code}: unknown successor {heir}"


def _faulty_periods(code: str, same: list[Division]) -> Iterator[str]:
    """One code means one division on any day; a division that goes on under its code leaves no gap."""
    ordered = sorted(same, key=lambda d: d.valid_from)
    for division in ordered:
        if division.valid_from >= division.valid_to:
            yield f"{code}: a period ends before it begins"
    for earlier, later in pairwise(ordered):
        if earlier.valid_to > later.valid_from:
            yield f"{code}: two periods overlap"
        if code in earlier.successors and earlier.valid_to < later.valid_from:
            yield f"{code}: a gap between two periods"


def _cycles(periods: dict[str, list[Division]]) -> Iterator[str]:
    sound: set[str] = set()
    for start in periods:
        trail: list[str] = []
        code = start
        while code and code not in sound:
            if code in trail:
                yield f"{code}: lies under itself"
                break
            trail.append(code)
            code = periods[code][-1].parent if code in periods else ""
        sound.update(trail)


def _homeless_units(register: Register, periods: dict[str, list[Division]]) -> Iterator[str]:
    known = {unit.code for unit in register.units}
    for unit in register.units:
        if unit.division not in periods:
            yield f"{unit.code}: unknown division {unit.division}"
        if unit.superior and unit.superior not in known:
            yield f"{unit.code}: unknown superior {unit.superior}"
        for heir in unit.successors:
            if heir not in known:
                yield f"{unit.code}: unknown successor {heir}"


def _missing_governments(register: Register) -> Iterator[str]:
    """Every place down to the township has a government, which takes what nobody is in charge of (article 24)."""
    governed = {unit.division for unit in register.units if unit.department == GOVERNMENT}
    for division in register.divisions:
        if division.level is not Level.VILLAGE and division.valid_to == END and division.code not in governed:
            yield f"{division.code}: no government"


def _unknown_departments(register: Register) -> Iterator[str]:
    existing = {(unit.level, unit.department) for unit in register.units}
    for category, row in register.competences.items():
        for level, department in row.items():
            if (level, department) not in existing:
                yield f"category {category or 'none'}: no department {department} at level {level}"
    departments = {unit.department for unit in register.units}
    for category, department in register.statutory_channels.items():
        if department not in departments:
            yield f"category {category}: no department {department} for the statutory channel"


def _homeless_exceptions(register: Register, periods: dict[str, list[Division]]) -> Iterator[str]:
    for row in register.administrations:
        for code in (row.place, row.by):
            if code not in periods:
                yield f"administered {row.place}: unknown division {code}"
        if row.place in {division.code for division in register.ancestors(row.by, row.valid_from)}:
            yield f"administered {row.place}: by a division that lies in it"
        if row.valid_from >= row.valid_to:
            yield f"administered {row.place}: ends before it begins"
    departments = {(unit.level, unit.department) for unit in register.units} | {(level, "") for level in Level}
    for exempted in register.exemptions:
        if exempted.valid_from >= exempted.valid_to:
            yield f"exempted {exempted.place}: ends before it begins"
        if exempted.place not in periods:
            yield f"exempted {exempted.place}: unknown division"
        if (exempted.level, exempted.department) not in departments:
            yield f"exempted {exempted.place}: no department {exempted.department} at level {exempted.level}"
