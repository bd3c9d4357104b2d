"""All forms of all names in one automaton, and the villages by the stem of their name."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import ahocorasick

from processors.rules.register import END, Division, Register
from processors.rules.territory.lineage import RANK, Lineage
from processors.rules.territory.names import is_zone, short_forms, stem
from schemas.terms import Level

COUNTY = RANK[Level.COUNTY]
TOWNSHIP = RANK[Level.TOWNSHIP]
VILLAGE = RANK[Level.VILLAGE]


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
        self.stems_below: dict[str, dict[str, list[Sense]]] = defaultdict(lambda: defaultdict(list))
        """Code of a county → stem of a township → its senses."""
        self.villages: dict[str, list[Village]] = defaultdict(list)
        for division in register.divisions:
            if division.level is not Level.VILLAGE:
                self._add(division, senses, is_own=True)
        self._add_elsewhere(register, senses)
        self._add_villages(register)
        self.longest_village = max((len(name) for name in self.villages), default=0)
        self._automaton = ahocorasick.Automaton()
        for form, meant in senses.items():
            self._automaton.add_word(form, (len(form), tuple(meant)))
        self._automaton.make_automaton()

    def find(self, text: str) -> Iterator[tuple[int, int, tuple[Sense, ...]]]:
        """Start, end and senses of the longest names in a text, from the left, without overlap."""
        if not len(self._automaton):
            return
        for last, (length, senses) in self._automaton.iter_long(text):
            yield last + 1 - length, last + 1, senses

    def _add(self, division: Division, senses: dict[str, list[Sense]], is_own: bool) -> None:
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
                self.stems_below[upper][bare].append(sense)

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
        shared: dict[frozenset[str], frozenset[str]] = {}
        for code, division in last.items():
            above = frozenset(uppers[code])
            above = shared.setdefault(above, above)
            is_community = division.name.endswith("社区")
            village = Village(code, division.name, division, above, is_community)
            self.villages[stem(division.name, Level.VILLAGE)].append(village)


def _climb(code: str, parents: dict[str, str]) -> Iterator[str]:
    while code:
        yield code
        code = parents.get(code, "")
