"""Clocks: until when an office must act, from dated rules and the calendar. No due date depends on today.

Each petition has its own clocks (`petition_clocks`: register, inform), because each petitioner is owed an answer.
The case has those of its accountable unit (`case_clocks`: object, conclude). A period runs from the day after the
event that starts it.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files

import chinese_calendar

from processors.rules.register import BEGINNING, END
from schemas.events import Clock
from schemas.terms import ClockKind

_DAY = timedelta(days=1)
_CALENDAR = f"chinesecalendar-{chinese_calendar.__version__}"
_WEEKENDS = "weekends-only"


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """One row of the rule table: a period, its article and when the row is in force."""

    kind: ClockKind
    article: str
    days: int
    rule_version: str
    working: bool = False
    extension_days: int = 0
    not_for: frozenset[str] = frozenset()
    """Categories that go into their own statutory procedure and have no such clock."""
    valid_from: date = BEGINNING
    valid_to: date = END


@dataclass(frozen=True, slots=True)
class DeadlineRules:
    """The rule table and the province's rule about last days on holidays."""

    rows: tuple[DeadlineRule, ...]
    moves_last_day: bool = False

    def row(self, kind: ClockKind, on: date) -> DeadlineRule | None:
        """The row of that kind that is in force on that day."""
        return next((r for r in self.rows if r.kind is kind and r.valid_from <= on < r.valid_to), None)


def read_rules(text: str) -> DeadlineRules:
    """Read a rule table in the format of `deadlines.toml`."""
    data = tomllib.loads(text)
    return DeadlineRules(
        tuple(
            DeadlineRule(
                kind=ClockKind(row["kind"]),
                article=row["article"],
                days=row["days"],
                rule_version=row["rule_version"],
                working=row.get("working", False),
                extension_days=row.get("extension_days", 0),
                not_for=frozenset(row.get("not_for", ())),
                valid_from=row.get("valid_from", BEGINNING),
                valid_to=row.get("valid_to", END),
            )
            for row in data["rule"]
        ),
        moves_last_day=data.get("province", {}).get("moves_last_day", False),
    )


@cache
def shipped_rules() -> DeadlineRules:
    """The rule table that is shipped."""
    return read_rules((files("processors.rules") / "deadlines.toml").read_text("utf-8"))


def petition_clocks(
    received_on: date,
    *,
    registered_on: date | None = None,
    informed_on: date | None = None,
    is_reachable: bool = True,
    rules: DeadlineRules | None = None,
) -> tuple[Clock, ...]:
    """A petition is registered and passed on in 15 days (article 22), its petitioner informed in 15 (article 23).

    `is_reachable` is false where name or address is not known, as with an anonymous petition: then nobody can be
    informed and that clock does not exist. `registered_on` and `informed_on` say when a clock was met.
    """
    table = rules or shipped_rules()
    clocks = [_clock(table, ClockKind.REGISTER, received_on, registered_on)]
    if is_reachable:
        clocks.append(_clock(table, ClockKind.INFORM, received_on, informed_on))
    return _existing(clocks)


def case_clocks(
    *,
    category: str = "",
    transferred_on: date | None = None,
    answered_on: date | None = None,
    accepted_on: date | None = None,
    is_extended: bool = False,
    concluded_on: date | None = None,
    rules: DeadlineRules | None = None,
) -> tuple[Clock, ...]:
    """A unit objects to a transfer in 5 working days (article 23) and concludes 60 days after acceptance (34).

    `transferred_on` is the day on which the unit received the matter by transfer or assignment (None: it came to
    the unit directly); `answered_on` when it accepted or objected. The 60 days exist for matters of article 31 (6)
    only, not for categories with a statutory procedure, and become 90 by the one extension that a leader approved.
    """
    table = rules or shipped_rules()
    clocks: list[Clock | None] = []
    if transferred_on is not None:
        clocks.append(_clock(table, ClockKind.OBJECT, transferred_on, answered_on, category=category))
    if accepted_on is not None:
        clocks.append(
            _clock(table, ClockKind.CONCLUDE, accepted_on, concluded_on, category=category, is_extended=is_extended)
        )
    return _existing(clocks)


def add_working_days(start: date, days: int) -> tuple[date, bool]:
    """The day that many working days after `start`, and whether the holiday calendar knew every day counted."""
    day, is_known = start, True
    for _ in range(days):
        day, known = _next_working_day(day)
        is_known = is_known and known
    return day, is_known


def is_working_day(day: date) -> tuple[bool, bool]:
    """Whether offices work on that day (holidays and moved weekends count), and whether the calendar knows it.

    Outside the calendar's years only weekends are free.
    """
    try:
        return bool(chinese_calendar.is_workday(day)), True
    except NotImplementedError:
        return day.weekday() < 5, False


@lru_cache(maxsize=8192)
def _next_working_day(day: date) -> tuple[date, bool]:
    is_known, works = True, False
    while not works:
        day += _DAY
        works, known = is_working_day(day)
        is_known = is_known and known
    return day, is_known


def _clock(
    table: DeadlineRules,
    kind: ClockKind,
    started_on: date,
    met_on: date | None,
    *,
    category: str = "",
    is_extended: bool = False,
) -> Clock | None:
    row = table.row(kind, started_on)
    if row is None or category in row.not_for:
        return None
    days = row.days + (row.extension_days if is_extended else 0)
    due_on, calendar = _due(row, started_on, days, table.moves_last_day)
    return Clock(
        kind=kind,
        article=row.article,
        started_on=started_on,
        days=days,
        is_working_days=row.working,
        due_on=due_on,
        met_on=met_on,
        rule_version="/".join(filter(None, (row.rule_version, calendar))),
    )


def _due(row: DeadlineRule, started_on: date, days: int, moves_last_day: bool) -> tuple[date, str]:
    """The last day, and the calendar that it was counted with where one was needed."""
    if row.working:
        due_on, is_known = add_working_days(started_on, days)
        return due_on, _CALENDAR if is_known else _WEEKENDS
    due_on = started_on + timedelta(days=days)
    if not moves_last_day:
        return due_on, ""
    due_on, is_known = _next_working_day(due_on - _DAY)
    return due_on, _CALENDAR if is_known else _WEEKENDS


def _existing(clocks: Iterable[Clock | None]) -> tuple[Clock, ...]:
    return tuple(clock for clock in clocks if clock is not None)
