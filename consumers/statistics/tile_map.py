"""Numbers on a map of tiles: what is shown of each place, how deep its tile is shaded, what the shades mean. Pure.

The deeper a shade, the more a place needs attention. Counts are shaded in four equal steps up to the largest, shares
by fixed steps, so that the shades of two months can be compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

Position = tuple[int, int]
"""Row and column on the map, from 0; the first is the north-west."""
Figures = Sequence[Mapping[str, Any]]
"""The numbers of a place as `consumers.statistics.numbers` tells them."""

STEPS: Final = 4
BANDS: Final = (5, 10, 20, 40)
"""Shares in percent of what went wrong, from which the shades begin."""
_GOOD: Final = (">95%", "90–95%", "80–90%", "60–80%", "≤60%")
_BAD: Final = ("<5%", "5–10%", "10–20%", "20–40%", "≥40%")


@dataclass(frozen=True, slots=True)
class Measure:
    """What a map shows: a count, or the share that a count has in others."""

    name: str
    counted: str
    """The number whose cases a tile leads to."""
    of: tuple[str, ...] = ()
    """The numbers that make up the whole; none for a plain count."""
    is_good: bool = False
    """A large share is a good one."""


def _in_time(what: str) -> Measure:
    """In time of in time, late and overdue in the same kind of period; a case is in one of the three at most."""
    return Measure(f"{what}_rate", f"{what}_in_time", tuple(f"{what}_{how}" for how in _HOW), is_good=True)


_HOW: Final = ("in_time", "late", "overdue")
MEASURES: Final = {
    one.name: one
    for one in (
        Measure("overdue", "overdue"),
        Measure("overdue_share", "overdue", ("cases",)),
        _in_time("registered"),
        _in_time("informed"),
        _in_time("concluded"),
        Measure("satisfied_rate", "satisfied", ("rated",), is_good=True),
        Measure("repeated", "repeated"),
        Measure("repeated_share", "repeated", ("cases",)),
        Measure("collective", "collective"),
        Measure("refused_again", "refused_again"),
        Measure("open", "open"),
        Measure("cases", "cases"),
    )
}
USUAL: Final = MEASURES["overdue"]


@dataclass(frozen=True, slots=True)
class Tile:
    """One place on the map."""

    code: str
    row: int
    column: int
    part: int
    whole: int
    """What the part is a share of; 0 for a plain count, and where nothing was there to count."""
    shade: int | None
    """From 0 to 4; None where there is nothing to take a share of."""
    within: str
    """Finds the cases of the part; "" where there is none."""

    @property
    def share(self) -> str:
        """The part in percent of the whole."""
        return f"{self.part / self.whole:.1%}".replace(".0%", "%") if self.whole else "—"


@dataclass(frozen=True, slots=True)
class TileMap:
    """The tiles from the north-west, row by row, and what the shades mean."""

    measure: Measure
    tiles: tuple[Tile, ...]
    legend: tuple[tuple[int, str], ...]
    columns: int


def tile_map(measure: Measure, places: Mapping[str, Position], figures: Mapping[str, Figures]) -> TileMap:
    """The map of a measure; a place without cases counts nothing, and one without a tile stands in rows below."""
    columns = max(column for _, column in places.values()) + 1
    below = max(row for row, _ in places.values()) + 1
    extra = {
        code: (below + number // columns, number % columns)
        for number, code in enumerate(sorted(figures.keys() - places.keys()))
    }
    counted = {code: {one["name"]: one for one in figures.get(code, ())} for code in (*places, *extra)}
    most = max((_value(own, measure.counted) for own in counted.values()), default=0)
    bounds = sorted({ceil(most * step / STEPS) for step in range(1, STEPS + 1)}) if most else []
    tiles = sorted(
        (_tile(measure, code, at, counted[code], bounds) for code, at in (*places.items(), *extra.items())),
        key=lambda one: (one.row, one.column),
    )
    return TileMap(measure, tuple(tiles), _legend(measure, bounds), columns)


def short_name(name: str, above: Sequence[str]) -> str:
    """The name of a place without those of the places above it, where enough is left of it."""
    for upper in above:
        for written in (upper, upper[:-1]):
            if written and name.startswith(written) and len(name) - len(written) >= 3:
                name = name.removeprefix(written)
                break
    return name


def _tile(
    measure: Measure, code: str, at: Position, own: Mapping[str, Mapping[str, Any]], bounds: Sequence[int]
) -> Tile:
    part = _value(own, measure.counted)
    whole = sum(_value(own, name) for name in measure.of)
    shade = _shade_of_share(measure, part, whole) if measure.of else _shade_of_count(part, bounds)
    return Tile(code, *at, part, whole, shade, str(own[measure.counted]["within"]) if part else "")


def _value(own: Mapping[str, Mapping[str, Any]], name: str) -> int:
    return int(own[name]["value"]) if name in own else 0


def _shade_of_share(measure: Measure, part: int, whole: int) -> int | None:
    if not whole:
        return None
    wrong = whole - part if measure.is_good else part
    return sum(wrong * 100 >= band * whole for band in BANDS)


def _shade_of_count(part: int, bounds: Sequence[int]) -> int:
    """The largest count has the deepest shade also where there are fewer steps than shades."""
    if not part:
        return 0
    return STEPS - sum(part <= bound for bound in bounds) + 1


def _legend(measure: Measure, bounds: Sequence[int]) -> tuple[tuple[int, str], ...]:
    if measure.of:
        return tuple(enumerate(_GOOD if measure.is_good else _BAD))
    steps = [
        (_shade_of_count(last, bounds), f"{first}–{last}" if first < last else str(last))
        for first, last in zip([1, *(bound + 1 for bound in bounds)], bounds, strict=False)
    ]
    return ((0, "0"), *steps)
