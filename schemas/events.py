"""Every message on a topic. Identity is not here: events carry `petitioner_ref` only."""

from datetime import date
from typing import Literal

from pydantic import Field

from schemas.contract import Contract, Instant
from schemas.terms import (
    AlertRule,
    CaseStatus,
    Channel,
    ClockKind,
    Confidence,
    DecisionKind,
    Ground,
    Level,
    Opinion,
    Rating,
    RejectReason,
    ReportKind,
    Stage,
    StepKind,
    Verdict,
)


class IntakeRecord(Contract):
    """One row of a county's ledger, read, checked and pseudonymised. Says what was received, decides nothing."""

    receipt: str
    """16 hex digits: hash of delivery and row. The same row of the same delivery has the same receipt."""
    source: str
    """Code of the county system that sent it (the county's division code)."""
    record_no: str = Field(min_length=1, max_length=64)
    """The number that the county gave; unique in its source, or meant to be."""
    delivery_id: str
    row: int
    """Row in the delivery, the first record is 1."""
    content_hash: str
    """16 hex digits over all that the county may change in a later revision."""
    received_at: Instant
    """When the petition reached the office; the clocks of articles 22 and 23 start from here."""
    ingested_at: Instant
    """When the platform took the record."""
    modified_at: Instant | None = None
    """When the county last changed the row, where its ledger says so."""
    channel: Channel
    office: str = ""
    """The office that the petition was addressed to, in the county's words."""
    petitioner_ref: str | None = None
    """Keyed hash of the petitioner; None for an anonymous petition."""
    people: int = Field(default=1, ge=1, le=100_000)
    """How many people the petition names."""
    title: str = Field(default="", max_length=1_000, repr=False)
    body: str = Field(default="", max_length=100_000, repr=False)
    place_text: str = Field(default="", max_length=500, repr=False)
    """Where the matter is, in the county's or the petitioner's words."""
    category_hint: str = Field(default="", max_length=100)
    """The county's own category, in its words."""
    reported_status: CaseStatus | None = None
    """What the county says has become of it."""
    reported_status_at: Instant | None = None
    takeover: bool = False
    """An old record taken over at once: indexed and counted, fires no alert."""


class StatusEvent(Contract):
    """What became of one record, pushed by its county under the record number alone."""

    receipt: str
    """16 hex digits: the identity of the row of its delivery."""
    source: str
    record_no: str = Field(min_length=1, max_length=64)
    kind: DecisionKind
    at: Instant
    ingested_at: Instant
    unit: str = Field(default="", max_length=64)
    """Who receives a transfer, accepts or objects: a code of the register."""
    article: str = Field(default="", max_length=200)
    """What an objection cites."""


class IntakeBatch(Contract):
    """`petitions.intake`: records that go to one partition, or status events about records that are there."""

    records: tuple[IntakeRecord, ...]
    statuses: tuple[StatusEvent, ...] = ()


class Petition(IntakeRecord):
    """A registered petition (信访事项): one letter, visit, call or web item, however often its record was sent."""

    petition_id: str
    """Hash of source and record number, with a mark where the number was used for another matter before."""
    revision: int = 1
    number_reused: bool = False
    sketch: str = Field(default="", repr=False)
    """Base64 of the text's bottom-k sketch, made once and compared everywhere."""
    anchors: tuple[int, ...] = Field(default=(), repr=False)
    """Hashes of names, file numbers, numbers and months that the text mentions."""
    imprint: str = Field(default="", repr=False)
    """Base64 of a byte for each character of the beginning, to lay letters side by side; empty in a case."""
    route: str = ""
    """Key of the linking partition: of the first revision, so that later ones meet it there."""


class RoutedStatus(Contract):
    """A status event with the petition that its record number means."""

    petition_id: str
    route: str
    event: StatusEvent


class RegisteredBatch(Contract):
    """`petitions.registered`: petitions that go to one linking partition, or what became of some that are there."""

    petitions: tuple[Petition, ...]
    statuses: tuple[RoutedStatus, ...] = ()


class Place(Contract):
    """Where a matter is, as far as the text says."""

    code: str = ""
    """Division code (province 2 … village 12 digits); empty where nothing was recognised."""
    name: str = ""
    """Full name from the province downwards."""
    level: Level | None = None
    confidence: Confidence = Confidence.NONE
    reason: str = ""
    """What in the text led here; names of places only."""
    alternatives: tuple[str, ...] = ()
    """Codes of other divisions that the text may mean."""


class AlsoAbout(Contract):
    """Another category that a letter is about, beside the leading one."""

    category: str
    category_name: str
    terms: tuple[str, ...] = ()
    """The words that name it."""


class Classification(Contract):
    """What a matter is about: a category of the scheme, the sector that holds it, and an issue that it holds."""

    category: str = ""
    """Code of the scheme, which says who is in charge; empty where the classifier abstains."""
    category_name: str = ""
    score: float = 0.0
    terms: tuple[str, ...] = ()
    """The words that decided."""
    sector: str = ""
    """Code of the level above the category."""
    sector_name: str = ""
    issue: str = ""
    """Code of the level below, `category.issue`; empty where the words leave it open."""
    issue_name: str = ""
    also: tuple[AlsoAbout, ...] = ()
    """What else the letter is about, in sentences of its own."""


class Link(Contract):
    """Evidence that two petitions by the same petitioner are one matter."""

    petition_id: str
    """The other petition."""
    verdict: Verdict
    """`sent_to_many`, `repeat` or `unsure`."""
    score: float
    evidence: tuple[str, ...] = ()


class LinkedPetition(Petition):
    """A petition with its place, its category and its links to others of the same petitioner."""

    place: Place = Place()
    classification: Classification = Classification()
    links: tuple[Link, ...] = ()
    home: str
    """Key of the case partition: the city of the matter, or that of the petition it was linked to."""
    profile: str = Field(default="", repr=False)
    """Base64 of what the letter names and what it is about; empty in a case, where it is made again when needed."""


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
        return self.met_on is None and not self.is_stopped and not self.is_petitioners


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


class NotAccepted(Contract):
    """Why an office need not accept what the same petitioner brings again; the petition stays with its case."""

    article: str
    rule_version: str
    reason: str
    reason_en: str = ""


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
    not_accepted: NotAccepted | None = None
    """Brought to a superior while a unit handles it (article 19), or again after a re-review (article 36)."""


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
    classification: Classification = Classification()
    jurisdiction: JurisdictionDecision
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
