"""Township-level changes, matched to today's townships by name: the two sources number the same place differently."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher

from processors.rules.register import BEGINNING, END
from processors.rules.territory.names import stem
from schemas.terms import Level

SAME_NAME = 0.6
"""Two spellings of one township under one code differ by a character at most (大侯镇, 大候镇)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the table of changes; an empty side means newly set up or abolished."""

    year: int
    old_code: str
    old_name: str
    new_code: str
    new_name: str

    @property
    def day(self) -> date:
        """The changes of a year are in force on 1 January of the next."""
        return date(self.year + 1, 1, 1)


@dataclass(slots=True)
class Township:
    """One township-level division during one period."""

    code: str
    name: str
    county: str
    valid_from: date = BEGINNING
    valid_to: date = END
    successors: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)


def repaired(changes: Iterable[Change]) -> list[Change]:
    """Put rows right whose sides slipped by a line: no township becomes one of another county with a new name."""
    rows = list(changes)
    slipped = [c for c in rows if _is_slipped(c)]
    orphans = {(c.year, c.new_code[:6]): c for c in rows if not c.old_code}
    orphans |= {(c.year, c.new_code[:6]): replace(c, old_code="", old_name="") for c in slipped}
    taken: set[str] = set()
    mended: list[Change] = []
    for row in slipped:
        match = orphans.get((row.year, row.old_code[:6]))
        target = replace(row, new_code=match.new_code if match else "", new_name=match.new_name if match else "")
        taken.add(target.new_code)
        mended.append(target)
    for row in slipped:
        if row.new_code not in taken:
            mended.append(replace(row, old_code="", old_name=""))
    kept = [c for c in rows if not _is_slipped(c) and not (not c.old_code and c.new_code in taken)]
    return sorted({*kept, *mended}, key=lambda c: (c.year, c.old_code, c.new_code))


def _is_slipped(change: Change) -> bool:
    if not change.old_code or not change.new_code or change.old_code[:6] == change.new_code[:6]:
        return False
    return stem(change.old_name, Level.TOWNSHIP) != stem(change.new_name, Level.TOWNSHIP)


class Townships:
    """Today's townships, led back through the changes to the periods before."""

    def __init__(
        self, today: Iterable[Township], counties: set[str], heirs: dict[str, tuple[str, ...]], listed_in: int
    ) -> None:
        """`heirs` are today's counties of an abolished one; `listed_in` is the year of today's list."""
        self.periods: list[Township] = []
        self._counties = counties
        self._heirs = heirs
        self._listed_in = listed_in
        self._by_county: dict[str, list[Township]] = defaultdict(list)
        for township in today:
            self._add(township)

    def lead_back(self, changes: Iterable[Change]) -> None:
        """Undo the changes, the latest first, so that every earlier name and code gets its period."""
        for change in sorted(changes, key=lambda c: -c.year):
            new = self._new_side(change)
            old = self._old_side(change, new)
            if new is not None and old is not new and new.valid_from == BEGINNING:
                new.valid_from = change.day
            if new is None or old is None or old is new:
                continue
            if old.valid_to == change.day and new.code not in old.successors:
                old.successors.append(new.code)

    def _new_side(self, change: Change) -> Township | None:
        if not change.new_code:
            return None
        found = self._find(change.new_code, change.new_name)
        if found is None and (change.new_code[:6] not in self._counties or _is_move(change)):
            found = self._in_city(change.new_code, change.new_name)
        if found is None and change.year < self._listed_in and change.old_code:
            found = self._renumbered(change.new_code)
        if found is None and change.year == self._listed_in and self._is_free(change.new_code):
            found = Township(change.new_code, change.new_name, change.new_code[:6])
            self._add(found)
        return found

    def _old_side(self, change: Change, new: Township | None) -> Township | None:
        if not change.old_code:
            return None
        old = self._find(change.old_code, change.old_name)
        if old is None:
            old = Township(change.old_code, change.old_name, change.old_code[:6], valid_to=change.day)
            self._add(old)
        elif old.valid_to == END and new is not None and change.year == self._listed_in:
            old.valid_to = change.day
        elif old.valid_to == END and new is None and change.new_name:
            # The list of today goes on with the old name; people may already use the new one.
            old.aliases.append(change.new_name)
        return old

    def _add(self, township: Township) -> None:
        self.periods.append(township)
        self._by_county[township.county].append(township)

    def _find(self, code: str, name: str) -> Township | None:
        """The township of that name in the county, else the one of nearly that name under the same code."""
        county = code[:6]
        nearby = [t for c in (county, *self._heirs.get(county, ())) for t in self._by_county[c]]
        for township in nearby:
            if township.name == name:
                return township
        for township in nearby:
            if township.code == code and SequenceMatcher(None, township.name, name).ratio() >= SAME_NAME:
                return township
        return None

    def _is_free(self, code: str) -> bool:
        """Whether today's list gives the code to no other township: the two sources number differently."""
        return all(t.code != code for t in self._by_county[code[:6]])

    def _renumbered(self, code: str) -> Township | None:
        """The sub-district under the code today: it was renamed once more without a row of its own."""
        same = [t for t in self._by_county[code[:6]] if t.code == code and t.name.endswith("街道")]
        return same[0] if len(same) == 1 and code[6] == "0" else None

    def _in_city(self, code: str, name: str) -> Township | None:
        """The only township of that name in the city: zones were counted under other counties later."""
        same = [t for county, ts in self._by_county.items() if county[:4] == code[:4] for t in ts if t.name == name]
        return same[0] if len(same) == 1 else None


def _is_move(change: Change) -> bool:
    return bool(change.old_code) and change.old_code[:6] != change.new_code[:6]
