"""A change of the register as a value: what the register is with it, and why it would be refused. Pure.

Divisions come first, because the units follow from them by the departments' template; then changes of single units.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from processors.rules.register import END, Administration, Division, Exemption, Register, Unit
from processors.rules.territory.names import short_forms
from processors.rules.territory.units import Template, generate_units
from schemas.register_events import BegunDivision, RegisterChange
from schemas.terms import Level


def first_of_each(changes: Iterable[RegisterChange]) -> tuple[RegisterChange, ...]:
    """Each change once, in the given order; another one under an id that is taken undoes nothing and is left out."""
    found: dict[str, RegisterChange] = {}
    for change in changes:
        found.setdefault(change.change_id, change)
    return tuple(found.values())


def with_changes(register: Register, template: Template, changes: Iterable[RegisterChange]) -> Register:
    """The register after adopted changes; it bears their ids in its version."""
    ordered = sorted(changes, key=lambda c: (c.effective_on, c.change_id))
    if not ordered:
        return register
    divisions = register.divisions
    for change in ordered:
        divisions = changed_divisions(divisions, change)
    units = generate_units(divisions, template) if divisions != register.divisions else register.units
    for change in ordered:
        units = _changed_units(units, divisions, change)
    days = {change.change_id: change.effective_on for change in ordered}
    return replace(
        register,
        version="+".join((register.version, *sorted(days, key=lambda c: (days[c], c)))),
        divisions=divisions,
        units=units,
        administrations=(*register.administrations, *_administrations(ordered)),
        exemptions=(*register.exemptions, *_exemptions(ordered)),
    )


def changed_divisions(divisions: tuple[Division, ...], change: RegisterChange) -> tuple[Division, ...]:
    """What ends is cut at the day; what lies under it and is not named goes on under the one successor."""
    day = change.effective_on
    ended = {item.code: item.successors for item in change.ended_divisions}
    begun = [_division(item, day) for item in change.begun_divisions]
    heirs = {code: successors[0] for code, successors in ended.items() if len(successors) == 1}
    carried = _carried(divisions, change, heirs)
    result = []
    for division in divisions:
        successors = ended.get(division.code) or ((division.code,) if division.code in carried else None)
        if successors is None or not division.is_valid_on(day):
            result.append(division)
            continue
        result.append(replace(division, valid_to=day, successors=successors))
        if division.code in carried:
            result.append(replace(division, valid_from=day, parent=carried[division.code]))
    return (*result, *begun)


def _carried(divisions: Iterable[Division], change: RegisterChange, heirs: dict[str, str]) -> dict[str, str]:
    """Code and new parent of all that lies under what ends, down to villages, and is not itself in the change."""
    named = {item.code for item in change.ended_divisions}
    current = [d for d in divisions if d.is_valid_on(change.effective_on) and d.code not in named]
    carried: dict[str, str] = {}
    for level in (Level.CITY, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE):
        for division in current:
            if division.level is level and (division.parent in heirs or division.parent in carried):
                carried[division.code] = heirs.get(division.parent, division.parent)
    return carried


def _division(item: BegunDivision, day: date) -> Division:
    aliases = (*item.aliases, *(short_forms(item.name, item.level) if item.level is not Level.VILLAGE else ()))
    return Division(item.code, item.name, item.level, item.parent, day, END, (), aliases)


def _changed_units(
    units: tuple[Unit, ...], divisions: Iterable[Division], change: RegisterChange
) -> tuple[Unit, ...]:
    """What ends is cut at the day and does not come back; what begins is added."""
    day = change.effective_on
    ended = {item.code: item.successors for item in change.ended_units}
    result = []
    for unit in units:
        if unit.code not in ended or unit.valid_to <= day:
            result.append(unit)
        elif unit.valid_from < day:
            result.append(replace(unit, valid_to=day, successors=ended[unit.code]))
    levels = {d.code: d.level for d in divisions if d.is_valid_on(day)}
    for item in change.begun_units:
        level = levels.get(item.division, Level.COUNTY)
        result.append(
            Unit(item.code, item.name, item.name, level, item.division, item.department, item.superior, day, END)
        )
    return tuple(result)


def _administrations(changes: Iterable[RegisterChange]) -> Iterator[Administration]:
    for change in changes:
        for item in change.administrations:
            yield Administration(item.place, item.by, frozenset(item.categories), change.effective_on)


def _exemptions(changes: Iterable[RegisterChange]) -> Iterator[Exemption]:
    for change in changes:
        for item in change.exemptions:
            yield Exemption(item.place, item.category, item.level, item.department, change.effective_on)
