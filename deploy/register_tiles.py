"""Where the places of a province stand on a map of tiles: equal squares in about the right directions.

Tiles and not areas: no boundaries are known, and who publishes a map with boundaries has to have it examined. A tile
is as large for a district of a town as for a county in the hills, so each can be read and hit.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import cos, inf, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deploy.register_positions import Point
from processors.rules.register import Register
from schemas.terms import Level

Tile = tuple[int, int]
"""Row and column, from 0; the first is the north-west."""
Floats = NDArray[np.float64]

MOST_COLUMNS: Final = 6
"""More would be too narrow to read on a phone."""
MOST_ROWS: Final = 7
BY_ORDER: Final = (0.3, 0.6)
"""How much the order of the places counts beside their distances: the districts of a town lie close together."""
EMPTY_COSTS: Final = 0.02
"""So much more right the directions have to be for twice as many tiles: fewer tiles are larger ones."""


def map_tiles(register: Register, positions: Mapping[str, Point], code: str, on: date) -> dict[str, Tile]:
    """The places right below a province or city on a day, each with its tile; without those of no known position."""
    return tiles(dict(_below(register, with_successors(register, positions, on), code, on)))


def with_successors(register: Register, positions: Mapping[str, Point], on: date) -> dict[str, Point]:
    """The positions, and for each county of the day that has none: the middle of the counties that it took over."""
    found = dict(positions)
    for one in register.divisions:
        if one.level is Level.COUNTY and one.is_valid_on(on) and one.code not in found:
            before = {old.code for old in register.divisions if one.code in old.successors and old.code in positions}
            if before:
                found[one.code] = _middle(positions[code] for code in before)
    return found


def tiles(places: Mapping[str, Point]) -> dict[str, Tile]:
    """Places on different tiles, so that the directions between them are as right as they can be."""
    codes = sorted(places)
    if len(codes) < 2:
        return dict.fromkeys(codes, (0, 0))
    east, south = _flat([places[code] for code in codes])
    best, chosen = -inf, [(0, 0)] * len(codes)
    for rows, columns in _shapes(len(codes)):
        cells = [(row, column) for row in range(rows) for column in range(columns)]
        for by_order in BY_ORDER:
            x, y = _spread(east, columns, by_order), _spread(south, rows, by_order)
            cost = [[(x[n] - column) ** 2 + (y[n] - row) ** 2 for row, column in cells] for n in range(len(codes))]
            tried = [cells[cell] for cell in cheapest(np.array(cost))]
            worth = _rightness(east, south, tried) - EMPTY_COSTS * (len(cells) / len(codes) - 1)
            if worth > best:
                best, chosen = worth, tried
    rows_used, columns_used = (sorted(set(side)) for side in zip(*chosen, strict=True))
    return {
        code: (rows_used.index(row), columns_used.index(column))
        for code, (row, column) in zip(codes, chosen, strict=True)
    }


def rightness(places: Mapping[str, Point], placed: Mapping[str, Tile]) -> float:
    """How right the directions are: mean cosine of the angle between the two directions of each pair, 1 at best."""
    codes = sorted(placed)
    return _rightness(*_flat([places[code] for code in codes]), [placed[code] for code in codes])


def cheapest(cost: Floats) -> list[int]:
    """For each row a column of its own, so that the sum is least: the Hungarian method, by shortest paths."""
    count, columns = cost.shape
    by_row, by_column = np.zeros(count + 1), np.zeros(columns + 1)
    row_of, before = np.zeros(columns + 1, int), np.zeros(columns + 1, int)
    for row in range(1, count + 1):
        row_of[0], at = row, 0
        least, done = np.full(columns + 1, inf), np.zeros(columns + 1, bool)
        while row_of[at]:
            done[at] = True
            reduced = np.append(inf, cost[row_of[at] - 1] - by_row[row_of[at]] - by_column[1:])
            nearer = ~done & (reduced < least)
            least[nearer], before[nearer] = reduced[nearer], at
            after = int(np.argmin(np.where(done, inf, least)))
            step = least[after]
            by_row[row_of[done]] += step
            by_column[done] -= step
            least[~done] -= step
            at = after
        while at:
            row_of[at], at = row_of[before[at]], int(before[at])
    column_of = {int(row): column for column, row in enumerate(row_of) if column and row}
    return [column_of[row] - 1 for row in range(1, count + 1)]


def _below(register: Register, positions: Mapping[str, Point], code: str, on: date) -> Iterator[tuple[str, Point]]:
    for one in register.divisions:
        if one.parent == code and one.is_valid_on(on):
            if one.level in (Level.CITY, Level.COUNTY) and one.code in positions:
                yield one.code, positions[one.code]
            elif one.level is Level.CITY and (counties := dict(_below(register, positions, one.code, on))):
                yield one.code, _middle(counties.values())


def _middle(points: Iterable[Point]) -> Point:
    longitudes, latitudes = zip(*points, strict=True)
    return sum(longitudes) / len(longitudes), sum(latitudes) / len(latitudes)


def _flat(points: Sequence[Point]) -> tuple[Floats, Floats]:
    """How far east and south each point lies, in degrees of latitude."""
    array = np.array(points)
    return array[:, 0] * cos(radians(float(array[:, 1].mean()))), -array[:, 1]


def _shapes(count: int) -> Iterator[Tile]:
    """Numbers of rows and columns with room for so many, but not for more than twice as many."""
    for columns in range(2, MOST_COLUMNS + 1):
        most = MOST_ROWS if columns < MOST_COLUMNS else max(MOST_ROWS, -(-count // columns))
        yield from ((rows, columns) for rows in range(1, most + 1) if count <= rows * columns <= 2 * count + 1)


def _spread(along: Floats, tiles: int, by_order: float) -> Floats:
    """Distances as tiles from the first."""
    distance = (along - along.min()) / max(float(np.ptp(along)), 1e-9)
    order = along.argsort(kind="stable").argsort(kind="stable") / (len(along) - 1)
    spread: Floats = ((1 - by_order) * distance + by_order * order) * (tiles - 1)
    return spread


def _rightness(east: Floats, south: Floats, placed: Sequence[Tile]) -> float:
    down, right = np.array(placed, float).T
    pairs = np.triu_indices(len(placed), 1)
    x, y, tile_x, tile_y = (np.subtract.outer(side, side)[pairs] for side in (east, south, right, down))
    lengths = np.maximum(np.hypot(x, y) * np.hypot(tile_x, tile_y), 1e-12)
    return float(((x * tile_x + y * tile_y) / lengths).mean())
