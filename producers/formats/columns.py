"""From the columns of a delivery to our fields."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

from producers.formats.rows import Cell
from producers.profiles import Profile

MAX_NAME = 40


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each field stands in the rows of one delivery."""

    width: int
    missing: str = ""
    """The first field whose column is absent or doubled; then no row of the delivery can be read."""
    unknown: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    """Fields that come from one column each, in the order in which `pick` gives them."""
    pick: Callable[[Sequence[Any]], Any] = tuple
    joined: tuple[tuple[str, tuple[int, ...], str], ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)

    def values(self, cells: Sequence[Cell]) -> dict[str, Cell]:
        """The cells of one row under our field names."""
        picked = self.pick(cells)
        values: dict[str, Cell] = dict(zip(self.single, picked, strict=True))
        for name, places, separator in self.joined:
            values[name] = join([cells[place] for place in places], separator)
        values.update(self.constants)
        return values


def layout(header: Sequence[str], profile: Profile) -> Layout:
    """Every column is mapped, ignored or unknown; without a mapped one that is not optional no row can be read."""
    titles = [title.strip() for title in header]
    places = {title: place for place, title in enumerate(titles)}
    doubled = {title for title, count in Counter(titles).items() if count > 1}
    for name, columns in profile.columns.items():
        wanted = [c for c in columns if c not in profile.optional_columns]
        if doubled.intersection(columns) or not all(c in places for c in wanted):
            return Layout(len(titles), missing=name)
    unknown = tuple(title[:MAX_NAME] for title in titles if title and title not in profile.known_columns)
    single: list[tuple[str, int]] = []
    joined: list[tuple[str, tuple[int, ...], str]] = []
    for name, columns in profile.columns.items():
        found = tuple(places[c] for c in columns if c in places)
        if len(found) == 1:
            single.append((name, found[0]))
        elif found:
            joined.append((name, found, profile.separator(name)))
    return Layout(
        width=len(titles),
        unknown=unknown,
        single=tuple(name for name, _ in single),
        pick=_picker([place for _, place in single]),
        joined=tuple(joined),
        constants={str(name): word for name, word in profile.constants.items()},
    )


def join(parts: Sequence[Cell], separator: str) -> Cell:
    """Several cells as one; a lone date stays a date."""
    filled = [part for part in parts if part != ""]
    if len(filled) == 1:
        return filled[0]
    return separator.join(part.isoformat(" ") if isinstance(part, datetime) else part for part in filled)


def _picker(places: list[int]) -> Callable[[Sequence[Any]], Any]:
    match places:
        case []:
            return lambda _cells: ()
        case [only]:
            return lambda cells: (cells[only],)
        case _:
            return itemgetter(*places)
