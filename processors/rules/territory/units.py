"""Units of every division, generated from one template of departments for each level."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from processors.rules.register import Division, Unit
from processors.rules.territory.names import is_zone, stem
from schemas.terms import Level

GOVERNMENT = "government"
_LEVELS = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWNSHIP)


@dataclass(frozen=True, slots=True)
class Department:
    """One kind of unit: how it is named, at which levels it exists, and which unit is above it."""

    code: str
    names: dict[Level, str]
    is_vertical: bool
    """Whether its superior is the same department one level up, not the government beside it."""
    is_independent: bool
    """Whether it is no part of the government beside it: court, procuratorate, discipline, what the state leads."""
    is_in_zones: bool
    """Whether zones without a people's government have it too."""


@dataclass(frozen=True, slots=True)
class Template:
    """Departments for each level, and the names by which zones (功能区) and sub-districts are known."""

    departments: tuple[Department, ...]
    zone_endings: tuple[str, ...]
    zone_government: str
    subdistrict_ending: str
    subdistrict_government: str
    units_since: date

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read the template's TOML; a department without a name at a level does not exist there."""
        departments = tuple(
            Department(
                code,
                {level: row[level.value] for level in _LEVELS if level.value in row},
                row.get("superior") == "same_department",
                row.get("independent", False),
                row.get("in_zones", False),
            )
            for code, row in data["departments"].items()
        )
        zone, subdistrict = data["zone"], data["subdistrict"]
        return cls(
            departments,
            tuple(zone["endings"]),
            zone["government"],
            subdistrict["ending"],
            subdistrict["government"],
            data["units_since"],
        )

    def departments_of(self, division: Division) -> Iterator[tuple[Department, str]]:
        """The departments that a division has, each with the pattern of its name."""
        is_zone = self.is_zone(division)
        for department in self.departments:
            pattern = department.names.get(division.level)
            if pattern is None or (is_zone and not department.is_in_zones):
                continue
            yield (
                department,
                self._government_name(division, is_zone) or pattern if (department.code == GOVERNMENT) else pattern,
            )

    def is_zone(self, division: Division) -> bool:
        """Whether the division is a zone run by a committee (管委会), not by a people's government."""
        return division.level is Level.COUNTY and division.name.endswith(self.zone_endings)

    def _government_name(self, division: Division, is_zone: bool) -> str:
        if is_zone:
            return self.zone_government
        is_subdistrict = division.level is Level.TOWNSHIP and division.name.endswith(self.subdistrict_ending)
        return self.subdistrict_government if is_subdistrict else ""


def unit_code(division: str, department: str) -> str:
    """Stable code of a unit: division and department."""
    return f"{division}-{department}"


def generate_units(divisions: Iterable[Division], template: Template) -> tuple[Unit, ...]:
    """Every unit of every division that existed since the template's first day, in the order of the divisions."""
    placed = [d for d in divisions if d.level in _LEVELS and d.valid_to > template.units_since]
    by_code: dict[str, list[Division]] = {}
    for division in placed:
        by_code.setdefault(division.code, []).append(division)
    had = [tuple(template.departments_of(division)) for division in placed]
    offered = {
        d.code: frozenset([department.code for department, _ in its]) for d, its in zip(placed, had, strict=True)
    }
    return tuple([unit for d, its in zip(placed, had, strict=True) for unit in _units_of(d, its, by_code, offered)])


def _units_of(
    division: Division,
    departments: Iterable[tuple[Department, str]],
    by_code: dict[str, list[Division]],
    offered: dict[str, frozenset[str]],
) -> Iterator[Unit]:
    place, above = _place_name(division, by_code), _above(division, by_code)
    for department, pattern in departments:
        yield Unit(
            unit_code(division.code, department.code),
            pattern.format(place=place),
            pattern.format(place=division.name).replace("人民政府", "政府"),
            division.level,
            division.code,
            department.code,
            _superior(division, department, above, offered),
            division.valid_from,
            division.valid_to,
            tuple(
                unit_code(code, department.code)
                for code in division.successors
                if department.code in offered.get(code, ())
            ),
        )


def _superior(division: Division, department: Department, above: str, offered: dict[str, frozenset[str]]) -> str:
    """The same department one level up where it is led from there, else the government beside it."""
    if department.code == GOVERNMENT:
        return unit_code(above, GOVERNMENT) if above else ""
    if department.is_vertical and department.code in offered.get(above, ()):
        return unit_code(above, department.code)
    return "" if department.is_independent else unit_code(division.code, GOVERNMENT)


def _above(division: Division, by_code: dict[str, list[Division]]) -> str:
    return division.parent if division.parent in by_code else ""


def _place_name(division: Division, by_code: dict[str, list[Division]]) -> str:
    """The name from the city downwards; a zone that is named after its city does not repeat it."""
    name = division.name
    parent = _parent(division, by_code)
    while parent is not None and parent.level is not Level.PROVINCE:
        if not (is_zone(division.name) and name.startswith(stem(parent.name, parent.level))):
            name = parent.name + name
        division, parent = parent, _parent(parent, by_code)
    return name


def _parent(division: Division, by_code: dict[str, list[Division]]) -> Division | None:
    """The division above as it was when this period ended, or is today."""
    periods = by_code.get(division.parent, [])
    last_day = division.valid_to - timedelta(1)
    return next((p for p in periods if p.is_valid_on(last_day)), periods[-1] if periods else None)
