"""What becomes of a case: the accountable unit, its periods, the steps that were taken, who refused."""

from datetime import date, datetime

from schemas.contract import Contract, Instant
from schemas.petition import AnswerImprint
from schemas.terms import (
    CaseStatus,
    ClockKind,
    DecisionKind,
    Ground,
    Level,
    Rating,
    StepKind,
)


class AssistingUnit(Contract):
    """A unit that helps the accountable one (协办单位). It owes the petitioner no answer and no clock runs for it."""

    unit: str
    unit_name: str
    category: str
    """What of the letter is its business."""
    article: str
    reason: str
    reason_en: str = ""


class JurisdictionDecision(Contract):
    """The one accountable unit of a case, and why."""

    accountable_unit: str
    unit_name: str
    unit_level: Level
    unit_division: str
    ground: Ground
    article: str
    reason: str
    """In Chinese, for officials and petitioners; holds no personal value."""
    reason_en: str = ""
    evidence: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    """Other units that were considered, each with the reason against it."""
    accused_unit: str = ""
    """The unit complained about: it never handles the case nor receives identity or material (articles 28, 30)."""
    also_accused: tuple[str, ...] = ()
    """Further units complained about, under the same rule."""
    assisting: tuple[AssistingUnit, ...] = ()
    """Units that help the accountable one, because the letter is about their business, too."""
    register_version: str

    @property
    def accused_units(self) -> frozenset[str]:
        """All units complained about."""
        return frozenset({self.accused_unit, *self.also_accused} - {""})


RIGHTS = frozenset({ClockKind.OBJECT})
"""Periods in which a unit may act and breaks nothing where it does not: it may say "not ours" (articles 23, 24).

Who lets the period pass owes what it would owe anyhow, within the period of its own: to tell the petitioner.
"""


class DayRange(Contract):
    """Days from the first to the last, both included."""

    first: date
    last: date


class Clock(Contract):
    """One period of one petition or case: a pure function of events, calendar and rule version."""

    kind: ClockKind
    article: str
    started_on: date
    days: int
    is_working_days: bool = False
    due_on: date
    met_on: date | None = None
    rule_version: str
    stops: tuple[DayRange, ...] = ()
    """Days that are not counted: those of a hearing (article 36)."""
    is_stopped: bool = False
    """While a hearing lasts nothing runs out; the last day is known when it has closed."""
    is_petitioners: bool = False
    """Whether the petitioner may act until then: such a period is told, and no alert follows from it."""

    @property
    def is_running(self) -> bool:
        """Whether an office has to act until `due_on`."""
        return self.met_on is None and not self.is_stopped and not self.is_petitioners and not self.is_right

    @property
    def is_right(self) -> bool:
        """Whether it is a right of a unit: such a period is told, and is neither overdue nor kept nor late."""
        return self.kind in RIGHTS

    @property
    def is_open_right(self) -> bool:
        """Whether a unit may still use its right, until `due_on`."""
        return self.is_right and self.met_on is None


class CaseStep(Contract):
    """One thing that happened in the life of a case, as a county reported it about one petition."""

    step_id: str
    """Petition, kind and second: the same report again is the same step."""
    kind: StepKind
    at: Instant
    unit: str = ""
    """Who took the step, where it is known: who accepts, who objects."""
    to_unit: str = ""
    """To whom it was transferred or assigned."""
    article: str = ""
    """What an objection cites."""
    is_dated: bool = True
    """Whether the county stated its day; else it stands behind what was known before, and starts no clock."""
    answer: AnswerImprint | None = None
    """Of the answer that was given with it."""


REPORTED_AS = {
    CaseStatus.REGISTERED: StepKind.REGISTERED,
    CaseStatus.ACCEPTED: StepKind.ACCEPTED,
    CaseStatus.DECLINED: StepKind.DECLINED,
    CaseStatus.TRANSFERRED: StepKind.TRANSFERRED,
    CaseStatus.ASSIGNED: StepKind.ASSIGNED,
    CaseStatus.HANDLING: StepKind.HANDLING,
    CaseStatus.CONCLUDED: StepKind.CONCLUDED,
    CaseStatus.REVIEW: StepKind.REVIEW_REQUESTED,
    CaseStatus.REVIEWED: StepKind.REVIEWED,
    CaseStatus.RE_REVIEW: StepKind.RE_REVIEW_REQUESTED,
    CaseStatus.RE_REVIEWED: StepKind.RE_REVIEWED,
    CaseStatus.TERMINATED: StepKind.TERMINATED,
}
"""Which step a reported standing tells of. `merged` is the platform's own word."""


def step_id(petition_id: str, kind: StepKind, at: datetime) -> str:
    """The same report about a petition is the same step, however often it comes."""
    return f"{petition_id}-{kind.value}-{at.timestamp():.0f}"


class NotAccepted(Contract):
    """Why an office need not accept what the same petitioner brings again; the petition stays with its case."""

    article: str
    rule_version: str
    reason: str
    reason_en: str = ""


class CaseNote(Contract):
    """One line of a case's story: what happened, when, and on whose decision."""

    at: Instant
    text: str
    by: str = ""
    decision_id: str = ""
    kind: DecisionKind | None = None
    """What was decided, for a person's decision."""
    unit: str = ""
    """The unit that the decision names."""
    article: str = ""
    """What the decision cites."""
    case_id: str = ""
    """The case that the decision named; where a case is taken apart, the note goes with the petition of that name."""
    rating: Rating | None = None


class Irregularity(Contract):
    """A step that does not fit where the case stood when it happened: kept and shown, never dropped."""

    step_id: str
    kind: StepKind
    at: Instant
    status: CaseStatus
    """Where the case stood."""
    is_followed: bool = False
    """Whether the case moved all the same."""


class Refusal(Contract):
    """One "not ours" (提出异议) of article 23, checked against the register. It never ends a case."""

    step_id: str
    at: Instant
    unit: str
    """Who refused."""
    sender: str
    """Who stayed accountable."""
    article: str = ""
    """What it cites; without a ground the objection does not hold."""
    due_on: date
    """The fifth working day."""
    is_in_time: bool
    wrong_unit: str
    """Who was wrong: the unit that refused, or the one that sent; empty where a ruling corrected the register."""
    reason: str = ""


class Tenure(Contract):
    """A unit that was accountable from one moment until the next tenure begins."""

    unit: str
    since: Instant
    ground: Ground
