"""Cases of invented matters, and small stand-ins for the index, the dead letters and the consumer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig, TransportApiResponse
from kafka.errors import RebalanceInProgressError
from kafka.structs import OffsetAndMetadata, TopicPartition

from consumers.bulk import Item, Refusal, Written, newest
from consumers.loop import Record
from schemas.events import Case, CasePetition, DeadLetter
from schemas.keys import case_id, digest, petition_id, receipt
from schemas.life import Clock, JurisdictionDecision
from schemas.petition import Classification, IntakeRecord, Place
from schemas.terms import CaseStatus, Channel, ClockKind, Confidence, Ground, Level, Verdict

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WAGES = "工地停工以后，施工方拖欠三十名工人工资共计四十六万元，多次催要没有结果，请求帮助追回。"
ROAD = "村南生产路塌陷，雨后积水半米深，农机无法下地，请求尽快修复道路。"


def clock(kind: ClockKind = ClockKind.REGISTER, *, due: date = date(2026, 3, 17), met: date | None = None) -> Clock:
    """One period."""
    return Clock(kind=kind, article="22", started_on=START.date(), days=15, due_on=due, met_on=met, rule_version="t")


def intake(
    number: str = "XF-1", *, row: int = 1, delivery: str = "d1", source: str = "411002", **changed: Any
) -> Any:
    """One received record."""
    title, body = changed.pop("title", "拖欠工资"), changed.pop("body", WAGES)
    fields: dict[str, Any] = {
        "receipt": receipt(delivery, row),
        "source": source,
        "record_no": number,
        "delivery_id": delivery,
        "row": row,
        "content_hash": digest("content", title, body),
        "received_at": START,
        "ingested_at": START + timedelta(hours=2),
        "channel": Channel.VISIT,
        "petitioner_ref": "R00000000000000a1",
        "title": title,
        "body": body,
    }
    return IntakeRecord(**(fields | changed))


def petition(
    number: str = "XF-1", *, mark: str = "", verdict: Verdict = Verdict.FIRST, **changed: Any
) -> CasePetition:
    """A petition as a member of a case."""
    extra = {
        name: changed.pop(name)
        for name in ("clocks", "steps", "matched_petition_id", "score", "revision")
        if name in changed
    }
    record = intake(number, **changed)
    return CasePetition(
        **record.model_dump(),
        petition_id=petition_id(record.source, number, mark),
        number_reused=bool(mark),
        home="411002",
        verdict=verdict,
        **extra,
    )


def case(*petitions: CasePetition, version: int = 1, **changed: Any) -> Case:
    """A case of the given petitions, or of one."""
    members = petitions or (petition(),)
    fields: dict[str, Any] = {
        "case_id": case_id(members[0].petition_id),
        "version": version,
        "home": "411002",
        "opened_at": members[0].received_at,
        "updated_at": members[0].ingested_at,
        "place": Place(
            code="411002100",
            name="河南省许昌市魏都区西大街道",
            level=Level.TOWNSHIP,
            confidence=Confidence.CERTAIN,
            reason="全名",
        ),
        "classification": Classification(category="labour", category_name="劳动保障", score=0.9, terms=("工资",)),
        "jurisdiction": JurisdictionDecision(
            accountable_unit="411002-hrss",
            unit_name="魏都区人力资源和社会保障局",
            unit_level=Level.COUNTY,
            unit_division="411002",
            ground=Ground.COMPETENCE,
            article="6",
            reason="劳动保障由县级人力资源和社会保障部门主管。",
            reason_en="Labour matters belong to the county's department.",
            register_version="test",
        ),
        "petitions": members,
    }
    return Case(**(fields | changed))


def merged(lost: Case, into: Case) -> Case:
    """The case as it is after another took it over."""
    return lost.model_copy(
        update={"status": CaseStatus.MERGED, "merged_into": into.case_id, "version": lost.version + 1}
    )


def record(value: bytes | None, *, offset: int = 0, partition: int = 0, key: bytes = b"C1") -> Record:
    """A message of the topic of cases."""
    return Record("t.cases", partition, offset, key, value)


class FakeSink:
    """An index in memory: keeps the newest version, refuses and delays what it is told to."""

    def __init__(self, *, refuses: Mapping[str, str] | None = None, fails: int = 0) -> None:
        self.documents: dict[str, Item] = {}
        self.refuses = dict(refuses or {})
        self.fails = fails
        self.writes = 0

    def write(self, items: Sequence[Item]) -> Written:
        """See `Sink`."""
        self.writes += 1
        if self.fails:
            self.fails -= 1
            return Written(again=tuple(items))
        total = Written(stale=len(items) - len(newest(items)))
        for item in newest(items):
            known = self.documents.get(item.id)
            if item.id in self.refuses:
                total += Written(refused=(Refusal(item, self.refuses[item.id]),))
            elif known is not None and known.version >= item.version:
                total += Written(stale=1)
            else:
                self.documents[item.id] = item
                total += Written(done=1)
        return total


class FakeLetters:
    """Dead letters in a list."""

    def __init__(self) -> None:
        self.posted: list[DeadLetter] = []

    def post(self, letters: Iterable[DeadLetter]) -> None:
        """See `Letters`."""
        self.posted += letters


class FakeTransport:
    """Answers bulk requests from a list of answers: a status, item verdicts, or an exception."""

    def __init__(self, *answers: int | list[int | tuple[int, str]] | Exception) -> None:
        self.answers = list(answers)
        self.bodies: list[bytes] = []
        self.targets: list[str] = []

    def perform_request(self, method: str, target: str, *, body: bytes, **_: Any) -> TransportApiResponse:
        """The next answer; with none left, every item is done."""
        self.bodies.append(body)
        self.targets.append(target)
        count = body.count(b"\n") // 2
        answer = self.answers.pop(0) if self.answers else [201] * count
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            return TransportApiResponse(_meta(answer), {"error": {}})
        verdicts = [one if isinstance(one, tuple) else (one, "") for one in answer]
        items = [{"index": {"status": s} | ({"error": {"type": code}} if code else {})} for s, code in verdicts]
        return TransportApiResponse(_meta(200), {"items": items})


def _meta(status: int) -> ApiResponseMeta:
    return ApiResponseMeta(status, "1.1", HttpHeaders(), 0.0, NodeConfig("http", "localhost", 9200))


class FakeConsumer:
    """One partition of messages behind the part of the consumer that the loop uses."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._part = TopicPartition("t.cases", 0)
        self._records = list(records)
        self._position = 0
        self._paused: set[TopicPartition] = set()
        self.committed = 0
        self.polls_while_paused = 0
        self.is_closed = False
        self.is_joining = False
        self.fails_commits = 0
        self.has_lost_all = False

    def poll(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Record]]:
        """The next messages, none while paused."""
        if self._paused:
            self.polls_while_paused += 1
            return {}
        found = self._records[self._position : self._position + max_records]
        self._position += len(found)
        return {self._part: found} if found else {}

    def pause(self, *parts: TopicPartition) -> None:
        """Stop giving messages of these partitions."""
        self._paused |= set(parts)

    def resume(self, *parts: TopicPartition) -> None:
        """Give them again."""
        self._paused -= set(parts)

    def paused(self) -> set[TopicPartition]:
        """What is paused."""
        return set(self._paused)

    def assignment(self) -> set[TopicPartition]:
        """All there is, or nothing."""
        return set() if self.has_lost_all else {self._part}

    @property
    def position(self) -> int:
        """The next message."""
        return self._position

    def commit(self, offsets: Mapping[TopicPartition, OffsetAndMetadata] | None, timeout_ms: int) -> None:
        """Remember the position, or what is given."""
        if self.fails_commits:
            self.fails_commits -= 1
            raise RebalanceInProgressError
        if offsets is None:
            self.committed = self._position
        elif offsets:
            self.committed = offsets[self._part].offset

    def close(self, autocommit: bool) -> None:
        """Leave the group."""
        self.is_closed = True
