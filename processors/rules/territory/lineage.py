"""Divisions through time: what a division of one day is on another, and what lies above it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from processors.rules.register import Division, Register
from schemas.terms import Level

RANK: dict[Level, int] = {level: rank for rank, level in enumerate(Level)}
MOST_TRAILS, MOST_DAYS = 8_000, 10_000
"""Remembered: places with what is above them, days with the day since which nothing changed."""
_MOST_STEPS = 40
"""Longer chains of successors than this are a fault of the data."""


class Trail(NamedTuple):
    """A division on a day with all above it."""

    divisions: tuple[Division, ...]
    """The lowest first."""
    codes: tuple[str, ...]
    """Their codes without the province's, which all share."""
    name: str
    """Full name from the province downwards."""


_NO_TRAIL = Trail((), (), "")


class Lineage:
    """Leads divisions to the day of the matter (沿革): successors forward, predecessors backward."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._periods: dict[str, list[Division]] = defaultdict(list)
        self._before: dict[str, list[Division]] = defaultdict(list)
        for division in register.divisions:
            self._periods[division.code].append(division)
            for heir in division.successors:
                self._before[heir].append(division)
        days = {d.valid_from for d in register.divisions} | {d.valid_to for d in register.divisions}
        self._days = sorted({date.min, *days})
        self._led: dict[tuple[str, date, date], tuple[str, ...]] = {}
        self._uppers: dict[str, frozenset[str]] = {}
        self.trail = lru_cache(MOST_TRAILS)(self._trail)
        self.since = lru_cache(MOST_DAYS)(self._since)

    def led_to(self, division: Division, on: date) -> tuple[str, ...]:
        """The codes that stand for a division on a day: several after a split, the one above without an heir."""
        if division.is_valid_on(on):
            return (division.code,)
        key = (division.code, division.valid_from, self.since(on))
        found = self._led.get(key)
        if found is None:
            found = self._led[key] = tuple(sorted(set(self._lead(division, on, _MOST_STEPS))))
        return found

    def city_of(self, code: str, on: date) -> str:
        """The city of a place on a day; the code itself where no city is above it or it is not known."""
        above = self.trail(code, self.since(on)).divisions
        return next((division.code for division in above if division.level is Level.CITY), code)

    def _since(self, on: date) -> date:
        """The day of the last change of any division: all days since then are alike."""
        return self._days[bisect_right(self._days, on) - 1]

    def _trail(self, code: str, on: date) -> Trail:
        division = self._register.division(code, on) or self._register.division_ever(code)
        if division is None:
            return _NO_TRAIL
        above = self.trail(division.parent, on) if division.parent else _NO_TRAIL
        codes = (division.code, *above.codes) if division.level is not Level.PROVINCE else above.codes
        return Trail((division, *above.divisions), codes, above.name + division.name)

    def uppers(self, code: str) -> frozenset[str]:
        """All codes under which the division ever lay, by any name of those: what a text may write before it."""
        found = self._uppers.get(code)
        if found is None:
            self._uppers[code] = frozenset()
            found = self._uppers[code] = frozenset(self._collect_uppers(code))
        return found

    def _collect_uppers(self, code: str) -> Iterator[str]:
        for relative in self._relatives(code):
            for period in self._periods[relative]:
                if period.parent:
                    yield from self._renamings(period.parent)
                    yield from self.uppers(period.parent)

    def _relatives(self, code: str) -> set[str]:
        """The division and all it came from or went into; for counties only where one simply became another."""
        if self._periods[code] and self._periods[code][0].level is not Level.TOWNSHIP:
            return self._renamings(code)
        found, waiting = {code}, [code]
        while waiting:
            current = waiting.pop()
            near = {heir for period in self._periods[current] for heir in period.successors}
            near |= {period.code for period in self._before[current]}
            waiting += near - found
            found |= near
        return found

    def _renamings(self, code: str) -> set[str]:
        found, waiting = {code}, [code]
        while waiting:
            current = waiting.pop()
            near = {p.successors[0] for p in self._periods[current] if len(p.successors) == 1}
            near |= {p.code for p in self._before[current] if len(p.successors) == 1}
            waiting += near - found
            found |= near
        return found

    def _lead(self, division: Division, on: date, steps: int) -> Iterator[str]:
        if division.is_valid_on(on):
            yield division.code
        elif steps and on < division.valid_from:
            before = [p for p in self._before[division.code] if p.valid_to <= division.valid_from]
            latest = max((p.valid_to for p in before), default=None)
            for period in before:
                if period.valid_to == latest:
                    yield from self._lead(period, on, steps - 1)
            if not before:
                yield from self._above(division, on)
        elif steps:
            heirs = [p for heir in division.successors for p in self._periods[heir] if p.valid_to > division.valid_to]
            first = {p.code: p for p in sorted(heirs, key=lambda p: p.valid_from, reverse=True)}
            for period in first.values():
                yield from self._lead(period, on, steps - 1)
            if not first:
                yield from self._above(division, on)

    def _above(self, division: Division, on: date) -> Iterator[str]:
        """What did not exist yet, or ended without heir, is a part of the division above it."""
        above = self._register.division(division.parent, on) or self._register.division_ever(division.parent)
        if above is not None and above.level is not Level.PROVINCE:
            yield from self.led_to(above, on)
