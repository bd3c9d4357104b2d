"""The life of a case: where it stands, from all that counties reported and people decided.

A checked state machine whose transitions are data (`steps.toml`). The standing follows from the set of steps in the
order in which they happened, never from the order in which they became known. A step that does not fit is kept and
marked (`Irregularity`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from processors.rules.deadlines import last_day, shipped_rules
from processors.rules.reported_steps import steps_of
from processors.rules.steps import PASSED_ON, Move, Step, rank_of, table
from schemas.events import CLOSED, CasePetition
from schemas.life import CaseNote, Irregularity
from schemas.office_time import office_day
from schemas.terms import CaseStatus, ClockKind, DecisionKind, StepKind

DECIDED_AS = {
    DecisionKind.TRANSFER: StepKind.TRANSFERRED,
    DecisionKind.ASSIGN: StepKind.ASSIGNED,
    DecisionKind.OBJECT: StepKind.OBJECTED,
    DecisionKind.INFORM: StepKind.INFORMED,
    DecisionKind.HANDLE: StepKind.HANDLING,
    DecisionKind.ACCEPT: StepKind.ACCEPTED,
    DecisionKind.DECLINE: StepKind.DECLINED,
    DecisionKind.REASSIGN: StepKind.REASSIGNED,
    DecisionKind.REDETERMINE: StepKind.REDETERMINED,
    DecisionKind.EXTEND: StepKind.EXTENDED,
    DecisionKind.CONCLUDE: StepKind.CONCLUDED,
    DecisionKind.REQUEST_REVIEW: StepKind.REVIEW_REQUESTED,
    DecisionKind.REVIEW: StepKind.REVIEWED,
    DecisionKind.REQUEST_RE_REVIEW: StepKind.RE_REVIEW_REQUESTED,
    DecisionKind.OPEN_HEARING: StepKind.HEARING_OPENED,
    DecisionKind.CLOSE_HEARING: StepKind.HEARING_CLOSED,
    DecisionKind.RE_REVIEW: StepKind.RE_REVIEWED,
    DecisionKind.TERMINATE: StepKind.TERMINATED,
    DecisionKind.REOPEN: StepKind.REOPENED,
    DecisionKind.RATE: StepKind.RATED,
}
_REVIEWS = frozenset({CaseStatus.REVIEW, CaseStatus.RE_REVIEW})
_OPINIONS = frozenset({CaseStatus.REVIEWED, CaseStatus.RE_REVIEWED})
_HANDLING = frozenset(
    {
        StepKind.TRANSFERRED,
        StepKind.ASSIGNED,
        StepKind.OBJECTED,
        StepKind.ACCEPTED,
        StepKind.DECLINED,
        StepKind.HANDLING,
        StepKind.EXTENDED,
        StepKind.CONCLUDED,
        StepKind.REOPENED,
    }
)
"""Steps of handling; while an opinion is reviewed they are about what is open beside it."""
_LITIGATION = "litigation"
_PERIODS = {
    StepKind.EXTENDED: ClockKind.CONCLUDE,
    StepKind.REVIEW_REQUESTED: ClockKind.ASK_REVIEW,
    StepKind.RE_REVIEW_REQUESTED: ClockKind.ASK_RE_REVIEW,
}
"""Within which period a step is in time."""
_ASKED_BEFORE = {
    StepKind.REVIEWED: ClockKind.ASK_REVIEW,
    StepKind.RE_REVIEWED: ClockKind.ASK_RE_REVIEW,
}
"""Which request an opinion speaks of that came without one."""


class Life(NamedTuple):
    """What has happened to a case, and where it stands now."""

    status: CaseStatus = CaseStatus.REGISTERED
    steps: tuple[Step, ...] = ()
    """In the order in which they happened."""
    odd: tuple[Irregularity, ...] = ()
    ended: frozenset[str] = frozenset()
    """Petitions of those whose matter had come to its end before, and which nobody has taken up again since."""


UNTOUCHED = Life()


def lived(members: tuple[CasePetition, ...], notes: tuple[CaseNote, ...], category: str = "") -> Life:
    """The life of a case from its petitions and the decisions about it; its category says what may end it."""
    reported = [(member, steps_of(member)) for member in members]
    steps = [step for _, found in reported for step in found]
    if notes:
        steps += decided(notes)
    # Each petition has its registration.
    if len(steps) == len(members):
        return UNTOUCHED
    who = {step.step_id: member.petitioner_ref or member.petition_id for member, found in reported for step in found}
    walk = _Walk(who, is_litigation=category == _LITIGATION)
    steps.sort()
    for step in steps:
        walk.take(step)
    return Life(walk.status, tuple(steps), tuple(walk.odd), frozenset(walk.not_again))


def decided(notes: Iterable[CaseNote]) -> Iterator[Step]:
    """What people decided, as steps."""
    for note in notes:
        kind = DECIDED_AS.get(note.kind) if note.kind is not None else None
        if kind is not None:
            receiver = note.unit if kind in PASSED_ON else ""
            taker = "" if kind in PASSED_ON else note.unit
            rank = rank_of(kind)
            yield Step(note.at, rank, note.decision_id, kind, taker, receiver, note.article, note.by)


@dataclass(slots=True)
class _Walk:
    """Where the case stands while its steps are followed."""

    who: Mapping[str, str]
    """Of whose petition a county reported each step, an anonymous one by itself; not there what people decided."""
    is_litigation: bool = False
    status: CaseStatus = CaseStatus.REGISTERED
    beside: CaseStatus | None = None
    """Where what has to be done besides a review stands: for those who joined, and what was taken up anew."""
    seen: set[str] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)
    """Whom the latest opinion is for: only these can ask for its review."""
    is_joined: bool = False
    """Whether somebody whom no opinion is for is owed an answer."""
    ended: set[str] = field(default_factory=set)
    """Who had the re-review or the termination: what these bring again is not accepted (article 36)."""
    not_again: set[str] = field(default_factory=set)
    until: dict[ClockKind, date] = field(default_factory=dict)
    """The last day of each period of `_PERIODS` that has started and was not met."""
    is_extended: bool = False
    odd: list[Irregularity] = field(default_factory=list)

    def take(self, step: Step) -> None:
        """Follow one step, and mark it where it does not fit."""
        if step.kind is StepKind.REGISTERED and self._joins(step):
            return
        is_beside = self.beside is not None and step.kind in _HANDLING and self._is_for_others(step)
        before = self.beside if is_beside and self.beside is not None else self.status
        moves = table().moves.get((step.kind, before), ())
        to, is_regular, _ = next((move for move in moves if self._holds(move, step)), Move(before, is_regular=False))
        if step.kind is StepKind.EXTENDED:
            is_regular = is_regular and not self.is_extended
            self.is_extended = self.is_extended or is_regular
        has_moved = to is not before
        is_first = to in _OPINIONS and step.kind in _ASKED_BEFORE and self._hears_first(step)
        if not is_regular:
            self._mark(step, before, is_followed=has_moved)
            if step.kind in _ASKED_BEFORE:
                self.until.pop(_ASKED_BEFORE[step.kind], None)
        if is_beside:
            self.beside = to
        elif has_moved:
            self._move(to, is_all=is_first and not self.is_joined)
        self._hear(step, to)
        self._end(step)
        if step.kind in shipped_rules().telling:
            self._count(step, has_moved=has_moved, is_regular=is_regular)

    def _is_for_others(self, step: Step) -> bool:
        """While somebody who joined waits, what is reported of the others' petitions does not answer that one."""
        return not self.is_joined or self.who.get(step.step_id) not in self.heard

    def _holds(self, move: Move, step: Step) -> bool:
        if move.where == "in_time":
            period = _PERIODS[step.kind]
            unknown = date.max if period is ClockKind.CONCLUDE else date.min
            return office_day(step.at) <= self.until.get(period, unknown)
        if move.where == "unasked":
            return _ASKED_BEFORE[step.kind] in self.until
        if move.where == "reported":
            return step.step_id in self.who
        who = self.who.get(step.step_id)
        if move.where == "others_wait":
            return self.is_joined and (who in self.heard or who in self.ended)
        if move.where == "litigation":
            return self.is_litigation
        return not move.where or who in self.ended

    def _mark(self, step: Step, status: CaseStatus, *, is_followed: bool) -> None:
        self.odd.append(
            Irregularity(step_id=step.step_id, kind=step.kind, at=step.at, status=status, is_followed=is_followed)
        )

    def _hears_first(self, step: Step) -> bool:
        """Whether a county left out what came before an opinion, which then is for whose petition it is reported of.

        Who else has petitioned still waits for one.
        """
        who = self.who.get(step.step_id)
        if who is None or who in self.heard or self.status in _REVIEWS:
            return False
        self.heard.add(who)
        self.is_joined = not self.seen <= self.heard
        return True

    def _move(self, to: CaseStatus, *, is_all: bool = False) -> None:
        """A review goes on beside what is open, and gives way to it when its opinion is there.

        Nothing is open beside an opinion that `is_all`: it tells the end of what was open, and nobody else waits.
        """
        beside = self.beside
        if self.status not in _REVIEWS and not is_all:
            is_taken_up = self.status not in CLOSED | {CaseStatus.REGISTERED}
            is_owed = self.status is CaseStatus.REGISTERED and self.is_joined
            beside = self.status if is_taken_up or is_owed else None
        if to in _OPINIONS and beside is not None and beside not in CLOSED:
            to = beside
        self.status, self.beside = to, beside if to in _REVIEWS else None

    def _hear(self, step: Step, to: CaseStatus) -> None:
        """For whom an opinion was given."""
        if to in CLOSED and step.kind in _HANDLING:
            self.is_joined = False
            if self.beside is None:
                self.heard = set(self.seen)
        elif step.kind is StepKind.REVIEW_REQUESTED and to is CaseStatus.REVIEW and not self.is_joined:
            self.heard = set(self.seen)

    def _joins(self, step: Step) -> bool:
        """Whoever is new is owed an answer, also beside a review; an anonymous petition is nobody's repeat.

        Tells whether the case is open, so that the petition changes nothing about where it stands: most do not.
        """
        who = self.who[step.step_id]
        if who in self.ended:
            self.not_again.add(step.step_id)
        elif who not in self.heard:
            self.is_joined = True
            if self.status in _REVIEWS and (self.beside is None or self.beside in CLOSED):
                self.beside = CaseStatus.REGISTERED
        self.seen.add(who)
        return self.status not in CLOSED

    def _end(self, step: Step) -> None:
        """A re-review ends the matter of those for whom the opinion was, of all where none was reported.

        A termination by itself does so in matters of litigation only; elsewhere it follows a re-review (article 36).
        """
        if step.kind is StepKind.RE_REVIEWED:
            self.ended |= self.heard or self.seen
        elif step.kind is StepKind.TERMINATED and self.is_litigation:
            self.ended |= self.seen
        elif step.kind is StepKind.REOPENED:
            self.ended.clear()

    def _count(self, step: Step, *, has_moved: bool, is_regular: bool) -> None:
        """Start and end the periods that decide whether a step is in time; an unstated day is nobody's last one."""
        rules, on = shipped_rules(), office_day(step.at)
        for kind in tuple(self.until):
            row = rules.row(kind, on, "case")
            is_kept = step.kind is StepKind.TERMINATED and not is_regular and kind is not ClockKind.CONCLUDE
            if row is not None and step.kind in row.until and not is_kept:
                del self.until[kind]
        for row in rules.started_by(step.kind, on) if is_regular or has_moved else ():
            if row.is_petitioners and has_moved:
                self.until[row.kind] = last_day(row.kind, on) if step.is_dated else date.max
            elif row.kind is ClockKind.CONCLUDE and step.is_dated and row.kind not in self.until:
                self.until[row.kind], self.is_extended = last_day(row.kind, on), False
