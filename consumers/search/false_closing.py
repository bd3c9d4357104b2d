"""Signs that a case was closed on paper only: the matter came again, it was closed at the last moment, or the answer
says the same as others. Pure.

Whether others say the same takes the other cases (`shared_answers`); a case tells its imprints.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from schemas.events import Case
from schemas.office_time import OFFICE_TIME, office_day
from schemas.petition import AnswerImprint
from schemas.terms import CaseStatus, ClockKind, DecisionKind, StepKind, Verdict

AGAIN_WITHIN: Final = timedelta(days=90)
_LAST_HOUR: Final = timedelta(hours=1)


def came_again(case: Case) -> bool:
    """Whether a letter about the matter came on a later day, within 90 days of a conclusion.

    Days are compared, because many dates bear no hour; what was sent to many offices did not come again.
    """
    closed_on = {office_day(at) for at in _concluded_at(case)}
    if not closed_on:
        return False
    received_on = {office_day(one.received_at) for one in case.petitions if one.verdict is not Verdict.SENT_TO_MANY}
    return any(timedelta() < day - closed <= AGAIN_WITHIN for closed in closed_on for day in received_on)


def was_closed_in_the_last_hour(case: Case) -> bool:
    """Whether a conclusion came in the last hour of the last day that article 34 gives for it."""
    closed_at = list(_concluded_at(case))
    if not closed_at:
        return False
    clocks = (*case.clocks, *(clock for petition in case.petitions for clock in petition.clocks))
    last_days = {clock.due_on for clock in clocks if clock.kind is ClockKind.CONCLUDE}
    ends = [datetime.combine(day + timedelta(days=1), time(), OFFICE_TIME) for day in last_days]
    return any(end - _LAST_HOUR <= at < end for at in closed_at for end in ends)


def answers(case: Case) -> list[str]:
    """Imprints of the answers with which counties concluded its petitions, each once."""
    return sorted({answer.digest for answer in _answers(case)})


def _answers(case: Case) -> Iterator[AnswerImprint]:
    for petition in case.petitions:
        told = [step.answer for step in petition.steps if step.kind is StepKind.CONCLUDED]
        if petition.reported_status is CaseStatus.CONCLUDED:
            told.append(petition.answer)
        yield from (answer for answer in told if answer is not None)


def _concluded_at(case: Case) -> Iterator[datetime]:
    """Every conclusion that a person decided or a county dated."""
    yield from (note.at for note in case.notes if note.kind is DecisionKind.CONCLUDE)
    for petition in case.petitions:
        yield from (step.at for step in petition.steps if step.kind is StepKind.CONCLUDED and step.is_dated)
        if petition.reported_status is CaseStatus.CONCLUDED and petition.reported_status_at is not None:
            yield petition.reported_status_at
