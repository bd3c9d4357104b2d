"""Which unit owes it to tell a petitioner what happens, and which did so in time: that is not always one. Pure.

The sender of a transfer stays accountable until another unit has accepted. But whoever received the matter tells the
petitioner, in a period that the transfer started (article 23).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from schemas.events import Case
from schemas.life import Clock
from schemas.office_time import office_day
from schemas.terms import ClockKind, DecisionKind, StepKind

PASSED_ON: Final = {DecisionKind.TRANSFER, DecisionKind.ASSIGN}
STEPS_PASSED_ON: Final = {StepKind.TRANSFERRED, StepKind.ASSIGNED}
STARTED_BY_ASKING: Final = frozenset({ClockKind.INFORM, ClockKind.OBJECT})
"""Periods of a case that a transfer or assignment starts for whoever received it (article 23)."""


def owing(case: Case) -> Iterator[tuple[Clock, str]]:
    """The periods of a case, not of its petitions, each with the unit that was asked and for which it runs or ran.

    "" where that is the accountable unit: the period is another one, nobody says who was asked, or somebody else has
    been asked meanwhile. Of what was met on the day of several transfers nobody can tell for whom it ran.
    """
    asked = _asked(case) if any(clock.kind in STARTED_BY_ASKING for clock in case.clocks) else {}
    for clock in case.clocks:
        units = asked.get(clock.started_on, set()) if clock.kind in STARTED_BY_ASKING else set()
        if clock.met_on is None:
            yield clock, case.asked_unit if case.asked_unit in units else ""
        else:
            yield clock, next(iter(units)) if len(units) == 1 else ""


def informing(case: Case) -> dict[str, Any]:
    """What a document says about who tells petitioners: the units that kept all their periods, and that did not.

    `uninformed` holds the first last day of what is owed now, by the accountable unit and by the one that was asked;
    nothing of a unit that was late before, so that it is in one of the three at most.
    """
    unit = case.jurisdiction.accountable_unit
    owed = [(clock, asked or unit) for clock, asked in owing(case) if clock.kind is ClockKind.INFORM]
    owed += [(c, unit) for petition in case.petitions for c in petition.clocks if c.kind is ClockKind.INFORM]
    late = {who for clock, who in owed if clock.met_on is not None and clock.met_on > clock.due_on}
    unmet = {who for clock, who in owed if clock.met_on is None}
    due: dict[str, date] = {}
    for clock, who in owed if case.is_open else ():
        if clock.is_running and who not in late:
            role = "unit" if who == unit else "asked"
            due[role] = min(due.get(role, clock.due_on), clock.due_on)
    return {
        "informed_by": sorted({who for _, who in owed} - late - unmet),
        "informed_late_by": sorted(late),
        "uninformed": due,
    }


def _asked(case: Case) -> Mapping[date, set[str]]:
    """Day → the units to which the matter was sent on it, as people decided or counties reported."""
    found = defaultdict[date, set[str]](set)
    for note in case.notes:
        if note.kind in PASSED_ON and note.unit:
            found[office_day(note.at)].add(note.unit)
    for petition in case.petitions:
        for step in petition.steps:
            if step.kind in STEPS_PASSED_ON and step.to_unit:
                found[office_day(step.at)].add(step.to_unit)
    return found
