"""What an office need not accept again (articles 19 and 36): it is registered, told why, and kept in its case.

Only the same petitioner's: whoever joins is owed an answer.
"""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from processors.rules.life import Life
from processors.rules.reasons import reason
from processors.rules.register import BEGINNING, END
from processors.rules.tenure import Accountable
from schemas.events import CasePetition
from schemas.life import Clock, JurisdictionDecision, NotAccepted
from schemas.office_time import office_day
from schemas.terms import ClockKind

IsAbove = Callable[[str, str, date], bool]
"""Whether a division is above another one on a day."""


@dataclass(frozen=True, slots=True)
class AcceptanceRule:
    """One row of `acceptance.toml`."""

    when: str
    article: str
    rule_version: str
    valid_from: date = BEGINNING
    valid_to: date = END


@cache
def acceptance_rules() -> tuple[AcceptanceRule, ...]:
    """The table that is shipped."""
    rows = tomllib.loads((files("processors.rules") / "acceptance.toml").read_text("utf-8"))["rule"]
    return tuple(AcceptanceRule(**row) for row in rows)


def judged_for_acceptance(
    members: tuple[CasePetition, ...],
    life: Life,
    clocks: Iterable[Clock],
    held: Accountable,
    is_above: IsAbove,
) -> tuple[CasePetition, ...]:
    """The petitions of a case, in order, each with why it is not accepted again, where it is not.

    Whether an office is a superior depends on the unit that had the matter in hand when the petition came.
    """
    if len(members) < 2 or not life.steps:
        return tuple(m if m.not_accepted is None else m.with_changes(not_accepted=None) for m in members)
    periods = [clock for clock in clocks if clock.kind is ClockKind.CONCLUDE]
    seen: set[str] = set()
    result = []
    for member in members:
        found = None
        if member.petitioner_ref is not None and member.petitioner_ref in seen:
            found = _not_accepted(member, life, periods, held.at(member.received_at), is_above)
        seen |= {member.petitioner_ref} if member.petitioner_ref is not None else set()
        result.append(member if member.not_accepted == found else member.with_changes(not_accepted=found))
    return tuple(result)


def _not_accepted(
    member: CasePetition, life: Life, periods: list[Clock], held: JurisdictionDecision, is_above: IsAbove
) -> NotAccepted | None:
    on = office_day(member.received_at)
    if member.petition_id in life.ended:
        return _told("ended", on, held, "")
    period = next((clock for clock in periods if _is_running_on(clock, on)), None)
    if period is not None and is_above(member.source, held.unit_division, on):
        return _told("in_hand", on, held, period.due_on.isoformat())
    return None


def _is_running_on(clock: Clock, on: date) -> bool:
    return clock.started_on <= on <= clock.due_on and (clock.met_on is None or on <= clock.met_on)


def _told(when: str, on: date, held: JurisdictionDecision, due: str) -> NotAccepted | None:
    row = next((r for r in acceptance_rules() if r.when == when and r.valid_from <= on < r.valid_to), None)
    if row is None:
        return None
    sentence, fields = reason(f"not_accepted_{when}"), {"unit": held.unit_name, "due": due}
    return NotAccepted(
        article=row.article,
        rule_version=row.rule_version,
        reason=sentence.zh.format_map(fields),
        reason_en=sentence.en.format_map(fields),
    )
