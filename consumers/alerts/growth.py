"""What a case has grown to: repeated, joined by others, passed on, extended. Pure.

What many people ask for is a reason for an office to act, and nothing else: counts, never who.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from consumers.search.documents import people
from consumers.search.informing import PASSED_ON, STEPS_PASSED_ON
from schemas.events import Case
from schemas.life import CaseStep
from schemas.office_time import office_day
from schemas.terms import DecisionKind, StepKind, Verdict

LEAST_TOLD = 2
"""Below it no rule can have anything to tell, and nothing is kept."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Counts of one case, and the steps that no reason was given for."""

    repeats: int = 0
    people: int = 0
    passed_on: int = 0
    unexplained: tuple[str, ...] = ()
    """Extensions that a county reported without saying why."""
    last_on: date = date.min
    """When its latest letter came."""
    acted_on: date = date.min
    """When it was last passed on or extended."""


NOTHING_GROWN: Final = Growth()


def grown(case: Case) -> Growth:
    """What a case has grown to; nothing where it is one letter of one person.

    That many people stand behind a matter is told of its first volume, once.
    """
    repeats = sum(petition.verdict is Verdict.REPEAT for petition in case.petitions)
    count = people(case.petitions) if not case.volume_of else 0
    passed_on = sum(note.kind in PASSED_ON for note in case.notes) + len(_steps_passed_on(case))
    unexplained = _unexplained(case)
    if max(repeats, count, passed_on) < LEAST_TOLD and not unexplained:
        return NOTHING_GROWN
    last_on = max((office_day(petition.received_at) for petition in case.petitions), default=date.min)
    return Growth(repeats, count, passed_on, unexplained, last_on, _acted_on(case))


def _acted_on(case: Case) -> date:
    decided = [note.at for note in case.notes if note.kind in PASSED_ON]
    kinds = {*STEPS_PASSED_ON, StepKind.EXTENDED}
    reported = [step.at for step in _reported(case) if step.kind in kinds]
    return max(map(office_day, (*decided, *reported)), default=date.min)


def _steps_passed_on(case: Case) -> set[tuple[str, str]]:
    """What counties reported; of the petitions of one case the same transfer on one day is one.

    A ledger does not say to whom, so it tells nothing new of a day of which that was reported.
    """
    found = {
        (step.to_unit, office_day(step.at).isoformat())
        for step in _reported(case)
        if step.kind in STEPS_PASSED_ON and step.is_dated
    }
    named = {day for unit, day in found if unit}
    return {(unit, day) for unit, day in found if unit or day not in named}


def _reported(case: Case) -> Iterator[CaseStep]:
    """What counties reported of all petitions, with the newest standing in a ledger where its day was stated."""
    for petition in case.petitions:
        yield from petition.steps
        own = petition.own_step
        if own is not None and own.is_dated:
            yield own


def _unexplained(case: Case) -> tuple[str, ...]:
    """Extensions without a reason (article 34); one that a person decided has its reason."""
    if any(note.kind is DecisionKind.EXTEND for note in case.notes):
        return ()
    return tuple(
        step.step_id
        for petition in case.petitions
        for step in petition.steps
        if step.kind is StepKind.EXTENDED and not step.article
    )
