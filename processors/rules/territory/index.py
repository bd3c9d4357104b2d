"""All forms of all names in one automaton, and the villages by the stem of their name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from processors.rules.register import END, Division, Register
from processors.rules.territory.lineage import RANK, Lineage
from processors.rules.territory.names import SHORTEST_STEM, is_zone, short_forms, stem
from processors.rules.words import Words
from schemas.terms import Level

COUNTY = RANK[Level.COUNTY]
TOWNSHIP = RANK[Level.TOWNSHIP]
VILLAGE = RANK[Level.VILLAGE]
LONGEST_STEM = 7
"""Longer names of villages and townships are found by their full name or not at all."""
MOST_REMEMBERED = 50_000
"""What was read once is read again: names of places stand together in the same ways."""


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


class Meaning:
    """What a name may mean where it stands: its senses, and what follows from them. Equal only to itself."""

    __slots__ = ("codes", "form", "is_township", "own", "rank", "senses")

    def __init__(self, senses: tuple[Sense, ...]) -> None:
        self.senses = senses
        self.codes = frozenset([sense.division.code for sense in senses])
        self.rank = senses[0].rank if senses else VILLAGE
        is_full = not senses or Form.FULL in [sense.form for sense in senses]
        self.form = Form.FULL if is_full else Form.STEM
        """How fully it is written, at best."""
        self.own = tuple([sense for sense in senses if sense.is_own])
        """The senses that lie in the province."""
        self.is_township = {sense.rank for sense in senses} == {TOWNSHIP}


class Name:
    """One form that stands in texts, with its senses."""

    __slots__ = ("has_guarded", "senses", "start")

    def __init__(self, senses: tuple[Sense, ...]) -> None:
        self.senses = senses
        self.has_guarded = any(sense.needs_upper and sense.is_county_today for sense in senses)
        """Whether it may count more near its city: 老城区 only for a source of its city."""
        self.start = first_meaning([sense for sense in senses if not sense.needs_upper])
        """What it means with nothing above it; None where it then means nothing."""

    def start_near(self, near: frozenset[str]) -> Meaning | None:
        """What it means with nothing above it in a text of that county and city."""
        if not self.has_guarded or not near:
            return self.start
        return first_meaning(
            [s for s in self.senses if not s.needs_upper or (s.is_county_today and not s.uppers.isdisjoint(near))]
        )


class Stems:
    """The stems of townships below one place."""

    __slots__ = ("lengths", "meanings")

    def __init__(self, senses: dict[str, list[Sense]]) -> None:
        self.meanings = {bare: Meaning(tuple(meant)) for bare, meant in senses.items()}
        self.lengths = lengths_of(senses)
        """First two characters → how long the stems are that begin so."""


def lengths_of(stems: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """By the first two characters of stems the lengths that are worth a look in a text, the longest first."""
    found: dict[str, set[int]] = defaultdict(set)
    for bare in stems:
        if SHORTEST_STEM <= len(bare) <= LONGEST_STEM:
            found[bare[:SHORTEST_STEM]].add(len(bare))
    return {begin: tuple(sorted(lengths, reverse=True)) for begin, lengths in found.items()}


@dataclass(frozen=True, slots=True)
class Village:
    """A village or community, with every code that may stand before it in a text."""

    code: str
    name: str
    division: Division
    uppers: frozenset[str]
    is_community: bool


class NameIndex:
    """The names of a register, ready to be found in a text."""

    def __init__(self, register: Register, lineage: Lineage) -> None:
        self._lineage = lineage
        self._everyday = register.everyday_words
        self._zones = frozenset(d.code for d in register.divisions if d.level is Level.COUNTY and is_zone(d.name))
        senses: dict[str, list[Sense]] = defaultdict(list)
        stems: dict[str, dict[str, list[Sense]]] = defaultdict(lambda: defaultdict(list))
        self.villages: dict[str, list[Village]] = defaultdict(list)
        """Stem → the villages of that name."""
        self.villages_below: dict[str, dict[str, list[Village]]] = defaultdict(dict)
        """Code of a township → stem → its villages."""
        for division in register.divisions:
            if division.level is not Level.VILLAGE:
                self._add(division, senses, stems, is_own=True)
        self._add_elsewhere(register, senses)
        self._add_villages(register)
        self.stems_below = {code: Stems(below) for code, below in stems.items()}
        """Code of a county → what the stems of its townships mean."""
        self.stem_begins = frozenset(begin for below in self.stems_below.values() for begin in below.lengths)
        """How they begin."""
        self.village_lengths = lengths_of(self.villages)
        """First two characters → how long the stems of villages are that begin so."""
        self.names = [Name(tuple(meant)) for meant in senses.values()]
        self.find = Words(senses, is_overlapping=False).find
        """The longest names in a text, from the left, without overlap: number of the name, start and end."""
        self.below = lru_cache(MOST_REMEMBERED)(_below)
        self.as_full = lru_cache(MOST_REMEMBERED)(_as_full)
        self.stems_under = lru_cache(MOST_REMEMBERED)(self._stems_under)
        """What the stems of townships mean under a place, by each of its codes."""
        self.villages_of = lru_cache(MOST_REMEMBERED)(self._villages_of)
        """Stem → the villages of that name that lie or lay under a township."""

    def villages_under(self, stem: str, codes: frozenset[str]) -> Sequence[Village]:
        """The villages of that name that lie or lay under one of some places, whatever their level."""
        return [v for v in self.villages.get(stem, ()) if not v.uppers.isdisjoint(codes)]

    def _stems_under(self, meaning: Meaning) -> tuple[Stems, ...]:
        return tuple([self.stems_below[code] for code in meaning.codes if code in self.stems_below])

    def _villages_of(self, township: Meaning) -> Mapping[str, Sequence[Village]]:
        below = [self.villages_below[code] for code in township.codes if code in self.villages_below]
        if len(below) == 1:
            return below[0]
        stems = {stem for villages in below for stem in villages}
        return {
            stem: tuple({v.code: v for villages in below for v in villages.get(stem, ())}.values()) for stem in stems
        }

    def _add(
        self,
        division: Division,
        senses: dict[str, list[Sense]],
        stems: dict[str, dict[str, list[Sense]]],
        is_own: bool,
    ) -> None:
        rank, uppers = RANK[division.level], self._lineage.uppers(division.code)
        bare = stem(division.name, division.level)
        is_in_zone = rank == TOWNSHIP and division.parent in self._zones
        for name in dict.fromkeys((division.name, *division.aliases, *short_forms(division.name, division.level))):
            is_stem = name == bare and name != division.name
            sense = Sense(
                division,
                rank,
                Form.STEM if is_stem else Form.FULL,
                uppers,
                is_own,
                name in self._everyday or (is_stem and division.name.endswith("区")),
                is_in_zone,
            )
            if is_stem and rank == TOWNSHIP:
                continue
            senses[name].append(sense)
        if rank == TOWNSHIP:
            full = Sense(division, rank, Form.FULL, uppers, is_own, True, is_in_zone)
            sense = Sense(division, rank, Form.STEM, uppers, is_own, True, is_in_zone, full)
            for upper in uppers:
                stems[upper][bare].append(sense)

    def _add_elsewhere(self, register: Register, senses: dict[str, list[Sense]]) -> None:
        """Other provinces and their cities by any form, their counties by names of three characters and more."""
        parents = {d.code: d.parent for d in register.elsewhere}
        for division in register.elsewhere:
            uppers = frozenset(_climb(division.parent, parents))
            rank = RANK[division.level]
            needs_upper = rank >= COUNTY and len(division.name) < 3
            forms = {division.name} if rank >= COUNTY else {division.name, stem(division.name, division.level)}
            for name in forms:
                form = Form.FULL if name == division.name else Form.STEM
                guarded = needs_upper or name in self._everyday
                senses[name].append(Sense(division, rank, form, uppers, False, guarded))

    def _add_villages(self, register: Register) -> None:
        uppers: dict[str, set[str]] = defaultdict(set)
        last: dict[str, Division] = {}
        cache: dict[str, frozenset[str]] = {}
        for division in register.divisions:
            if division.level is Level.VILLAGE:
                if division.parent not in cache:
                    cache[division.parent] = self._lineage.uppers(division.parent) | {division.parent}
                uppers[division.code] |= cache[division.parent]
                last[division.code] = division
        townships = {d.code for d in register.divisions if d.level is Level.TOWNSHIP}
        shared: dict[frozenset[str], tuple[frozenset[str], list[dict[str, list[Village]]]]] = {}
        for code, division in last.items():
            above = frozenset(uppers[code])
            if above not in shared:
                shared[above] = above, [self.villages_below[upper] for upper in above & townships]
            above, below = shared[above]
            village = Village(code, division.name, division, above, division.name.endswith("社区"))
            bare = stem(division.name, Level.VILLAGE)
            self.villages[bare].append(village)
            for names in below:
                names.setdefault(bare, []).append(village)


def first_meaning(free: list[Sense]) -> Meaning | None:
    """A county goes before a township of the same name, which would be written with its county."""
    full = [sense for sense in free if sense.form is Form.FULL]
    if full:
        highest = min([sense.rank for sense in full])
        return Meaning(tuple([s for s in full if s.rank == highest or not s.is_own]))
    return Meaning(tuple(free)) if free else None


def _below(name: Name, meaning: Meaning) -> Meaning | None:
    """What the name means right after a place; None where it lies nowhere under it."""
    codes = meaning.codes
    below = tuple([sense for sense in name.senses if not sense.uppers.isdisjoint(codes)])
    return Meaning(below) if below else None


def _as_full(meaning: Meaning) -> Meaning:
    """新桥乡 of 永城 became 新桥镇: under its county the name with any level of a township is the full name."""
    return Meaning(tuple([sense.as_full or sense for sense in meaning.senses]))


def _climb(code: str, parents: dict[str, str]) -> Iterator[str]:
    while code:
        yield code
        code = parents.get(code, "")
