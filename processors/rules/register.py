"""The territory register as plain dated data: divisions, units and what each department is in charge of.

A register is immutable. Codes are strings; a division's code starts with the code of the division above it in
the source data, but `parent` decides, because territory moves. Dates are inclusive at `valid_from` and exclusive
at `valid_to`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from schemas.divisions import place_path
from schemas.terms import Level

K = TypeVar("K")
V = TypeVar("V")

BEGINNING = date(1900, 1, 1)
END = date(9999, 12, 31)


class NoUnit(ValueError):
    """A register without any unit cannot name one; it is refused before any petition comes."""


@dataclass(frozen=True, slots=True)
class Division:
    """One administrative division (行政区划) during one period of validity."""

    code: str
    name: str
    level: Level
    parent: str
    valid_from: date = BEGINNING
    valid_to: date = END
    successors: tuple[str, ...] = ()
    """Codes that took it over at `valid_to`; several after a split."""
    aliases: tuple[str, ...] = ()
    """Short and old names by which people call it."""

    def is_valid_on(self, day: date) -> bool:
        """Whether the division exists on that day."""
        return self.valid_from <= day < self.valid_to


@dataclass(frozen=True, slots=True)
class Unit:
    """One office or department (责任单位) that can be accountable."""

    code: str
    name: str
    short_name: str
    level: Level
    division: str
    department: str
    """Code of the department in the template; `government` for the people's government itself."""
    superior: str
    """The unit above it; empty for the provincial government."""
    valid_from: date = BEGINNING
    valid_to: date = END
    successors: tuple[str, ...] = ()

    def is_valid_on(self, day: date) -> bool:
        """Whether the unit exists on that day."""
        return self.valid_from <= day < self.valid_to


@dataclass(frozen=True, slots=True)
class Administration:
    """A place that another division than the one above it administers (代管), for some categories or for all."""

    place: str
    by: str
    categories: frozenset[str] = frozenset()
    """Empty: all."""
    valid_from: date = BEGINNING
    valid_to: date = END


@dataclass(frozen=True, slots=True)
class Exemption:
    """A department that is in charge of a category in one place and what is under it, other than the table says."""

    place: str
    category: str
    level: Level
    department: str
    """Empty: that level has no power there."""
    valid_from: date = BEGINNING
    valid_to: date = END


@dataclass(frozen=True)
class Register:
    """All divisions, units and competences of a province, with lookups by code and day."""

    version: str
    divisions: tuple[Division, ...]
    units: tuple[Unit, ...]
    competences: dict[str, dict[Level, str]]
    """Category code → level → department code that is in charge at that level."""
    statutory_channels: dict[str, str] = field(default_factory=dict)
    """Category code → department code of the statutory channel (法定途径) that must be used."""
    administrations: tuple[Administration, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    elsewhere: tuple[Division, ...] = ()
    """Divisions of other provinces down to counties, to recognise what is not ours."""
    everyday_words: frozenset[str] = frozenset()
    """Short names of divisions that are also everyday words: they count only right after the level above."""
    _division_by_code: dict[str, tuple[Division, ...]] = field(init=False, repr=False, compare=False)
    _unit_by_code: dict[str, tuple[Unit, ...]] = field(init=False, repr=False, compare=False)
    _unit_by_place: dict[tuple[str, str], tuple[Unit, ...]] = field(init=False, repr=False, compare=False)
    _units_in: dict[str, tuple[Unit, ...]] = field(init=False, repr=False, compare=False)
    _named_under: dict[tuple[str, str], tuple[Division, ...]] = field(init=False, repr=False, compare=False)
    _administered: dict[str, tuple[Administration, ...]] = field(init=False, repr=False, compare=False)
    _names: frozenset[str] = field(init=False, repr=False, compare=False)
    _counties: dict[str, tuple[Division, ...]] = field(init=False, repr=False, compare=False)
    _days: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Build the lookups once."""
        object.__setattr__(self, "_division_by_code", _grouped((d.code, d) for d in self.divisions))
        object.__setattr__(self, "_unit_by_code", _grouped((u.code, u) for u in self.units))
        object.__setattr__(self, "_unit_by_place", _grouped(((u.division, u.department), u) for u in self.units))
        object.__setattr__(self, "_units_in", _grouped((u.division, u) for u in self.units))
        above_villages = [d for d in self.divisions if d.level is not Level.VILLAGE]
        named = (((d.parent, name), d) for d in above_villages for name in (d.name, *d.aliases))
        object.__setattr__(self, "_named_under", _grouped(named))
        object.__setattr__(self, "_names", frozenset(name for _, name in self._named_under))
        counties = ((d.name, d) for d in self.divisions if d.level in {Level.CITY, Level.COUNTY})
        object.__setattr__(self, "_counties", _grouped(counties))
        days = {day for d in self.divisions for day in (d.valid_from, d.valid_to)}
        days |= {day for u in self.units for day in (u.valid_from, u.valid_to)}
        days |= {day for a in self.administrations for day in (a.valid_from, a.valid_to)}
        days |= {day for e in self.exemptions for day in (e.valid_from, e.valid_to)}
        object.__setattr__(self, "_administered", _grouped((a.place, a) for a in self.administrations))
        object.__setattr__(self, "_days", tuple(sorted(days)))

    @cached_property
    def root(self) -> Unit:
        """The highest government there is, else was: for what leads to nobody else."""
        levels = {level: rank for rank, level in enumerate(Level)}
        return min(
            self.units,
            key=lambda u: (levels[u.level], u.department != "government", -u.valid_to.toordinal(), u.code),
        )

    def epoch(self, on: date) -> int:
        """A number that is the same for all days between two changes of the register."""
        return bisect_right(self._days, on)

    def division(self, code: str, on: date) -> Division | None:
        """The division with this code on that day."""
        for division in self._division_by_code.get(code, ()):
            if division.valid_from <= on < division.valid_to:
                return division
        return None

    def division_ever(self, code: str) -> Division | None:
        """The last period of the division with this code, whether or not it still exists."""
        periods = self._division_by_code.get(code, ())
        return max(periods, key=lambda d: d.valid_to, default=None)

    def ancestors(self, code: str, on: date) -> Iterator[Division]:
        """The division itself and those above it, lowest first."""
        current = self.division(code, on) or self.division_ever(code)
        while current is not None:
            yield current
            current = (
                (self.division(current.parent, on) or self.division_ever(current.parent)) if current.parent else None
            )

    @cached_property
    def moved(self) -> frozenset[str]:
        """Divisions that lie elsewhere than their digits say in some period, because they or what is above moved."""
        moved: set[str] = set()
        for division in sorted(self.divisions, key=lambda d: len(d.code)):
            if division.parent in moved or not division.code.startswith(division.parent):
                moved.add(division.code)
        return frozenset(moved)

    def path(self, code: str, on: date) -> tuple[str, ...]:
        """A division and those that contain it on a day, by code, highest first; empty where its digits say so.

        Most divisions lie where their digits say, which is known without looking upwards.
        """
        if code not in self.moved:
            return ()
        found: list[str] = []
        for division in reversed(list(self.ancestors(code, on))):
            above = found[-1] if found else ""
            by_digits = place_path(division.code) if division.code.startswith(above) else [division.code]
            found += [one for one in by_digits if len(one) > len(above)]
        return () if found == place_path(code) else tuple(found)

    def administered(self, chain: tuple[Division, ...], category: str, on: date) -> tuple[Division, ...]:
        """The chain that administers a category there: below a place that is administered elsewhere, that one's."""
        for index, division in enumerate(chain if self._administered else ()):
            for row in self._administered.get(division.code, ()):
                is_meant = not row.categories or category in row.categories
                if is_meant and row.valid_from <= on < row.valid_to:
                    return (*chain[: index + 1], *(d for d in self.ancestors(row.by, on) if d.is_valid_on(on)))
        return chain

    def powers(self, category: str, chain: tuple[Division, ...], on: date) -> dict[Level, str]:
        """Level → department in charge of a category in the places of a chain; what nobody names is `other`."""
        table = self.competences.get(category) or self.competences.get("other") or {}
        codes = {division.code for division in chain} if self.exemptions else frozenset()
        special = [
            e
            for e in self.exemptions
            if e.place in codes and e.category == category and e.valid_from <= on < e.valid_to
        ]
        if not special:
            return table
        changed = {**table, **{e.level: e.department for e in special}}
        return {level: department for level, department in changed.items() if department}

    def at_level(self, code: str, level: Level, on: date) -> Division | None:
        """The division of that level which contains (or is) the one with this code."""
        return next((d for d in self.ancestors(code, on) if d.level is level), None)

    def unit(self, code: str, on: date) -> Unit | None:
        """The unit with this code on that day."""
        return next((u for u in self._unit_by_code.get(code, ()) if u.is_valid_on(on)), None)

    def carrying_on(self, code: str, on: date) -> tuple[Unit, ...]:
        """The unit with this code on that day, else those that carry on its powers, in turn (article 24)."""
        found, waiting, seen = dict[str, Unit](), [code], set[str]()
        while waiting:
            known = waiting.pop()
            unit = self.unit(known, on)
            if unit is not None:
                found[unit.code] = unit
            elif known not in seen:
                seen.add(known)
                waiting += [name for gone in self._unit_by_code.get(known, ()) for name in gone.successors]
        return tuple(found.values())

    def unit_of(self, division: str, department: str, on: date) -> Unit | None:
        """The unit of a department in a division on that day."""
        return next((u for u in self._unit_by_place.get((division, department), ()) if u.is_valid_on(on)), None)

    def units_in(self, division: str) -> tuple[Unit, ...]:
        """All units that a division ever had, with their periods."""
        return self._units_in.get(division, ())

    def is_name(self, name: str) -> bool:
        """Whether any division above villages ever went by that name, full or short."""
        return name in self._names

    def named_under(self, parent: str, name: str, on: date) -> Division | None:
        """The division above villages that is directly under another and goes by that name, full or short."""
        return next((d for d in self._named_under.get((parent, name), ()) if d.is_valid_on(on)), None)

    def county_named(self, name: str, on: date) -> Division | None:
        """The city or county of that full name on that day, wherever it is; None where there are several."""
        found = [d for d in self._counties.get(name, ()) if d.is_valid_on(on)]
        return found[0] if len(found) == 1 else None

    def once_named_under(self, parent: str, name: str, on: date) -> Division | None:
        """The division that went by that name directly under another and was gone by that day, the latest first."""
        gone = [d for d in self._named_under.get((parent, name), ()) if d.valid_to <= on]
        return max(gone, key=lambda d: d.valid_to, default=None)


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    grouped: dict[K, list[V]] = {}
    for key, value in pairs:
        grouped.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in grouped.items()}
