"""One table of all topics: name, key, event, partitions, retention. Names get the instance's prefix."""

from dataclasses import dataclass
from enum import StrEnum

from schemas import (
    alert_events,
    audit_events,
    events,
    identity,
    key_events,
    petition,
    register_events,
    replay_events,
    search_events,
    statistics_events,
)
from schemas.contract import Contract

DAY_MS = 24 * 3600 * 1000
WEEK_MS = 7 * DAY_MS
ON_THE_WAY_MS = 90 * DAY_MS
"""How long a petition may wait between two stages. It is deleted after that, read or not, and what comes again
from its county is known by then and sends nothing on: so longer than any holiday or standstill."""
FOR_EVER = -1


class Topic(StrEnum):
    """The name of a topic after the prefix: `petitions.intake` for `intake`."""

    INTAKE = "intake"
    INTAKE_DEAD = "intake.dead"
    IDENTITY = "identity"
    REPORTS = "reports"
    REGISTERED = "registered"
    RECORDS = "records"
    LINKED = "linked"
    PETITIONERS = "petitioners"
    CASES = "cases"
    DECISIONS = "decisions"
    JUDGEMENTS = "judgements"
    DESK = "desk"
    REGISTER = "register"
    KEY_CLAIMS = "key.claims"
    ALERTS = "alerts"
    ALERT_ACTIONS = "alerts.actions"
    CONTESTS = "contests"
    AUDIT = "audit"
    SEARCHES = "searches"
    SEARCHES_FOUND = "searches.found"
    REPLAYS = "replays"
    STAGE_DEAD = "stages.dead"
    INDEX_DEAD = "index.dead"

    def under(self, prefix: str) -> str:
        """The full name under an instance's prefix."""
        return f"{prefix}.{self.value}"


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """How a topic is created and what it carries."""

    topic: Topic
    key: str
    event: type[Contract] | None
    purpose: str
    is_partitioned: bool = True
    is_compacted: bool = False
    retention_ms: int = FOR_EVER


TOPICS: tuple[TopicSpec, ...] = (
    TopicSpec(
        Topic.INTAKE,
        "partition of hash(source, record number)",
        petition.IntakeBatch,
        "What counties sent, checked and pseudonymised; the truth that everything is rebuilt from.",
    ),
    TopicSpec(
        Topic.INTAKE_DEAD,
        "source",
        events.DeadLetter,
        "Records refused on entry, with their raw bytes.",
        is_partitioned=False,
    ),
    TopicSpec(
        Topic.IDENTITY,
        "hash(source, record number)",
        identity.SealedIdentity,
        "Encrypted identities; no processor reads them.",
        is_compacted=True,
    ),
    TopicSpec(
        Topic.REPORTS,
        "county",
        events.CountyReport,
        "Deliveries accounted for, and zero reports.",
        is_partitioned=False,
    ),
    TopicSpec(
        Topic.REGISTERED,
        "partition of the petitioner",
        petition.RegisteredBatch,
        "Registered petitions on their way to linking.",
        retention_ms=ON_THE_WAY_MS,
    ),
    TopicSpec(
        Topic.RECORDS,
        "hash(source, record number)",
        None,
        "Changelog of the register of records (internal).",
        is_compacted=True,
    ),
    TopicSpec(
        Topic.LINKED,
        "partition of the city of the matter",
        events.LinkedBatch,
        "Located and linked petitions on their way to their case.",
        retention_ms=ON_THE_WAY_MS,
    ),
    TopicSpec(
        Topic.PETITIONERS,
        "petitioner_ref",
        None,
        "Changelog of each petitioner's petitions, for linking only (internal).",
        is_compacted=True,
    ),
    TopicSpec(
        Topic.CASES,
        "case_id",
        events.Case,
        "One message a case: its whole state, and the changelog of the case table.",
        is_compacted=True,
    ),
    TopicSpec(Topic.DECISIONS, "city of the matter", events.Decision, "What people decided about cases."),
    TopicSpec(
        Topic.JUDGEMENTS,
        "pair of petitions; a copy in every partition",
        events.Judgement,
        "What people judged about pairs of petitions: same, not the same, unsure.",
    ),
    TopicSpec(
        Topic.DESK,
        "petition",
        None,
        "Changelog of what the case desk knows of petitions beside their cases (internal).",
        is_compacted=True,
    ),
    TopicSpec(
        Topic.REGISTER,
        "change id",
        register_events.RegisterChange,
        "Adopted changes of the register; every worker reads all of them when it starts.",
        is_partitioned=False,
    ),
    TopicSpec(
        Topic.KEY_CLAIMS,
        "check value",
        key_events.KeyClaim,
        "Whose pseudonym key is the instance's; who has another one enters nothing.",
        is_partitioned=False,
    ),
    TopicSpec(Topic.ALERTS, "alert_id", events.Alert, "Alerts, each once.", is_partitioned=False),
    TopicSpec(
        Topic.ALERT_ACTIONS,
        "alert_id",
        alert_events.AlertAction,
        "What officials said to alerts: acknowledged, put off.",
        is_partitioned=False,
    ),
    TopicSpec(
        Topic.CONTESTS,
        "contest_id",
        statistics_events.NumberContest,
        "Numbers of the statistics that counties contest, and the answers.",
        is_partitioned=False,
    ),
    TopicSpec(
        Topic.AUDIT,
        "audit_id",
        audit_events.AuditRecord,
        "What officials did that leaves a record: identities seen or refused, exports, decisions, judgements.",
        is_partitioned=False,
    ),
    TopicSpec(
        Topic.SEARCHES,
        "search_id",
        search_events.SavedSearch,
        "Searches that officials keep.",
        is_partitioned=False,
        is_compacted=True,
    ),
    TopicSpec(
        Topic.SEARCHES_FOUND,
        "hit_id",
        search_events.SearchHit,
        "What kept searches have found, each case once for each search.",
        is_partitioned=False,
        retention_ms=8 * WEEK_MS,
    ),
    TopicSpec(
        Topic.REPLAYS,
        "letter_id",
        replay_events.ReplayRequest,
        "Dead letters whose records officials want sent back.",
        is_partitioned=False,
    ),
    TopicSpec(
        Topic.STAGE_DEAD,
        "source",
        events.DeadLetter,
        "What a processor could not process.",
        is_partitioned=False,
    ),
    TopicSpec(
        Topic.INDEX_DEAD,
        "case_id",
        events.DeadLetter,
        "Cases that the index refused for good.",
        is_partitioned=False,
    ),
)

WORKER_SOURCES: dict[str, tuple[Topic, ...]] = {
    "linking": (Topic.INTAKE, Topic.REGISTERED),
    "cases": (Topic.LINKED, Topic.DECISIONS, Topic.JUDGEMENTS),
}
"""The workers (their consumer group is the name after the prefix) and the topics that each reads."""
WAY = WORKER_SOURCES | {"search": (Topic.CASES,)}
"""Processes and the topics that they read, in the order in which a record passes them."""

SPECS: dict[Topic, TopicSpec] = {spec.topic: spec for spec in TOPICS}
