"""The map of tiles: each place on a tile of its own, in about the right direction from the others."""

from datetime import date
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.register_positions import Point, read_positions
from deploy.register_tiles import MOST_COLUMNS, Tile, cheapest, map_tiles, rightness, tiles, with_successors
from processors.register_files import load_register, shipped_folder
from processors.rules.register import Division, Register
from schemas.terms import Level

TODAY = date(2026, 1, 1)
POINTS = st.tuples(st.floats(100, 120), st.floats(20, 50))


def county(
    code: str, parent: str = "9901", *, until: date = date(9999, 12, 31), heirs: tuple[str, ...] = ()
) -> Division:
    return Division(code, code, Level.COUNTY, parent, date(1900, 1, 1), until, heirs)


def register(*divisions: Division) -> Register:
    upper = (Division("99", "云岭省", Level.PROVINCE, ""), Division("9901", "澄州市", Level.CITY, "99"))
    return Register("test", (*upper, *divisions), (), {}, {})


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4), st.integers(0, 2), st.randoms(use_true_random=False))
def test_the_cheapest_columns_are_those_that_trying_all_finds(rows: int, more: int, random: object) -> None:
    cost = np.array([[random.random() for _ in range(rows + more)] for _ in range(rows)])  # type: ignore[attr-defined]
    found = cheapest(cost)
    least = min(
        sum(cost[row, column] for row, column in enumerate(p)) for p in permutations(range(rows + more), rows)
    )
    assert len(set(found)) == rows
    assert sum(cost[row, column] for row, column in enumerate(found)) == pytest.approx(least)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.integers(100, 999).map(str), POINTS, max_size=14))
def test_no_two_places_share_a_tile_and_no_row_or_column_is_empty(places: dict[str, Point]) -> None:
    placed = tiles(places)
    assert placed.keys() == places.keys()
    assert len(set(placed.values())) == len(places)
    for side in range(2 if places else 0):
        used = {at[side] for at in placed.values()}
        assert used == set(range(len(used)))


def test_four_corners_stay_where_they_are() -> None:
    corners = {"nw": (113.0, 35.0), "ne": (114.0, 35.0), "sw": (113.0, 34.0), "se": (114.0, 34.0)}
    assert tiles(corners) == {"nw": (0, 0), "ne": (0, 1), "sw": (1, 0), "se": (1, 1)}


def test_the_same_places_are_placed_alike_in_any_order() -> None:
    places = {str(n): (113 + n * 7 % 5 / 3, 34 + n * 3 % 7 / 4) for n in range(12)}
    assert tiles(places) == tiles(dict(reversed(places.items())))


def test_a_county_without_a_position_lies_where_those_lay_that_it_took_over() -> None:
    ended = date(2020, 1, 1)
    known = register(
        county("990121", until=ended, heirs=("990103",)),
        county("990122", until=ended, heirs=("990103",)),
        county("990103"),
        county("990104"),
    )
    found = with_successors(known, {"990121": (113.0, 34.0), "990122": (114.0, 35.0)}, TODAY)
    assert found["990103"] == (113.5, 34.5)
    assert "990104" not in found


def test_a_city_without_a_position_lies_in_the_middle_of_its_counties_and_one_of_unknown_ones_nowhere() -> None:
    known = register(
        county("990103"), county("990104"), county("999001", "99"), Division("9902", "x", Level.CITY, "99")
    )
    positions = {"990103": (113.0, 34.0), "990104": (115.0, 34.0), "999001": (113.5, 34.0)}
    assert map_tiles(known, positions, "99", TODAY) == {"999001": (0, 0), "9901": (0, 1)}
    assert map_tiles(known, positions, "9901", TODAY) == {"990103": (0, 0), "990104": (0, 1)}
    assert map_tiles(known, positions, "9902", TODAY) == {}


def test_every_city_and_county_of_the_shipped_register_has_a_tile_in_about_the_right_direction() -> None:
    shipped = load_register()
    positions = {code: one.point for code, one in read_positions(shipped_folder()).items()}
    known = with_successors(shipped, positions, TODAY)
    present = [one for one in shipped.divisions if one.is_valid_on(TODAY)]
    areas = [one.code for one in present if one.level in (Level.PROVINCE, Level.CITY)]
    placed: dict[str, Tile] = {}
    for area in areas:
        found = map_tiles(shipped, positions, area, TODAY)
        placed |= found
        assert rightness(known, found) > 0.9
        assert max(column for _, column in found.values()) < MOST_COLUMNS
    assert placed.keys() == {one.code for one in present if one.level in (Level.CITY, Level.COUNTY)}
    west, east, south = positions["4112"][0], positions["4114"][0], positions["4115"][1]
    assert all(west - 1 < x < east + 1.5 and south - 1 < y < 36.5 for x, y in positions.values())
