"""What names may mean: the senses of a form, and the places that are written after it.

On the way of one address lie few objects, because each of them is far from the others in memory: a place keeps
what is written after it itself, and one meaning stands for the same senses wherever they are met (ADR 0026).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import ClassVar, Generic, TypeVar

from processors.rules.register import END, Division
from processors.rules.territory.lineage import RANK, Trails
from processors.rules.territory.names import SHORTEST_STEM
from schemas.terms import Level

T = TypeVar("T")

COUNTY = RANK[Level.COUNTY]
TOWNSHIP = RANK[Level.TOWNSHIP]
VILLAGE = RANK[Level.VILLAGE]
LONGEST_STEM = 7
"""Longer names of villages and townships are found by their full name or not at all."""


class Form(IntEnum):
    """How much of a name is written."""

    STEM = 0
    FULL = 1


@dataclass(frozen=True, slots=True)
class Sense:
    """One division, during one period, that a form may mean."""

    division: Division
    rank: int
    form: Form
    uppers: frozenset[str]
    is_own: bool
    needs_upper: bool
    """Whether the form counts only right after a division above it."""
    is_in_zone: bool = False
    as_full: "Sense | None" = None
    """The same sense where the level is written, too."""

    @property
    def is_county_today(self) -> bool:
        """Whether the form is the full name of a county that still exists."""
        return self.rank == COUNTY and self.form is Form.FULL and self.division.valid_to == END


@dataclass(frozen=True, slots=True)
class Village:
    """A village or community, with every code that may stand before it in a text."""

    level: ClassVar = Level.VILLAGE
    code: str
    name: str
    uppers: frozenset[str]
    is_community: bool
    above: Trails
    """Its township through time; nothing where the village was not always in that one under that name."""


class Below(Generic[T]):
    """What the stems of names mean that are written right after one place."""

    __slots__ = ("by_stem", "lengths")

    def __init__(self, by_stem: dict[str, T]) -> None:
        self.by_stem = by_stem
        self.lengths = _longest_first(frozenset(map(len, by_stem)))
        """How long the stems are that are looked for in a text, the longest first."""


@cache
def _longest_first(lengths: frozenset[int]) -> tuple[int, ...]:
    """One for all places with stems of the same lengths."""
    return tuple(sorted((n for n in lengths if SHORTEST_STEM <= n <= LONGEST_STEM), reverse=True))


class Meaning:
    """What a name may mean where it stands: its senses, and what follows from them. Equal only to itself."""

    __slots__ = (
        "as_full",
        "below",
        "codes",
        "is_first_full",
        "is_full",
        "is_own",
        "is_township",
        "own",
        "rank",
        "senses",
        "townships",
        "villages",
    )

    def __init__(self, senses: tuple[Sense, ...]) -> None:
        self.senses = senses
        self.codes = frozenset([sense.division.code for sense in senses])
        self.rank = senses[0].rank if senses else VILLAGE
        self.is_full = not senses or Form.FULL in [sense.form for sense in senses]
        """Whether one of the senses is written in full."""
        self.is_first_full = bool(senses) and senses[0].form is Form.FULL
        """Whether the first one is."""
        self.is_own = bool(senses) and senses[0].is_own
        """Whether it lies in the province, by its first sense."""
        self.own = senses if all(sense.is_own for sense in senses) else tuple([s for s in senses if s.is_own])
        """The senses that lie in the province."""
        self.is_township = {sense.rank for sense in senses} == {TOWNSHIP}
        # What the index found for it once, kept here because nothing is nearer.
        self.below: dict[Name, Meaning] = {}
        """What names mean right after it, of those that mean something there."""
        self.as_full: Meaning | None = None
        """What it means where the level is written, too."""
        self.townships: tuple[Below[Meaning], ...] | None = None
        """What the stems of townships mean under it, by each of its codes."""
        self.villages: Below[tuple[Village, ...]] | None = None
        """The villages that lie or lay under a township."""


class Name:
    """One form that stands in texts, with its senses."""

    __slots__ = ("has_guarded", "senses", "start")

    def __init__(self, senses: tuple[Sense, ...], start: Meaning | None) -> None:
        self.senses = senses
        self.start = start
        """What it means with nothing above it; None where it then means nothing."""
        self.has_guarded = any(sense.needs_upper and sense.is_county_today for sense in senses)
        """Whether it may count more near its city: 老城区 only for a source of its city."""

    def start_near(self, near: frozenset[str]) -> Meaning | None:
        """What it means with nothing above it in a text of that county and city."""
        if not self.has_guarded or not near:
            return self.start
        senses = first_senses(
            [s for s in self.senses if not s.needs_upper or (s.is_county_today and not s.uppers.isdisjoint(near))]
        )
        return Meaning(senses) if senses else None


def first_senses(free: Iterable[Sense]) -> tuple[Sense, ...]:
    """A county goes before a township of the same name, which would be written with its county."""
    free = tuple(free)
    full = [sense for sense in free if sense.form is Form.FULL]
    if not full:
        return free
    highest = min([sense.rank for sense in full])
    return tuple([sense for sense in full if sense.rank == highest or not sense.is_own])
