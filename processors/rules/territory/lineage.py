"""Divisions through time: what a division of one day is on another, and what lies above it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from processors.rules.register import Division, Register
from schemas.terms import Level

RANK: dict[Level, int] = {level: rank for rank, level in enumerate(Level)}
_MOST_STEPS = 40
"""Longer chains of successors than this are a fault of the data."""


class Trail(NamedTuple):
    """A division with all above it, as they were since a day."""

    divisions: tuple[Division, ...]
    """The lowest first."""
    codes: tuple[str, ...]
    """Their codes without the province's, which all share."""
    name: str
    """Full name from the province downwards."""
    since: date


NO_TRAIL = Trail((), (), "", date.min)
Trails = tuple[Trail, ...]
"""The trails of one code through time, the latest first."""


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
        self._trails: dict[str, Trails] = {}
        for division in register.divisions:
            if division.level is not Level.VILLAGE:
                self._trails_of(division.code)

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

    def since(self, on: date) -> date:
        """The day of the last change of any division: all days since then are alike."""
        return self._days[bisect_right(self._days, on) - 1]

    def trail(self, code: str, on: date) -> Trail:
        """What a code means on a day, else meant last, with all above it; nothing for a code that never was."""
        trails = self._trails.get(code)
        if trails is not None:
            return trail_on(trails, on)
        # A village: they are many, each is asked for rarely, and most of its trail is its township's.
        division = self._division(code, on)
        return _trail_under(self.trail(division.parent, on), division, on) if division else NO_TRAIL

    def trails(self, code: str) -> Trails:
        """What a code above the villages means through time."""
        return self._trails.get(code, ())

    def _trails_of(self, code: str) -> Trails:
        """Made once for each code; a place that lies under itself, which no sound register has, ends there."""
        found = self._trails.get(code)
        if found is None:
            self._trails[code] = ()
            found = self._trails[code] = tuple(reversed(list(self._through_time(code))))
        return found

    def _through_time(self, code: str) -> Iterator[Trail]:
        """From the first day on; changes that do not concern the place or what is above it are none."""
        periods = self._periods.get(code, ())
        days = {date.min, *(d.valid_from for d in periods), *(d.valid_to for d in periods)}
        days.update(trail.since for parent in {d.parent for d in periods} for trail in self._trails_of(parent))
        last = None
        for day in sorted(days):
            division = self._division(code, day)
            trail = _trail_under(self.trail(division.parent, day), division, day) if division else NO_TRAIL
            if last is None or trail.divisions != last.divisions:
                last = trail
                yield trail

    def _division(self, code: str, on: date) -> Division | None:
        return self._register.division(code, on) or self._register.division_ever(code)

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
        above = self._division(division.parent, on)
        if above is not None and above.level is not Level.PROVINCE:
            yield from self.led_to(above, on)


def trail_on(trails: Trails, on: date) -> Trail:
    """The one that holds on a day."""
    for trail in trails:
        if trail.since <= on:
            return trail
    return NO_TRAIL


def _trail_under(above: Trail, division: Division, since: date) -> Trail:
    codes = above.codes if division.level is Level.PROVINCE else (division.code, *above.codes)
    return Trail((division, *above.divisions), codes, above.name + division.name, since)
