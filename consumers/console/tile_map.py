"""The map on the page of statistics: which places it shows to whom, and where a click on one leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from consumers.api.backend import Backend
from consumers.api.statistics import numbers_of
from consumers.console.query_links import with_filter, without_filter
from consumers.rights.viewer import Viewer
from consumers.search.query_language import query_terms
from consumers.statistics.tile_map import MEASURES, USUAL, Figures, TileMap, short_name, tile_map

GROUPED: Final = {4: "city", 6: "county"}
"""Digits of a place's code → how the numbers are split up for it."""
BELOW: Final = {2: "city", 4: "county", 6: "unit"}
"""Digits of the code of a place that a click opens → how its numbers are split up then."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A map with its surroundings."""

    map: TileMap
    area: str
    """The place whose parts are shown."""
    names: Mapping[str, str]
    """Code of a place on the map → its name, as short as it is clear within the area."""
    drill: Mapping[str, tuple[str, str]]
    """Code of a place → the query and the split that show what lies below it."""
    up: tuple[str, str, str] | None
    """The place above with its query and split; None at the viewer's own level."""
    incomplete: frozenset[str]
    """The places with counties that have not reported."""


def shown_map(
    backend: Backend, viewer: Viewer, q: str, measure: str, known: Mapping[str, Any], by: str, silent: frozenset[str]
) -> Shown | None:
    """The map of the area that a query is about; None where its parts have no tiles.

    `known` are the numbers of the query split up `by`, which need not be asked for again.
    """
    names = backend.names()
    area = area_of(q, viewer.territory, names)
    places = backend.tiles(area)
    if not area or len(places) < 2:
        return None
    figures: dict[str, Figures] = {}
    for digits, split in GROUPED.items():
        if any(len(code) == digits for code in places):
            counted = known if by == split else numbers_of(backend, viewer, q, split)
            figures |= {group["key"]: group["figures"] for group in counted["groups"] if len(group["key"]) == digits}
    # A new county without a position is shown below the others; a case of another province is on no map.
    own = {code: one for code, one in figures.items() if code in places or _is_right_below(code, area)}
    made = tile_map(MEASURES.get(measure, USUAL), places, own)
    codes = [one.code for one in made.tiles]
    above = [names.get(area[:digits], "") for digits in (2, 4) if digits <= len(area)]
    return Shown(
        map=made,
        area=area,
        names={code: short_name(names.get(code, code), above) for code in codes},
        drill={code: (with_filter(without_filter(q, "place"), "place", code), BELOW[len(code)]) for code in codes},
        up=_up(q, area, viewer.territory),
        incomplete=frozenset(code for code in codes if any(one.startswith(code) for one in silent)),
    )


def area_of(q: str, territory: str, names: Mapping[str, str]) -> str:
    """The one place that a query is about, by code or name, if it lies within the territory; else the territory."""
    asked = [term.value for term in query_terms(q) if term.name == "place" and not term.is_excluded]
    if len(asked) != 1:
        return territory
    code = next((code for code, name in names.items() if name == asked[0] and code.isdigit()), asked[0])
    return code if code.startswith(territory) else territory


def _is_right_below(code: str, area: str) -> bool:
    return code.startswith(area) and len(code) == len(area) + 2


def _up(q: str, area: str, territory: str) -> tuple[str, str, str] | None:
    if area == territory:
        return None
    above, wider = area[:2], without_filter(q, "place")
    return above, wider, BELOW[len(above)]
