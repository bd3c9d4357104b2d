"""The account of what was received: received = registered + resent + revised + rejected, by county and day. Pure.

What cannot be matched is a difference, and named. The account rests on the topics alone: it does not ask the
processors' state what they believe to have done.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Self

from consumers.proof.rows import Filed, Member, Pushed, Received, Refused, Reported
from schemas.keys import petition_id
from schemas.office_time import office_day
from schemas.terms import ReportKind, Term

RecordKey = tuple[str, str]
DayKey = tuple[str, date]


class Kind(Term):
    """How two sides of the proof can differ."""

    DELIVERY = "delivery", "报送数与接收数不符"
    MISSING_PETITION = "missing_petition", "收到而未登记"
    DUPLICATE_PETITION = "duplicate_petition", "一件归入多案"
    UNKNOWN_PETITION = "unknown_petition", "无来源的信访件"
    WRONG_CONTENT = "wrong_content", "内容与收到的不符"
    BROKEN_MERGE = "broken_merge", "并案去向不存在"
    MISSING_DOCUMENT = "missing_document", "案件未入索引"
    WRONG_VERSION = "wrong_version", "索引版本不符"
    UNKNOWN_DOCUMENT = "unknown_document", "索引中多出的案件"
    MISSING_STEP = "missing_step", "推送的办理情况未入案"
    JUDGEMENT_COPIES = "judgement_copies", "判定未送达各分区"
    JUDGEMENT_WAITS = "judgement_waits", "判定所涉信访件不存在"
    JUDGED_APART = "judged_apart", "判定不同而仍在一案"
    JUDGED_SAME = "judged_same", "判定相同而不在一案"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not add up: what kind, which county, delivery, petition or case, and how."""

    kind: Kind
    subject: str
    detail: str
    due: int = 0
    """Version of a case in its topic, where the index has another one."""
    found: int = 0
    """Version of that case in the index."""


def lasting(first: Iterable[Difference], second: Iterable[Difference]) -> tuple[Difference, ...]:
    """Of the differences at a second look those that stood at the first: what was on its way then has arrived.

    A case that changes all the time differs at each look: it is there where the index has what was due at the first.
    """
    before = {(one.kind, one.subject): one for one in first}
    both = ((before.get((one.kind, one.subject)), one) for one in second)
    return tuple(now for then, now in both if then is not None and not _has_moved(then, now))


def _has_moved(then: Difference, now: Difference) -> bool:
    return 0 < then.due <= now.found and then != now


@dataclass(slots=True)
class Counts:
    """Numbers that are summed field by field."""

    def add(self, other: Self) -> None:
        """Count another tally of the same kind in."""
        for name in (f.name for f in fields(self)):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Tally(Counts):
    """What became of the records of one county on one day."""

    received: int = 0
    registered: int = 0
    resent: int = 0
    revised: int = 0
    rejected: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether each received record became exactly one thing."""
        return self.received == self.registered + self.resent + self.revised + self.rejected


Members = dict[RecordKey, dict[str, tuple[Member, list[str]]]]
"""Source and number → petition id → the petition and the cases that hold it."""


@dataclass(slots=True)
class Evidence:
    """What was received under some record numbers, and what became of it."""

    records: dict[RecordKey, dict[str, Received]] = field(default_factory=lambda: defaultdict(dict))
    """Source and number → receipt → record, in the order of arrival."""
    members: Members = field(default_factory=lambda: defaultdict(dict))
    pushed: dict[str, Pushed] = field(default_factory=dict)
    """Receipt → status event."""
    deliveries: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    """Delivery → how many receipts, and their sum."""
    buried: set[str] = field(default_factory=set)
    """Receipts that a stage has refused."""
    latest: datetime | None = None

    def receive(self, record: Received) -> None:
        """A record of the intake; the same receipt again is the same record."""
        known = self.records[record.source, record.record_no]
        if record.receipt in known:
            return
        known[record.receipt] = record
        delivery = self.deliveries[record.delivery_id]
        delivery[0] += 1
        delivery[1] += int(record.receipt, 16)
        self.latest = max(self.latest or record.ingested_at, record.ingested_at)

    def push(self, event: Pushed) -> None:
        """A status event; the same receipt again is the same event."""
        self.pushed[event.receipt] = event

    def hold(self, member: Member, case_id: str) -> None:
        """A petition in a case that is not merged into another."""
        _, holders = self.members[member.source, member.record_no].setdefault(member.petition_id, (member, []))
        holders.append(case_id)

    def held(self, key: RecordKey) -> list[Member]:
        """The petitions under a number, each once."""
        return [member for member, _ in self.members.get(key, {}).values()]


def newest(versions: Iterable[Filed]) -> dict[str, Filed]:
    """The newest version of each case; one that moved to another home stands in two partitions."""
    cases: dict[str, Filed] = {}
    for case in versions:
        known = cases.get(case.case_id)
        if known is None or known.version <= case.version:
            cases[case.case_id] = case
    return cases


def tallies(evidence: Evidence) -> tuple[dict[DayKey, Tally], list[Difference]]:
    """What became of each received record, and the petitions that are missing, double or unknown."""
    days: dict[DayKey, Tally] = defaultdict(Tally)
    differences = list(_misplaced(evidence.members, evidence.records))
    for key, by_receipt in evidence.records.items():
        differences += _account(list(by_receipt.values()), evidence.held(key), evidence.buried, days)
    return dict(days), differences


def rejected(letters: Iterable[Refused]) -> dict[DayKey, Tally]:
    """The records that were refused on entry."""
    days: dict[DayKey, Tally] = defaultdict(Tally)
    for letter in letters:
        days[letter.source, office_day(letter.at)].add(Tally(received=1, rejected=1))
    return dict(days)


def _misplaced(members: Members, records: Mapping[RecordKey, object]) -> Iterator[Difference]:
    for key, petitions in members.items():
        for name, (_, holders) in petitions.items():
            if len(holders) > 1:
                yield Difference(Kind.DUPLICATE_PETITION, name, f"held {len(holders)} times: {' '.join(holders)}")
            if key not in records:
                yield Difference(Kind.UNKNOWN_PETITION, name, f"in case {holders[0]}, no record was received")


def _account(
    records: Sequence[Received], held: Sequence[Member], buried: set[str], days: dict[DayKey, Tally]
) -> Iterator[Difference]:
    """The records of one number: as many registered as there are petitions, the rest revised or resent."""
    source, number = records[0].source, records[0].record_no
    kept = {member.content_hash for member in held}  # what was refused once may have been sent back since
    alive = [record for record in records if record.receipt not in buried or record.content_hash in kept]
    distinct = {record.content_hash for record in alive}
    expected = {petition_id(source, number)} | {petition_id(source, number, mark) for mark in distinct}
    if alive and not held:
        yield Difference(Kind.MISSING_PETITION, petition_id(source, number), f"{len(alive)} records of {source}")
    for member in held:
        if member.petition_id not in expected:
            yield Difference(Kind.UNKNOWN_PETITION, member.petition_id, "its id follows from no received record")
        if member.content_hash not in distinct:
            yield Difference(Kind.WRONG_CONTENT, member.petition_id, "its content was never received")
    if len(held) > len(distinct):
        yield Difference(Kind.UNKNOWN_PETITION, petition_id(source, number), "more petitions than contents")
    _count(records, _founding(alive, held), buried - {record.receipt for record in alive}, days)


def _founding(alive: Sequence[Received], held: Sequence[Member]) -> set[str]:
    """The contents that made petitions: the first, and those under which a number was used again."""
    marked = {member.petition_id for member in held if member.number_reused}
    contents = list(dict.fromkeys(record.content_hash for record in alive))
    again = [h for h in contents[1:] if petition_id(alive[0].source, alive[0].record_no, h) in marked]
    return set([*contents[:1], *again][: len(held)])


def _count(records: Sequence[Received], founding: set[str], buried: set[str], days: dict[DayKey, Tally]) -> None:
    seen: set[str] = set()
    for record in records:
        tally = days[record.source, office_day(record.ingested_at)]
        tally.received += 1
        content = record.content_hash
        if record.receipt in buried:
            tally.rejected += 1
        elif content in seen:
            tally.resent += 1
        elif content in founding:
            tally.registered += 1
        elif founding:
            tally.revised += 1
        seen.add(content)


def unequal_deliveries(
    reports: Iterable[Reported], letters: Iterable[Refused], deliveries: Mapping[str, Sequence[int]]
) -> Iterator[Difference]:
    """Each reported delivery must be in the intake to the record, by count and by sum of receipts."""
    published: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for report in reports:
        if report.kind == ReportKind.DATA.value:
            totals = published[report.county, report.delivery_id]
            totals[0] += report.published
            totals[1] += int(report.checksum or "0", 16)
            totals[2] += report.rejected
    refused: dict[str, int] = defaultdict(int)
    for letter in letters:
        refused[letter.delivery_id] += 1
    for (county, delivery), (count, checksum, rejected) in published.items():
        have, total = deliveries.get(delivery, (0, 0))
        if count != have:
            yield Difference(Kind.DELIVERY, delivery, f"{county}: {count} reported, {have} in the intake")
        elif (checksum - total) % 2**64:
            yield Difference(Kind.DELIVERY, delivery, f"{county}: {count} records, but others than reported")
        if rejected != refused[delivery]:
            yield Difference(
                Kind.DELIVERY, delivery, f"{county}: {rejected} reported rejected, {refused[delivery]} dead letters"
            )


def unreported(reports: Iterable[Reported], deliveries: Iterable[str]) -> list[str]:
    """Deliveries with records in the intake that no report accounts for yet."""
    return sorted(set(deliveries) - {report.delivery_id for report in reports})


def broken_merges(merged: Mapping[str, Filed], existing: Container[str]) -> Iterator[Difference]:
    """A merged case must name a case that exists and is not itself lost in a circle.

    `existing` holds those of the named cases that are there.
    """
    for case in merged.values():
        seen = {case.case_id}
        at: Filed | None = case
        while at is not None:
            if at.merged_into in seen or at.merged_into not in existing:
                yield Difference(Kind.BROKEN_MERGE, case.case_id, f"merged into {at.merged_into or 'nothing'}")
                break
            seen.add(at.merged_into)
            at = merged.get(at.merged_into)


def unequal_index(cases: Mapping[str, Filed], documents: Mapping[str, int]) -> Iterator[Difference]:
    """Each case is in the index with the version that the topic has, and nothing else is."""
    for case in cases.values():
        version = documents.get(case.case_id)
        if version is None:
            yield Difference(Kind.MISSING_DOCUMENT, case.case_id, f"version {case.version} is not in the index")
        elif version != case.version:
            told = f"topic {case.version}, index {version}"
            yield Difference(Kind.WRONG_VERSION, case.case_id, told, due=case.version, found=version)
    for name in documents.keys() - cases.keys():
        yield Difference(Kind.UNKNOWN_DOCUMENT, name, "no such case in the topic")
