"""All forms of all names in one automaton, and the villages by the stem of their name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from processors.rules.register import Division, Register
from processors.rules.territory.lineage import RANK, Lineage
from processors.rules.territory.meanings import (
    COUNTY,
    LONGEST_STEM,
    TOWNSHIP,
    Below,
    Form,
    Meaning,
    Name,
    Sense,
    Village,
    first_senses,
)
from processors.rules.territory.names import SHORTEST_STEM, is_zone, short_forms, stem
from processors.rules.words import Words
from schemas.terms import Level


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
        self._villages_below: dict[str, dict[str, tuple[Village, ...]]] = defaultdict(dict)
        """Code of a township → stem → its villages."""
        self._meanings: dict[tuple[int, ...], Meaning] = {}
        """By the senses, each named by its id → what they mean together."""
        for division in register.divisions:
            if division.level is not Level.VILLAGE:
                self._add(division, senses, stems, is_own=True)
        self._add_elsewhere(register, senses)
        self._add_villages(register)
        self._townships_below = {
            code: Below({bare: self._meaning_of(tuple(meant)) for bare, meant in below.items()})
            for code, below in stems.items()
        }
        """Code of a county → what the stems of its townships mean."""
        self.village_lengths = lengths_of(self.villages)
        """First two characters → how long the stems of villages are that begin so."""
        self.names = [self._name_of(tuple(meant)) for meant in senses.values()]
        self.is_high = bytes([any(s.form is Form.FULL and s.rank <= COUNTY for s in n.senses) for n in self.names])
        """By number of the name, whether it may be the full one of a county or of what is above it."""
        self.find = Words(senses, is_overlapping=False).find
        """The longest names in a text, from the left, without overlap: number of the name, start and end."""

    def below(self, name: Name, meaning: Meaning) -> Meaning | None:
        """What the name means right after a place; None where it lies nowhere under it."""
        found = meaning.below.get(name)
        if found is None:
            codes = meaning.codes
            senses = tuple([sense for sense in name.senses if not sense.uppers.isdisjoint(codes)])
            if senses:
                found = meaning.below[name] = self._meaning_of(senses)
        return found

    def as_full(self, meaning: Meaning) -> Meaning:
        """新桥乡 of 永城 became 新桥镇: under its county the name with any level of a township is the full name."""
        if meaning.as_full is None:
            meaning.as_full = self._meaning_of(tuple([sense.as_full or sense for sense in meaning.senses]))
        return meaning.as_full

    def townships_under(self, meaning: Meaning) -> tuple[Below[Meaning], ...]:
        """What the stems of townships mean under a place, by each of its codes."""
        if meaning.townships is None:
            below = self._townships_below
            meaning.townships = tuple([below[code] for code in meaning.codes if code in below])
        return meaning.townships

    def villages_of(self, township: Meaning) -> Below[tuple[Village, ...]]:
        """The villages that lie or lay under a township."""
        if township.villages is None:
            township.villages = self._villages_of(township)
        return township.villages

    def villages_under(self, stem: str, codes: frozenset[str]) -> tuple[Village, ...]:
        """The villages of that name that lie or lay under one of some places, whatever their level."""
        return tuple([v for v in self.villages.get(stem, ()) if not v.uppers.isdisjoint(codes)])

    def _villages_of(self, township: Meaning) -> Below[tuple[Village, ...]]:
        below = [self._villages_below[code] for code in township.codes if code in self._villages_below]
        if len(below) == 1:
            return Below(below[0])
        merged: dict[str, dict[str, Village]] = defaultdict(dict)
        for bare, villages in (item for names in below for item in names.items()):
            merged[bare].update({village.code: village for village in villages})
        return Below({bare: tuple(villages.values()) for bare, villages in merged.items()})

    def _name_of(self, senses: tuple[Sense, ...]) -> Name:
        start = first_senses([sense for sense in senses if not sense.needs_upper])
        return Name(senses, self._meaning_of(start) if start else None)

    def _meaning_of(self, senses: tuple[Sense, ...]) -> Meaning:
        """The one meaning of these senses, which live as long as the index."""
        key = tuple([id(sense) for sense in senses])
        found = self._meanings.get(key)
        if found is None:
            found = self._meanings[key] = Meaning(senses)
        return found

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
        periods: dict[str, list[Division]] = defaultdict(list)
        for division in register.divisions:
            if division.level is Level.VILLAGE:
                periods[division.code].append(division)
        townships = {d.code for d in register.divisions if d.level is Level.TOWNSHIP}
        uppers_of = cache(lambda parent: self._lineage.uppers(parent) | {parent})
        shared: dict[frozenset[str], tuple[frozenset[str], list[dict[str, tuple[Village, ...]]]]] = {}
        for same in periods.values():
            above = frozenset[str]().union(*(uppers_of(parent) for parent in {d.parent for d in same}))
            if above not in shared:
                shared[above] = above, [self._villages_below[upper] for upper in above & townships]
            above, below = shared[above]
            village = self._village(same, above)
            bare = stem(village.name, Level.VILLAGE)
            self.villages[bare].append(village)
            for names in below:
                names[bare] = (*names.get(bare, ()), village)

    def _village(self, periods: list[Division], uppers: frozenset[str]) -> Village:
        last = periods[-1]
        is_steady = all(d.name == last.name and d.parent == last.parent for d in periods)
        above = self._lineage.trails(last.parent) if is_steady else ()
        return Village(last.code, last.name, uppers, last.name.endswith("社区"), above)


def lengths_of(stems: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """By the first two characters of stems the lengths that are worth a look in a text, the longest first."""
    found: dict[str, set[int]] = defaultdict(set)
    for bare in stems:
        if SHORTEST_STEM <= len(bare) <= LONGEST_STEM:
            found[bare[:SHORTEST_STEM]].add(len(bare))
    return {begin: tuple(sorted(lengths, reverse=True)) for begin, lengths in found.items()}


def _climb(code: str, parents: dict[str, str]) -> Iterator[str]:
    while code:
        yield code
        code = parents.get(code, "")
