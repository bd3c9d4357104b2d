"""Open cases go with a change of the register on its day: who is concerned, and the decisions that say so."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from consumers.search.days import today
from processors.register_files import load_template, read_changes, shipped_folder, unchanged_register
from processors.rules.jurisdiction import Jurisdictions
from processors.rules.register import Register
from processors.rules.register_change import first_of_each, with_changes
from processors.rules.territory.units import Template
from schemas.events import Case, Decision
from schemas.keys import digest
from schemas.life import JurisdictionDecision
from schemas.office_time import OFFICE_TIME, office_day
from schemas.register_events import RegisterChange
from schemas.terms import DecisionKind


def due_changes(changes: Iterable[RegisterChange], today: date) -> list[RegisterChange]:
    """The changes whose day has come, each once, in the order of their days."""
    due = (change for change in first_of_each(changes) if change.effective_on <= today)
    return sorted(due, key=lambda change: (change.effective_on, change.change_id))


def redeterminations(
    cases: Collection[Case], base: Register, template: Template, due: Sequence[RegisterChange]
) -> dict[str, list[Decision]]:
    """For each change the decisions about the open cases that it moves; `base` is the register before all of them."""
    made: dict[str, list[Decision]] = {}
    before = base
    for number, change in enumerate(due, 1):
        after = with_changes(base, template, due[:number])
        made[change.change_id] = [
            redetermination(row.case, change) for row in concerned(cases, before, after, change)
        ]
        before = after
    return made


def changed_by(folder: Path | None) -> Callable[[Collection[Case]], list[Decision]]:
    """What the changes that lie in a register's folder and are due today decide about cases, as in an instance."""
    source = folder or shipped_folder()
    due = due_changes(read_changes(source), today())

    def decided(cases: Collection[Case]) -> list[Decision]:
        if not due:
            return []
        made = redeterminations(cases, unchanged_register(source), load_template(source), due)
        return list(chain.from_iterable(made.values()))

    return decided


class Concerned(NamedTuple):
    """An open case whose unit is another one or bears another name from the day of a change on, or lies elsewhere."""

    case: Case
    before: JurisdictionDecision
    after: JurisdictionDecision


def concerned(
    cases: Iterable[Case], before: Register, after: Register, change: RegisterChange
) -> Iterator[Concerned]:
    """The open cases that a change moves: of before its day, and of later where it was not known yet. Each once."""
    earlier, later, on = Jurisdictions(before), Jurisdictions(after), change.effective_on
    for case in cases:
        if not case.is_open or _is_of_the_change(case, change) or _is_done(case, change):
            continue
        old, new = (_determined(case, desk, change) for desk in (earlier, later))
        is_gone = after.unit(case.jurisdiction.accountable_unit, on) is None
        places = (case.place.code, case.jurisdiction.unit_division)
        has_moved = any(before.path(one, on) != after.path(one, on) for one in places)
        if is_gone or has_moved or (old.accountable_unit, old.unit_name) != (new.accountable_unit, new.unit_name):
            yield Concerned(case, old, new)


def redetermination(case: Case, change: RegisterChange) -> Decision:
    """The decision that the case is determined again by the register of that day; always the same for both."""
    return Decision(
        decision_id=decision_id(case.case_id, change),
        kind=DecisionKind.REDETERMINE,
        case_id=case.case_id,
        home=case.home,
        by=change.by,
        at=max(datetime.combine(change.effective_on, time(), OFFICE_TIME), case.opened_at),
        reason=f"{change.basis}，自{change.effective_on}起",
        register_change=change.change_id,
    )


def decision_id(case_id: str, change: RegisterChange) -> str:
    """One decision for each case and change, however often it is asked for."""
    return "D" + digest("register-change", change.change_id, case_id)


def _is_of_the_change(case: Case, change: RegisterChange) -> bool:
    """It came on the day or later, and was determined by a register that knew: a decree is often entered late."""
    is_known = f"+{change.change_id}+" in f"{case.jurisdiction.register_version}+"
    return is_known and office_day(case.opened_at) >= change.effective_on


def _is_done(case: Case, change: RegisterChange) -> bool:
    wanted = decision_id(case.case_id, change)
    return any(note.decision_id == wanted for note in case.notes)


def _determined(case: Case, desk: Jurisdictions, change: RegisterChange) -> JurisdictionDecision:
    first = case.petitions[0]
    text = f"{first.title}\n{first.body}"
    return desk.determine(
        case.place,
        case.classification,
        text,
        first.source,
        first.channel,
        change.effective_on,
        case.jurisdiction.accused_units,
    )
