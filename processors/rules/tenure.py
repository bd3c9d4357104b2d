"""Who is accountable from when: one unit at every moment, and every refusal on record (articles 23, 24).

The unit that the register names is accountable from the beginning. A transfer alone moves nothing: the sender stays
accountable until the receiver has accepted, so that a transfer which is never accepted falls back by itself, and
"not ours" ends nothing. At the third refusal the lowest common superior of all concerned is accountable until it has
ruled. A ruling stands against later refusals.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from processors.rules.steps import PASSED_ON, Step
from schemas.life import JurisdictionDecision, Refusal, Tenure
from schemas.office_time import office_day
from schemas.terms import Ground, StepKind

FORCED_AT = 3
"""Refusals after which the common superior must rule."""
MOVING = frozenset({*PASSED_ON, StepKind.OBJECTED, StepKind.ACCEPTED, StepKind.HANDLING})

_NEVER: Mapping[str, JurisdictionDecision] = MappingProxyType({})


class Moved(NamedTuple):
    """Why another unit became accountable: the unit, the ground, the sentence for it, and who said so."""

    unit: str
    ground: Ground
    key: str
    on: date
    by: str = ""
    concerned: frozenset[str] = frozenset()
    """The units between which the superior rules."""


@dataclass(frozen=True, slots=True)
class Offices:
    """What the register answers about units on a day; None where it knows no such unit or none may be accountable."""

    decision: Callable[[Moved, JurisdictionDecision], JurisdictionDecision | None]
    superior: Callable[[frozenset[str], date, JurisdictionDecision], str]
    objection_due: Callable[[date], date]
    """The last day for an objection to what was received on that day."""


class Accountable(NamedTuple):
    """The unit that is accountable now, who was before, and the refusals."""

    jurisdiction: JurisdictionDecision
    tenures: tuple[Tenure, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    unfollowed: frozenset[str] = frozenset()
    """Steps that named a unit which the register does not know or which must not handle the case."""
    asked: str = ""
    """The unit to which the matter was sent and that has not answered; accountable it is not yet."""
    held: tuple[tuple[datetime, JurisdictionDecision], ...] = ()
    """Since when, and by which decision, each unit of `tenures` was accountable; empty while it was one."""

    def at(self, moment: datetime) -> JurisdictionDecision:
        """The decision by which a unit was accountable at a moment; before the first one, the first."""
        before = [decision for since, decision in self.held if since <= moment] or [d for _, d in self.held[:1]]
        return before[-1] if before else self.jurisdiction


def accountable(
    determined: JurisdictionDecision,
    opened_at: datetime,
    steps: tuple[Step, ...],
    offices: Offices,
    later: Mapping[str, JurisdictionDecision] = _NEVER,
) -> Accountable:
    """Follow the steps from the unit that the register names to the one that is accountable now.

    `later` holds, by step, what the register determined on the days on which it changed.
    """
    if not later and not [s for s in steps if s.kind in MOVING and (s.unit or s.to_unit or _refuses(s))]:
        return Accountable(determined)
    walk = _Walk(determined, opened_at, offices, later)
    for step in steps:
        walk.take(step)
    return walk.result()


def unowned(tenures: tuple[Tenure, ...], opened_at: datetime) -> timedelta:
    """Time for which no unit was accountable: from the opening to the first tenure. It must be zero."""
    return max(tenures[0].since - opened_at, timedelta()) if tenures else timedelta()


def _refuses(step: Step) -> bool:
    return step.kind is StepKind.OBJECTED


@dataclass(slots=True)
class _Walk:
    """The state while the steps are followed."""

    determined: JurisdictionDecision
    opened_at: datetime
    offices: Offices
    later: Mapping[str, JurisdictionDecision] = field(default_factory=dict)
    current: JurisdictionDecision = field(init=False)
    asked: str = ""
    """The unit to which the matter was sent and that has not answered."""
    asked_on: date = field(init=False)
    refused_by: set[str] = field(default_factory=set)
    """Who has refused since the matter was last sent on or accepted."""
    is_ruled: bool = False
    held: list[tuple[datetime, JurisdictionDecision]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    unfollowed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.current = self.determined
        self.asked_on = office_day(self.opened_at)
        self.held = [(self.opened_at, self.determined)]

    @property
    def _unit(self) -> str:
        return self.current.accountable_unit

    def take(self, step: Step) -> None:
        if step.kind in PASSED_ON:
            self._passed_on(step)
        elif step.step_id in self.later:
            self._redetermined(step, self.later[step.step_id])
        elif step.kind is StepKind.OBJECTED:
            self._refused(step)
        elif step.kind in {StepKind.ACCEPTED, StepKind.HANDLING}:
            self._accepted(step)

    def result(self) -> Accountable:
        held = tuple(self.held) if len(self.held) > 1 else ()
        moves = tuple(Tenure(unit=by.accountable_unit, since=since, ground=by.ground) for since, by in held)
        return Accountable(self.current, moves, tuple(self._judged()), frozenset(self.unfollowed), self.asked, held)

    def _passed_on(self, step: Step) -> None:
        if step.kind is StepKind.REASSIGNED:
            ruled = self._move(step, Moved(step.to_unit, Ground.DECIDED, "decided", office_day(step.at), step.by))
            self.is_ruled = self.is_ruled or ruled
            self._ask()
        elif step.to_unit and not self._may_be_asked(step):
            self.unfollowed.add(step.step_id)
        else:
            self._ask(step.to_unit if step.to_unit != self._unit else "")
            self.asked_on = office_day(step.at)

    def _ask(self, unit: str = "") -> None:
        """From now on this unit is asked, or none; who has refused before may refuse anew."""
        self.asked = unit
        self.refused_by.clear()

    def _redetermined(self, step: Step, found: JurisdictionDecision) -> None:
        """The case goes with its place and powers; what people ruled stays while that unit exists."""
        on = office_day(step.at)
        is_by_people = self.current is not self.determined
        self.determined = found
        if is_by_people and self.offices.decision(Moved(self._unit, self.current.ground, "decided", on), found):
            return
        if found.accountable_unit != self._unit:
            self.held.append((max(step.at, self.opened_at), found))
        self.current, self.is_ruled = found, False
        self._ask()

    def _accepted(self, step: Step) -> None:
        """Who has accepted is accountable from then on; a report without a unit speaks of the one that was asked."""
        taker = step.unit or self.asked
        if taker and taker != self._unit:
            self._move(step, Moved(taker, Ground.DECIDED, "taken_over", office_day(step.at), step.by))
        self._ask()

    def _refused(self, step: Step) -> None:
        """Counties report of each petition: of several in one case it is one refusal, until the matter is sent on."""
        if not step.unit and not self.asked and self.refused_by:
            return
        unit = step.unit or self.asked or self._unit
        if unit in self.refused_by:
            return
        self.refused_by.add(unit)
        due_on = self.offices.objection_due(self.asked_on)
        self.refusals.append(
            Refusal(
                step_id=step.step_id,
                at=step.at,
                unit=unit,
                sender=self._unit,
                article=step.article,
                due_on=due_on,
                is_in_time=office_day(step.at) <= due_on,
                wrong_unit="",
            )
        )
        self.asked = ""
        if len(self.refusals) == FORCED_AT and not self.is_ruled:
            concerned = frozenset({r.unit for r in self.refusals} | {r.sender for r in self.refusals})
            on = office_day(step.at)
            superior = self.offices.superior(concerned, on, self.determined)
            self._move(step, Moved(superior, Ground.COMMON_SUPERIOR, "forced_ruling", on, concerned=concerned))

    def _move(self, step: Step, moved: Moved) -> bool:
        found = self.offices.decision(moved, self.determined)
        if found is None:
            self.unfollowed.add(step.step_id)
            return False
        if found.accountable_unit != self._unit:
            self.held.append((max(step.at, self.opened_at), found))
        self.current = found
        return True

    def _may_be_asked(self, step: Step) -> bool:
        asked = Moved(step.to_unit, Ground.DECIDED, "decided", office_day(step.at))
        return self.offices.decision(asked, self.determined) is not None

    def _judged(self) -> Iterator[Refusal]:
        """Each refusal against what holds in the end: a person's ruling, else the register."""
        rightful = self.current if self.is_ruled else self.determined
        for refusal in self.refusals:
            wrong, reason = _verdict(refusal, rightful.accountable_unit)
            yield refusal.with_changes(wrong_unit=wrong, reason=reason)


def _verdict(refusal: Refusal, rightful: str) -> tuple[str, str]:
    if refusal.unit == rightful:
        return refusal.unit, "名录或者裁定载明属于该单位职权范围"
    if not refusal.article:
        return refusal.unit, "未说明理由和依据"
    if not refusal.is_in_time:
        return refusal.unit, "超过五个工作日"
    if refusal.sender == refusal.unit:
        return "", "名录原定该单位，裁定已经更改"
    return refusal.sender, "名录或者裁定载明不属于该单位职权范围"
