"""Clocks: until when an office must act, from dated rules and the calendar. No due date depends on today.

Each petition has one clock of its own from the day of its receipt (`petition_clocks`), because each petitioner is
owed an answer. The case has those of the units that handle it (`case_clocks`). A period runs from the day after the
step that starts it, under the row that is in force on that day.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files

from processors.rules.register import BEGINNING, END
from processors.rules.steps import Step
from processors.rules.working_days import CALENDAR, WEEKENDS, add_working_days, next_working_day
from schemas.life import Clock, DayRange
from schemas.office_time import office_day
from schemas.terms import ClockKind, StepKind

_DAY = timedelta(days=1)
_PETITION_OFFICE = "信访"


@dataclass(frozen=True, eq=False)
class DeadlineRule:
    """One row of the rule table: a period, its article and when the row is in force."""

    kind: ClockKind
    article: str
    days: int
    rule_version: str
    scope: str = "petition"
    starts: frozenset[StepKind] = frozenset()
    until: frozenset[StepKind] = frozenset()
    each: bool = False
    working: bool = False
    extension_days: int = 0
    stops_for_hearing: bool = False
    not_for: frozenset[str] = frozenset()
    """Categories that go into their own statutory procedure and have no such clock."""
    ordinary_only: bool = False
    is_petitioners: bool = False
    """Whether it is the petitioner who may act until then, and no office that must."""
    valid_from: date = BEGINNING
    valid_to: date = END
    pattern: Clock = field(init=False, repr=False)
    """A clock of this row, for copies with other days."""

    def __post_init__(self) -> None:
        """Make the pattern once; a copy of it costs a fraction of a clock that is checked anew."""
        pattern = Clock(
            kind=self.kind,
            article=self.article,
            started_on=BEGINNING,
            days=self.days,
            is_working_days=self.working,
            due_on=BEGINNING,
            rule_version=self.rule_version,
            is_petitioners=self.is_petitioners,
        )
        object.__setattr__(self, "pattern", pattern)

    def applies_to(self, category: str, is_statutory: bool) -> bool:
        """Whether a matter of that kind has this clock at all."""
        return category not in self.not_for and not (is_statutory and self.ordinary_only)


@dataclass(frozen=True, eq=False)
class DeadlineRules:
    """The rule table and the province's rule about last days on holidays."""

    rows: tuple[DeadlineRule, ...]
    moves_last_day: bool = False
    _by_start: dict[StepKind, tuple[DeadlineRule, ...]] = field(init=False, repr=False)
    _by_kind: dict[tuple[ClockKind, str], tuple[DeadlineRule, ...]] = field(init=False, repr=False)
    telling: frozenset[StepKind] = field(init=False, repr=False)
    """Steps that start, meet, prolong or stop some clock of a case."""

    def __post_init__(self) -> None:
        """Build the lookups once."""
        starts = {kind: tuple(r for r in self.rows if kind in r.starts) for kind in StepKind}
        also = {StepKind.EXTENDED, StepKind.HEARING_OPENED, StepKind.HEARING_CLOSED}
        meets = {kind for r in self.rows for kind in r.until}
        kinds = {(r.kind, r.scope) for r in self.rows}
        by_kind = {key: tuple(r for r in self.rows if (r.kind, r.scope) == key) for key in kinds}
        object.__setattr__(self, "_by_start", starts)
        object.__setattr__(self, "_by_kind", by_kind)
        object.__setattr__(self, "telling", frozenset({k for k, rows in starts.items() if rows} | meets | also))

    def row(self, kind: ClockKind, on: date, scope: str = "petition") -> DeadlineRule | None:
        """The row of that kind and scope that is in force on that day."""
        for row in self._by_kind.get((kind, scope), ()):
            if row.valid_from <= on < row.valid_to:
                return row
        return None

    def started_by(self, step: StepKind, on: date) -> tuple[DeadlineRule, ...]:
        """The rows of the case that a step on that day starts."""
        return tuple([r for r in self._by_start[step] if r.valid_from <= on < r.valid_to])


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
                scope=row["scope"],
                starts=frozenset(map(StepKind, row.get("from", ()))),
                until=frozenset(map(StepKind, row.get("until", ()))),
                each=row.get("each", False),
                working=row.get("working", False),
                extension_days=row.get("extension_days", 0),
                stops_for_hearing=row.get("stops_for_hearing", False),
                not_for=frozenset(row.get("not_for", ())),
                ordinary_only=row.get("ordinary_only", False),
                is_petitioners=row.get("owed_by") == "petitioner",
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
    steps: Iterable[Step] = (),
    *,
    office: str = "",
    is_reachable: bool = True,
    rules: DeadlineRules | None = None,
) -> tuple[Clock, ...]:
    """A petition office registers a petition and passes it on in 15 days (article 22); another unit that receives it
    directly tells the petitioner in 15 days what happens with it (article 23).

    A county's own system is its petition office's, so an `office` that is not named is one. `is_reachable` is false
    where name or address is not known: then nobody can be informed, and what is left is to register and pass on.
    """
    table = rules or shipped_rules()
    kind = ClockKind.INFORM if is_reachable and office and _PETITION_OFFICE not in office else ClockKind.REGISTER
    row = table.row(kind, received_on)
    if row is None:
        return ()
    return (_counted(row, received_on, _met_on(row, steps), 0, table.moves_last_day),)


def _met_on(row: DeadlineRule, steps: Iterable[Step]) -> date | None:
    """The day of the first step that meets a period; one whose day was stated says it better than one without."""
    undated = None
    for step in steps:
        if step.kind in row.until and step.is_dated:
            return office_day(step.at)
        if step.kind in row.until:
            undated = undated or step
    return office_day(undated.at) if undated is not None else None


def case_clocks(
    steps: Iterable[Step],
    *,
    category: str = "",
    is_statutory: bool = False,
    unfollowed: frozenset[str] = frozenset(),
    rules: DeadlineRules | None = None,
) -> tuple[Clock, ...]:
    """The periods that the steps of a case have started, each with the day on which it was met.

    A unit objects to a transfer in 5 working days or tells the petitioner in 15 days (article 23), concludes in 60
    days and once 30 more (34); review and re-review are asked for in 30 days and answered in 30 (35, 36). A step that
    did not fit (`unfollowed`) starts and prolongs nothing.
    """
    table = rules or shipped_rules()
    runs: list[_Run] = []
    for step in steps:
        if step.kind not in table.telling:
            continue
        on = office_day(step.at)
        is_followed = step.step_id not in unfollowed
        for run in runs:
            run.take(step, on, is_followed=is_followed, moves_last_day=table.moves_last_day)
        for row in table.started_by(step.kind, on) if is_followed and step.is_dated else ():
            if not row.applies_to(category, is_statutory):
                continue
            if row.each or not any(run.row.kind is row.kind and run.is_running for run in runs):
                runs.append(_Run(row, on))
    return tuple(run.clock(table.moves_last_day) for run in runs)


def objection_due(received_on: date, rules: DeadlineRules | None = None) -> date:
    """The last day on which a unit may object to what it received: the fifth working day (article 23)."""
    return last_day(ClockKind.OBJECT, received_on, rules)


def last_day(kind: ClockKind, started_on: date, rules: DeadlineRules | None = None) -> date:
    """The last day of a period of a case that starts on that day and that nothing prolongs or stops."""
    table = rules or shipped_rules()
    row = table.row(kind, started_on, "case")
    return _Run(row, started_on).due(table.moves_last_day)[0] if row is not None else END


@dataclass(slots=True)
class _Run:
    """A period that has started."""

    row: DeadlineRule
    started_on: date
    met_on: date | None = None
    told_on: date | None = None
    """When an undated step met it; a dated one says better."""
    extra_days: int = 0
    stops: list[DayRange] = field(default_factory=list)
    stopped_on: date | None = None

    @property
    def is_running(self) -> bool:
        """Whether nothing has met it yet."""
        return self.met_on is None and self.told_on is None

    def take(self, step: Step, on: date, *, is_followed: bool, moves_last_day: bool) -> None:
        """What a later step means for this period. What is met stays met, and what has run out is not stopped.

        Nor is it prolonged (article 34). A termination that the case does not follow leaves what others are owed.
        """
        kind = step.kind
        if self.met_on is not None or (kind is StepKind.TERMINATED and not is_followed):
            return
        if kind in self.row.until and not step.is_dated:
            self.told_on = self.told_on or on
        elif kind in self.row.until:
            self.met_on = on
        elif kind is StepKind.EXTENDED and is_followed and not self.extra_days:
            self.extra_days = self.row.extension_days if on <= self.due(moves_last_day)[0] else 0
        elif kind is StepKind.HEARING_OPENED:
            if not self.row.stops_for_hearing or on > self.due(moves_last_day)[0]:
                return
            after_the_last = self.stops[-1].last + _DAY if self.stops else on
            self.stopped_on = self.stopped_on or max(on, after_the_last)
        elif kind is StepKind.HEARING_CLOSED and self.stopped_on is not None and on >= self.stopped_on:
            self.stops.append(DayRange(first=self.stopped_on, last=on))
            self.stopped_on = None

    def clock(self, moves_last_day: bool) -> Clock:
        """The period as it is published."""
        met_on = self.met_on or self.told_on
        counted = _counted(self.row, self.started_on, met_on, self.extra_days, moves_last_day)
        if not self.stops and self.stopped_on is None:
            return counted
        return counted.with_changes(
            due_on=self.due(moves_last_day)[0],
            stops=tuple(self.stops),
            is_stopped=self.stopped_on is not None and self.is_running,
        )

    def due(self, moves_last_day: bool) -> tuple[date, str]:
        """The last day, and the calendar that it was counted with where one was needed."""
        days = self.row.days + self.extra_days
        if self.row.working:
            due_on, is_known = add_working_days(self.started_on, days)
            return due_on, CALENDAR if is_known else WEEKENDS
        due_on = self.started_on + days * _DAY
        for stop in self.stops:
            # The day on which the period starts is not counted anyhow.
            due_on += max((stop.last - max(stop.first, self.started_on + _DAY)).days + 1, 0) * _DAY
        if not moves_last_day:
            return due_on, ""
        due_on, is_known = next_working_day(due_on - _DAY)
        return due_on, CALENDAR if is_known else WEEKENDS


@lru_cache(maxsize=16_384)
def _counted(
    row: DeadlineRule, started_on: date, met_on: date | None, extra_days: int, moves_last_day: bool
) -> Clock:
    """A clock that nothing stopped: of a day there are few, however many petitions came on it."""
    due_on, calendar = _Run(row, started_on, extra_days=extra_days).due(moves_last_day)
    return row.pattern.with_changes(
        started_on=started_on,
        days=row.days + extra_days,
        due_on=due_on,
        met_on=met_on,
        rule_version=f"{row.rule_version}/{calendar}" if calendar else row.rule_version,
    )
