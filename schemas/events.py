"""Every message on a topic. Identity is not here: events carry `petitioner_ref` only."""

from datetime import date
from typing import Literal

from pydantic import Field

from schemas.contract import Contract, Instant
from schemas.divisions import place_path
from schemas.life import (
    REPORTED_AS,
    CaseNote,
    CaseStep,
    Clock,
    Irregularity,
    JurisdictionDecision,
    NotAccepted,
    Refusal,
    Tenure,
    step_id,
)
from schemas.petition import AnswerImprint, Classification, LinkedPetition, Place
from schemas.terms import (
    AlertRule,
    CaseStatus,
    DecisionKind,
    Opinion,
    Rating,
    RejectReason,
    ReportKind,
    Stage,
    StepKind,
    Verdict,
)


class CasePetition(LinkedPetition):
    """A petition as a member of its case. Each keeps its own clocks, because each petitioner is owed an answer."""

    verdict: Verdict
    matched_petition_id: str = ""
    """The earlier petition that the verdict rests on."""
    score: float = 0.0
    evidence: tuple[str, ...] = ()
    clocks: tuple[Clock, ...] = ()
    counted_from: date | None = None
    """The day of receipt that was stated first, where a later revision states another one: it starts the clocks."""
    steps: tuple[CaseStep, ...] = ()
    """What was reported besides `reported_status`: by earlier revisions, and by status events."""
    accused_units: tuple[str, ...] | None = None
    """Units that this letter complains about, by the place of its case; None where the decision of the case tells it,
    as of the first letter."""
    not_accepted: NotAccepted | None = None
    """Brought to a superior while a unit handles it (article 19), or again after a re-review (article 36)."""

    @property
    def own_step(self) -> CaseStep | None:
        """The step that `reported_status` tells of. When the row was changed says nothing about its day.

        Without a day it is undated and stands at the receipt; once other steps are known, they have it among them.
        """
        kind, at = self.own_kind, self.reported_status_at
        if kind is None:
            return None
        stands_at = at or self.received_at
        name = step_id(self.petition_id, kind, stands_at)
        return CaseStep.trusted(step_id=name, kind=kind, at=stands_at, is_dated=at is not None, answer=self.answer)

    @property
    def own_kind(self) -> StepKind | None:
        """What kind of step `own_step` is; None where there is none."""
        if self.reported_status is None or (self.steps and self.reported_status_at is None):
            return None
        return REPORTED_AS.get(self.reported_status)


class Judgement(Contract):
    """`petitions.judgements`: what a person judged about two petitions; kept for ever, wins over every rule.

    The latest about a pair counts. It is sent to every partition, because either petition may live anywhere.
    """

    judgement_id: str
    opinion: Opinion
    petition_id: str
    """The one of the two whose id sorts first."""
    other_id: str
    meet_at: str
    """The home at which a case of both lives."""
    by: str = Field(min_length=1)
    """The office and official who judged."""
    at: Instant
    reason: str = Field(min_length=1)

    @property
    def pair(self) -> tuple[str, str]:
        """What the judgement is about."""
        return self.petition_id, self.other_id


class Question(Contract):
    """Two petitions of which the rules cannot tell whether they are one matter: a person is asked."""

    petition_id: str
    """The later one, in this case."""
    other_id: str
    score: float
    evidence: tuple[str, ...] = ()
    is_left_open: bool = False
    """A person has looked and could not tell either."""


CLOSED = frozenset(
    {
        CaseStatus.CONCLUDED,
        CaseStatus.REVIEWED,
        CaseStatus.RE_REVIEWED,
        CaseStatus.TERMINATED,
        CaseStatus.DECLINED,
        CaseStatus.MERGED,
    }
)
"""Where a case stands when no unit owes an answer any longer."""


class Case(Contract):
    """`petitions.cases`: the whole state of one case (信访事项之一事). The topic is the case table's changelog."""

    case_id: str
    version: int = Field(ge=1)
    """Rises by one with each change; the version of the indexed document."""
    home: str
    status: CaseStatus = CaseStatus.REGISTERED
    merged_into: str = ""
    """The case that took this one over, while `status` is merged."""
    opened_at: Instant
    updated_at: Instant
    """The latest `ingested_at` or decision time that shaped it."""
    place: Place = Place()
    place_path: tuple[str, ...] = ()
    """Codes of the place and of the divisions that contained it on the day on which the unit was determined, highest
    first; empty where its digits name the same, and in cases that were written before there was this field."""
    classification: Classification = Classification()
    jurisdiction: JurisdictionDecision
    unit_path: tuple[str, ...] = ()
    """The same of the accountable unit's division."""
    clocks: tuple[Clock, ...] = ()
    petitions: tuple[CasePetition, ...]
    """In the order in which they reached an office."""
    notes: tuple[CaseNote, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    """What people judged about its petitions, in the order of time."""
    questions: tuple[Question, ...] = ()
    """What nobody has answered yet about its petitions and those of other cases."""
    kept_from: tuple[str, ...] = ()
    """Cases that would be one with this, had no person judged otherwise."""
    meet_at: str = ""
    """The home that judgements across homes gave it; empty where there are none."""
    sent_on: tuple[str, ...] = ()
    """Its petitions, where all of them were sent on to `meet_at` and this one is left behind."""
    volume_of: str = ""
    """The first volume (分卷) of a matter in which so many petitioned that one case does not hold them all."""
    takeover: bool = False
    tenures: tuple[Tenure, ...] = ()
    """Who was accountable from when, without a gap; empty while it was one unit from the beginning."""
    asked_unit: str = ""
    """Who was asked by a transfer or assignment and has not answered; another unit is accountable until then."""
    refusals: tuple[Refusal, ...] = ()
    irregularities: tuple[Irregularity, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether a unit still owes an answer."""
        return self.status not in CLOSED

    @property
    def place_divisions(self) -> tuple[str, ...]:
        """The place and what contains it, highest first; by its digits where nothing else is known."""
        return self.place_path or tuple(place_path(self.place.code))

    @property
    def unit_divisions(self) -> tuple[str, ...]:
        """The accountable unit's division and what contains it, in the same way."""
        return self.unit_path or tuple(place_path(self.jurisdiction.unit_division))


class Decision(Contract):
    """`petitions.decisions`: what a person decided about a case; kept for ever, wins over every rule."""

    decision_id: str
    kind: DecisionKind
    case_id: str
    home: str
    by: str = Field(min_length=1)
    """The office and official who decided."""
    at: Instant
    reason: str = Field(min_length=1)
    unit: str = ""
    """The unit that is meant: the new accountable one, who receives a transfer, who accepts or objects."""
    article: str = ""
    """What an objection cites; without a ground it does not hold."""
    register_change: str = ""
    """The change of the register by which the unit is determined again; `at` is the beginning of its day."""
    petition_id: str = ""
    """The petition of which a county reports it; empty for what a person decided about the case."""
    rating: Rating | None = None
    """How satisfied the petitioner is."""
    answer: AnswerImprint | None = None
    """Of the answer that a county reports with it."""


class MeetingCall(Contract):
    """Asks the desk where a petition lives now to send its case on to the home at which the matter meets."""

    petition_id: str
    meet_at: str
    kept_with: tuple[str, ...] = ()
    """Petitions there that it belongs to."""


class MovedPetition(CasePetition):
    """A petition whose case moves to another home, because a matter of both homes is one."""

    meet_at: str
    """The home at which the matter is put together."""
    kept_with: tuple[str, ...] = ()
    """Petitions of the same family, so that it stays together on the way."""
    case_version: int = 0
    """Version of the case that is named after this petition; 0 where there never was one."""
    notes: tuple[CaseNote, ...] = ()
    """What people decided about that case."""


class LinkedBatch(Contract):
    """`petitions.linked`: petitions that go to one case partition, and what follows a case that has moved there."""

    petitions: tuple[LinkedPetition, ...]
    moved: tuple[MovedPetition, ...] = ()
    calls: tuple[MeetingCall, ...] = ()
    decisions: tuple[Decision, ...] = ()


class Alert(Contract):
    """`petitions.alerts`: something a supervisor should know, raised once. Never about a person."""

    alert_id: str
    """Hash of rule, subject and the occasion."""
    rule: AlertRule
    subject: str
    """A case id, a county code, or the name of a process."""
    raised_at: Instant
    unit: str = ""
    unit_name: str = ""
    division: str = ""
    division_path: tuple[str, ...] = ()
    """What contains the division, highest first; empty where its digits name the same."""
    due_on: date | None = None
    message: str
    """In Chinese; names cases, units, days and counts only."""
    message_en: str = ""
    territories: tuple[str, ...] = ()
    """Of an alert about a case: the divisions of its matter and its unit, whose supervisors may see it."""
    accused_units: tuple[str, ...] = ()
    """Units that never see it."""
    asked_unit: str = ""
    about: str = ""
    """The alert that was escalated."""
    owed_by: str = ""
    """Who has to act where that is not `unit`: the code of the unit that was asked."""


class DeadLetter(Contract):
    """`*.dead`: a record that could not be processed, with the raw bytes and why. Guarded like the intake."""

    letter_id: str
    stage: Stage
    reason: RejectReason
    field: str = ""
    source: str
    delivery_id: str = ""
    row: int = 0
    origin: str = ""
    """`topic:partition:offset` where it came out of a topic, then `:list:index` where it was one thing of a batch."""
    receipt: str = ""
    at: Instant
    raw: str = Field(default="", repr=False)
    """Base64 of the bytes as received, at most 1 MiB of them."""
    is_truncated: bool = False


class CountyReport(Contract):
    """`petitions.reports`: one delivery of one county accounted for, or its word that there was nothing (零报告)."""

    report_id: str
    county: str
    kind: ReportKind
    delivery_id: str = ""
    reported_at: Instant
    period_on: date
    """The day that the report is about."""
    received: int = 0
    """Records in the delivery."""
    published: int = 0
    """Records that reached the intake topic."""
    rejected: int = 0
    """Records that went to the dead letters."""
    checksum: str = ""
    """16 hex digits: the sum of the receipts of the published records, modulo 2^64."""
    is_complete: bool = True
    channel: Literal["file", "push", "folder"] = "file"
