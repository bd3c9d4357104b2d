"""First letters by county, category and week, of the weeks that a sudden rise is told from. Pure.

They are in memory; each change is also told as entries for `Keys`, from which a tally begins.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from consumers.alerts.keys import Keys, entries
from schemas.divisions import COUNTY_DIGITS
from schemas.events import Case
from schemas.office_time import office_day
from schemas.terms import Verdict

OLD_AFTER_DAYS = 14
"""A record that came so long after its letter is one of the past: while a county sends such, nothing is compared."""
_AGAIN = {Verdict.REPEAT, Verdict.SENT_TO_MANY}
_COUNTS, _NAME, _OLD, _FIRST = b"t", b"n", b"o", b"w"
_counts = msgspec.msgpack.Decoder(dict[int, int])

Key = tuple[str, str]
"""County and category."""
Weeks = tuple[int, ...]


class Counted(NamedTuple):
    """What one case has added to the counts: its county, its category, and the week of each first letter."""

    county: str
    category: str
    weeks: Weeks


class Risen(NamedTuple):
    """A week of one county and category, and the weeks before it."""

    key: Key
    week: int
    now: int
    past: tuple[int, ...]


def week_of(day: date) -> int:
    """The number of a week, Monday to Sunday."""
    return (day.toordinal() - 1) // 7


def first_day(week: int) -> date:
    """Its Monday."""
    return date.fromordinal(week * 7 + 1)


class Tally:
    """Counts each letter of a case once, whatever becomes of the case. Bounded by counties, categories and weeks."""

    def __init__(self, weeks: int, least_weeks: int, keys: Keys, today: date = date.min) -> None:
        """How many weeks are compared with, at most and at least; older ones than those of today are not counted.

        It goes on with what the keys hold.
        """
        self._weeks, self._least_weeks = weeks, least_weeks
        self._week = week_of(today)
        self._counts: dict[Key, Counter[int]] = {
            (name[:COUNTY_DIGITS].decode(), name[COUNTY_DIGITS:].decode()): Counter(_counts.decode(value))
            for name, value in entries(keys, _COUNTS)
        }
        self._changed = set(self._counts)
        self._names = {name.decode(): value.decode() for name, value in entries(keys, _NAME)}
        self._first = next((int(value) for _, value in entries(keys, _FIRST)), None)
        self._old_until = {name.decode(): date.fromordinal(int(day)) for name, day in entries(keys, _OLD)}
        self._unsaved: dict[bytes, bytes | None] = {}

    def put(self, case: Case, before: Counted | None) -> Counted | None:
        """Count the letters of a case instead of what it had added before; what it adds now, to be remembered."""
        self._forget(before)
        county = next((code for code in case.place_divisions if len(code) == COUNTY_DIGITS), "")
        category = case.classification.category
        weeks = tuple(
            week_of(office_day(p.received_at)) for p in case.petitions if p.verdict not in _AGAIN and not p.takeover
        )
        if not county or not category or not weeks:
            return None
        self._note_old(county, case)
        weeks = tuple(week for week in weeks if week >= self._oldest)
        if not weeks:
            return None
        key = county, category
        self._counts.setdefault(key, Counter()).update(weeks)
        self._note_name(category, case.classification.category_name)
        self._note_first(min(weeks))
        self._note_change(key)
        return Counted(county, category, weeks)

    def unsaved(self) -> dict[bytes, bytes | None]:
        """What has changed since it was last asked for, for `Keys`."""
        changes, self._unsaved = self._unsaved, {}
        return changes

    def risen(self, today: date) -> Iterator[Risen]:
        """The weeks to be compared of what has changed: the running one, and the last, of which letters come late."""
        self._turn(week_of(today))
        changed, self._changed = self._changed, set()
        for key in sorted(changed):
            if self._old_until.get(key[0], date.min) >= today:
                self._changed.add(key)  # looked at again when the county has stopped sending old records
                continue
            for week in (self._week - 1, self._week):
                past = self._past(key, week)
                if len(past) >= self._least_weeks:
                    yield Risen(key, week, self._counts[key][week], past)

    def name(self, category: str) -> str:
        """Of a category."""
        return self._names[category]

    def _past(self, key: Key, week: int) -> tuple[int, ...]:
        first = max(week - self._weeks, week if self._first is None else self._first)
        return tuple(self._counts[key][one] for one in range(first, week))

    def _note_old(self, county: str, case: Case) -> None:
        for petition in case.petitions:
            if petition.ingested_at - petition.received_at > timedelta(days=OLD_AFTER_DAYS):
                day = office_day(petition.ingested_at)
                if day > self._old_until.get(county, date.min):
                    self._old_until[county] = day
                    self._unsaved[_OLD + county.encode()] = str(day.toordinal()).encode()

    def _note_name(self, category: str, name: str) -> None:
        if self._names.get(category) != name:
            self._names[category] = name
            self._unsaved[_NAME + category.encode()] = name.encode()

    def _note_first(self, week: int) -> None:
        if self._first is None or week < self._first:
            self._first = week
            self._unsaved[_FIRST] = str(week).encode()

    def _note_change(self, key: Key) -> None:
        self._changed.add(key)
        self._unsaved[_COUNTS + "".join(key).encode()] = msgspec.msgpack.encode(self._counts[key])

    @property
    def _oldest(self) -> int:
        """The first week that is still compared with."""
        return self._week - self._weeks - 1

    def _forget(self, before: Counted | None) -> None:
        if before is None:
            return
        key = before.county, before.category
        if key in self._counts:
            self._counts[key].subtract(week for week in before.weeks if week >= self._oldest)
            self._note_change(key)

    def _turn(self, week: int) -> None:
        """A new week: let go of what is too old to be compared with."""
        if week == self._week:
            return
        self._week = week
        kept = {key: _since(counts, self._oldest) for key, counts in self._counts.items()}
        self._counts = {key: counts for key, counts in kept.items() if counts or key in self._changed}


def _since(counts: Counter[int], oldest: int) -> Counter[int]:
    kept: Iterable[tuple[int, int]] = ((week, count) for week, count in counts.items() if week >= oldest and count)
    return Counter(dict(kept))
