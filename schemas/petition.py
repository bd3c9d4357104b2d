"""What a petition is on its way: as received, as registered, as linked."""

from pydantic import Field

from schemas.contract import Contract, Instant
from schemas.terms import (
    CaseStatus,
    Channel,
    Confidence,
    DecisionKind,
    Level,
    Verdict,
)


class AnswerImprint(Contract):
    """What is kept of the answer that a petitioner was given: enough to tell whether two answers are one text.

    The text itself is not kept: it may name people, and nothing but the comparison needs it.
    """

    digest: str = Field(pattern=r"^[0-9a-f]{16}$")
    """Hash of the text without blanks, punctuation, numbers, the opening address and the petitioner's name."""
    length: int = Field(ge=1)
    """Characters of that text; one that is too short to tell answers apart has no imprint."""


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
    answer: AnswerImprint | None = None
    """Of the answer that the county says it gave; None where it gave none, or one too short to be compared."""
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
    answer: AnswerImprint | None = None
    """Of the answer that was given with it."""


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
