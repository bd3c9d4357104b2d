"""First letters by county, category and week, of the weeks that a sudden rise is told from."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from schemas.events import Case
from schemas.office_time import office_day
from schemas.terms import Verdict

COUNTY_DIGITS = 6
OLD_AFTER_DAYS = 14
"""A record that came so long after its letter is one of the past: while a county sends such, nothing is compared."""
_AGAIN = {Verdict.REPEAT, Verdict.SENT_TO_MANY}

Key = tuple[str, str]
"""County and category."""
Weeks = tuple[int, ...]


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
    """Counts each letter of a case once, whatever becomes of the case. Bounded by the letters of these weeks."""

    def __init__(self, weeks: int, least_weeks: int) -> None:
        """How many weeks are compared with, at most and at least."""
        self._weeks, self._least_weeks = weeks, least_weeks
        self._of_case: dict[str, tuple[Key, Weeks]] = {}
        self._keys: dict[Key, Key] = {}
        self._spans: dict[Weeks, Weeks] = {}
        """One value for all cases that say the same: there are hundreds of thousands of cases."""
        self._counts: dict[Key, Counter[int]] = {}
        self._changed: set[Key] = set()
        self._names: dict[str, str] = {}
        self._first: int | None = None
        self._old_until: dict[str, date] = {}
        self._week = 0

    def put(self, case: Case) -> None:
        """Count the letters of a case anew."""
        self._forget(case.case_id)
        county = case.place.code[:COUNTY_DIGITS]
        category = case.classification.category
        weeks = tuple(
            week_of(office_day(p.received_at)) for p in case.petitions if p.verdict not in _AGAIN and not p.takeover
        )
        weeks = tuple(week for week in weeks if week >= self._week - self._weeks - 1)
        if len(county) < COUNTY_DIGITS or not category or not weeks:
            return
        self._note_old(county, case)
        key = self._keys.setdefault((county, category), (county, category))
        self._of_case[case.case_id] = key, self._spans.setdefault(weeks, weeks)
        self._counts.setdefault(key, Counter()).update(weeks)
        self._names[category] = case.classification.category_name
        self._first = min(weeks) if self._first is None else min(self._first, *weeks)
        self._changed.add(key)

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
                known = self._old_until.get(county, date.min)
                self._old_until[county] = max(known, office_day(petition.ingested_at))

    def _forget(self, case_id: str) -> None:
        known = self._of_case.pop(case_id, None)
        if known is not None:
            key, weeks = known
            self._counts[key].subtract(weeks)
            self._changed.add(key)

    def _turn(self, week: int) -> None:
        """A new week: let go of what is too old to be compared with."""
        if week == self._week:
            return
        self._week = week
        oldest = week - self._weeks - 1
        self._of_case = {name: kept for name, kept in self._of_case.items() if max(kept[1]) >= oldest}
        self._spans = {weeks: weeks for _, weeks in self._of_case.values()}
        self._counts = {key: _since(counts, oldest) for key, counts in self._counts.items()}


def _since(counts: Counter[int], oldest: int) -> Counter[int]:
    kept: Iterable[tuple[int, int]] = ((week, count) for week, count in counts.items() if week >= oldest and count)
    return Counter(dict(kept))
