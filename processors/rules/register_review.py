"""Why a change of the register is refused: territory never has a gap, an overlap, an orphan or a cycle. Pure."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from processors.rules.jurisdiction import Jurisdictions
from processors.rules.register import Register, Unit
from processors.rules.register_change import with_changes
from processors.rules.territory.check import problems_of
from processors.rules.territory.units import Template
from schemas.petition import Classification, Place
from schemas.register_events import RegisterChange
from schemas.terms import Channel, Confidence, Level

_RANK = {level: rank for rank, level in enumerate(Level)}


class Review(NamedTuple):
    """The register with a change, or everything that is wrong with the change, named by code."""

    after: Register | None
    problems: tuple[str, ...]


def review(before: Register, template: Template, change: RegisterChange) -> Review:
    """Check a change against the register that it would change; it is refused as a whole."""
    cycles = tuple(_cycles(before, change))
    if cycles:
        return Review(None, cycles)
    after = with_changes(before, template, (change,))
    found = dict.fromkeys(_faults(before, after, change))
    if not found:
        known = set(problems_of(before))
        found = dict.fromkeys(problem for problem in problems_of(after) if problem not in known)
    return Review(None if found else after, tuple(found))


def _cycles(before: Register, change: RegisterChange) -> Iterator[str]:
    """Whoever lies above is of a higher level, so nothing lies under itself; nothing else is safe to build."""
    begun = {item.code: item.level for item in change.begun_divisions}
    for item in change.begun_divisions:
        parent = before.division(item.parent, change.effective_on)
        level = begun.get(item.parent) or (parent.level if parent else None)
        if level is not None and _RANK[level] >= _RANK[item.level]:
            yield f"{item.code}: cycle, {item.parent} above it is not of a higher level"


def _faults(before: Register, after: Register, change: RegisterChange) -> Iterator[str]:
    if not any((change.ended_divisions, change.begun_divisions, change.ended_units, change.begun_units)) and not (
        change.administrations or change.exemptions
    ):
        yield "the change is empty"
    yield from _ended_divisions(before, after, change)
    yield from _begun_divisions(before, after, change)
    yield from _units(before, after, change)
    yield from _orphans(before, after, change)


def _ended_divisions(before: Register, after: Register, change: RegisterChange) -> Iterator[str]:
    day = change.effective_on
    counted = Counter(item.code for item in change.ended_divisions)
    for item in change.ended_divisions:
        division = before.division(item.code, day)
        if counted[item.code] > 1:
            yield f"{item.code}: ends twice"
        if division is None:
            yield f"{item.code}: does not exist on {day}"
        elif division.valid_from == day:
            yield f"{item.code}: begins on the day on which it would end"
        for code in item.successors:
            heir = after.division(code, day)
            if heir is None:
                yield f"{item.code}: gap, its successor {code} does not exist on {day}"
            elif division is not None and heir.level is not division.level:
                yield f"{item.code}: its successor {code} is of another level"


def _begun_divisions(before: Register, after: Register, change: RegisterChange) -> Iterator[str]:
    day = change.effective_on
    ended = {item.code for item in change.ended_divisions}
    inherited = {code for item in change.ended_divisions for code in item.successors}
    counted = Counter(item.code for item in change.begun_divisions)
    for item in change.begun_divisions:
        if counted[item.code] > 1 or (before.division(item.code, day) is not None and item.code not in ended):
            yield f"{item.code}: overlap, it exists on {day} already"
        if any(d.valid_from > day for d in before.divisions if d.code == item.code):
            yield f"{item.code}: overlap, it begins again later"
        if item.code not in inherited:
            yield f"{item.code}: overlap, nothing that ends goes into it"
        parent = after.division(item.parent, day)
        if item.level is not Level.PROVINCE and parent is None:
            yield f"{item.code}: orphan, {item.parent or 'no division'} above it does not exist on {day}"


def _units(before: Register, after: Register, change: RegisterChange) -> Iterator[str]:
    day = change.effective_on
    ended = {item.code for item in change.ended_units}
    for item in change.ended_units:
        if before.unit(item.code, day) is None:
            yield f"{item.code}: does not exist on {day}"
        for code in item.successors:
            if after.unit(code, day) is None:
                yield f"{item.code}: gap, its successor {code} does not exist on {day}"
    for begun in change.begun_units:
        if after.division(begun.division, day) is None:
            yield f"{begun.code}: orphan, division {begun.division} does not exist on {day}"
        if begun.superior and after.unit(begun.superior, day) is None:
            yield f"{begun.code}: orphan, superior {begun.superior} does not exist on {day}"
        present = before.unit_of(begun.division, begun.department, day)
        if present is not None and present.code not in ended:
            yield f"{begun.code}: overlap, {present.code} is that department on {day}"


def _orphans(before: Register, after: Register, change: RegisterChange) -> Iterator[str]:
    """What lies under a division that ends must lie under one that exists."""
    day = change.effective_on
    gone = {item.code for item in change.ended_divisions if after.division(item.code, day) is None}
    for division in after.divisions:
        if division.is_valid_on(day) and division.parent in gone:
            yield f"{division.code}: orphan, {division.parent} above it ends and several take it over"
    units_gone = {item.code for item in change.ended_units if after.unit(item.code, day) is None}
    for unit in after.units:
        if unit.is_valid_on(day) and unit.superior in units_gone:
            yield f"{unit.code}: orphan, its superior {unit.superior} ends"


class Moved(NamedTuple):
    """What changes hands: a category in a place, from one unit to another."""

    place: str
    category: str
    before: Unit
    after: Unit


def moved(before: Register, after: Register, change: RegisterChange) -> Iterator[Moved]:
    """Every place above villages that the change touches, with each category whose unit is another afterwards."""
    earlier, later = Jurisdictions(before), Jurisdictions(after)
    day = change.effective_on
    for code in sorted(_touched(before, change)):
        place = Place(code=code, confidence=Confidence.CERTAIN)
        for category in sorted(before.competences):
            kind = Classification(category=category, category_name=category)
            units = []
            for desk, register in ((earlier, before), (later, after)):
                decision = desk.determine(place, kind, "", code, Channel.LETTER, day)
                units.append(register.unit(decision.accountable_unit, day))
            if units[0] and units[1] and (units[0].code, units[0].name) != (units[1].code, units[1].name):
                yield Moved(code, category, units[0], units[1])


def _touched(before: Register, change: RegisterChange) -> set[str]:
    """The divisions that a change names, and all above villages that lie under them on that day."""
    named = {item.code for item in change.ended_divisions} | {item.place for item in change.exemptions}
    named |= {item.place for item in change.administrations}
    named |= {item.code.rsplit("-", 1)[0] for item in change.ended_units}
    named |= {item.division for item in change.begun_units}
    day = change.effective_on
    current = [d for d in before.divisions if d.level is not Level.VILLAGE and d.is_valid_on(day)]
    return {d.code for d in current if not named.isdisjoint(a.code for a in before.ancestors(d.code, day))}
