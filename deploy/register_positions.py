"""About where counties and cities lie: the middle of those villages whose point is known, or a row kept by hand."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

Point = tuple[float, float]
"""Longitude and latitude in degrees."""
POSITIONS: Final = "positions.csv"
COLUMNS: Final = ("code", "longitude", "latitude", "villages")
PLACES: Final = 2
"""Digits behind the point: a kilometre is more than the map of tiles can show."""


class Position(NamedTuple):
    """One row."""

    point: Point
    villages: int
    """Of how many villages it is the middle; 0 where it is kept by hand, which a build never changes."""


def build_positions(
    points: Iterable[tuple[str, Point]], county_of: Mapping[str, str], by_hand: Mapping[str, Position]
) -> dict[str, Position]:
    """Each county with its position.

    `points` are of villages by their code, `county_of` gives today's county of the first nine digits, and `by_hand`
    what was known before.
    """
    found: dict[str, list[Point]] = defaultdict(list)
    for code, point in points:
        if code[:9] in county_of:
            found[county_of[code[:9]]].append(point)
    built = {county: Position(_middle(known), len(known)) for county, known in found.items()}
    return built | {code: one for code, one in by_hand.items() if not one.villages}


def read_positions(folder: Path) -> dict[str, Position]:
    """The positions of a register's folder; none where it has no such file."""
    path = folder / POSITIONS
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: Position((float(row["longitude"]), float(row["latitude"])), int(row["villages"]))
            for row in csv.DictReader(lines)
        }


def write_positions(folder: Path, positions: Mapping[str, Position]) -> None:
    """Write the table; the same positions write the same file."""
    with (folder / POSITIONS).open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(COLUMNS)
        for code, one in sorted(positions.items()):
            table.writerow((code, *(f"{side:.{PLACES}f}" for side in one.point), one.villages))


def _middle(points: list[Point]) -> Point:
    """The median, which a village that was put in the wrong place does not move."""
    longitudes, latitudes = zip(*points, strict=True)
    return round(median(longitudes), PLACES), round(median(latitudes), PLACES)
