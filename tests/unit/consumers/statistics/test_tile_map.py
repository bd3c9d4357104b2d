"""Numbers on a map of tiles: what is counted, how deep it is shaded, and what the shades mean."""

from collections.abc import Mapping
from typing import Any

import pytest

from consumers.statistics.numbers import NUMBERS
from consumers.statistics.tile_map import MEASURES, Tile, TileMap, short_name, tile_map

PLACES = {"990102": (0, 0), "990103": (0, 1), "990104": (1, 0), "990105": (1, 1)}


def figures(place: str, **values: int) -> list[dict[str, Any]]:
    return [{"name": name, "value": value, "within": f"place:{place} {name}:yes"} for name, value in values.items()]


def shown(measure: str, **values: Mapping[str, int]) -> TileMap:
    counted = {name.removeprefix("c"): figures(name.removeprefix("c"), **own) for name, own in values.items()}
    return tile_map(MEASURES[measure], PLACES, counted)


def by_code(made: TileMap) -> dict[str, Tile]:
    return {one.code: one for one in made.tiles}


def test_every_measure_is_made_of_numbers_that_are_counted() -> None:
    known = {number.name for number in NUMBERS}
    assert {name for one in MEASURES.values() for name in (one.counted, *one.of)} <= known


def test_counts_are_shaded_in_equal_steps_and_the_largest_is_the_deepest() -> None:
    made = shown("overdue", c990102={"overdue": 40}, c990103={"overdue": 10}, c990104={"overdue": 11})
    assert {code: one.shade for code, one in by_code(made).items()} == {
        "990102": 4,
        "990103": 1,
        "990104": 2,
        "990105": 0,
    }
    assert made.legend == ((0, "0"), (1, "1–10"), (2, "11–20"), (3, "21–30"), (4, "31–40"))


@pytest.mark.parametrize(
    ("most", "legend"),
    [(0, ((0, "0"),)), (1, ((0, "0"), (4, "1"))), (3, ((0, "0"), (2, "1"), (3, "2"), (4, "3")))],
)
def test_few_cases_need_few_shades(most: int, legend: tuple[tuple[int, str], ...]) -> None:
    made = shown("open", c990102={"open": most})
    assert made.legend == legend
    assert by_code(made)["990102"].shade == legend[-1][0]


@pytest.mark.parametrize(
    ("late", "shade"), [(0, 0), (4, 0), (5, 1), (9, 1), (10, 2), (19, 2), (20, 3), (39, 3), (40, 4), (100, 4)]
)
def test_shares_are_shaded_by_fixed_steps_of_what_went_wrong(late: int, shade: int) -> None:
    rate = shown(
        "concluded_rate",
        c990102={"concluded_in_time": 100 - late, "concluded_late": late // 2, "concluded_overdue": late - late // 2},
    )
    share = shown("overdue_share", c990102={"overdue": late, "cases": 100})
    assert [by_code(made)["990102"].shade for made in (rate, share)] == [shade, shade]
    assert by_code(rate)["990102"].share == f"{100 - late}%"
    assert [len(made.legend) for made in (rate, share)] == [5, 5]


@pytest.mark.parametrize("what", ["registered", "informed", "concluded"])
def test_a_rate_is_in_time_of_in_time_late_and_overdue_in_the_same_kind_of_period(what: str) -> None:
    counted = {f"{what}_in_time": 6, f"{what}_late": 1, f"{what}_overdue": 1, "overdue": 50}
    one = by_code(shown(f"{what}_rate", c990102=counted))["990102"]
    assert (one.part, one.whole, one.share) == (6, 8, "75%")


def test_where_nothing_can_be_counted_there_is_no_share() -> None:
    one = by_code(shown("satisfied_rate", c990102={"satisfied": 0, "rated": 0}))["990102"]
    assert (one.shade, one.share, one.within) == (None, "—", "")


def test_a_tile_leads_to_the_cases_that_were_counted() -> None:
    made = by_code(shown("repeated_share", c990103={"repeated": 3, "cases": 7}))
    assert (made["990103"].part, made["990103"].whole, made["990103"].share) == (3, 7, "42.9%")
    assert made["990103"].within == "place:990103 repeated:yes"
    assert made["990102"].within == ""


def test_a_place_without_a_tile_is_shown_below_the_others() -> None:
    made = shown("cases", c990106={"cases": 2}, c990107={"cases": 1}, c990108={"cases": 1})
    assert [(one.code, one.row, one.column) for one in made.tiles][4:] == [
        ("990106", 2, 0),
        ("990107", 2, 1),
        ("990108", 3, 0),
    ]
    assert made.columns == 2


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("澄州经济技术开发区", "经济技术开发区"),
        ("云岭澄州工业园区", "工业园区"),
        ("澄州市城乡一体化示范区", "城乡一体化示范区"),
        ("澄州县", "澄州县"),
        ("临澄区", "临澄区"),
    ],
)
def test_a_name_is_told_without_the_places_above(name: str, short: str) -> None:
    assert short_name(name, ["云岭省", "澄州市"]) == short
