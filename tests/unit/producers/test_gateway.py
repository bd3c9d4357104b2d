"""The gateway: what is answered with 202 is safe, what is refused is told without its value."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from producers import gateway as gateway_module
from producers.batching import Batcher
from producers.counting import REGISTRY
from producers.gateway import create_gateway
from producers.gateway_keys import SourceKeys, create_key
from producers.outbox import Outbox
from producers.packing import packer
from producers.profiles import Profiles
from producers.spool import Spool
from schemas.metrics import Metric
from schemas.settings import Settings
from schemas.terms import RejectReason, Stage
from tests.fakes_producers import KEYRING, NOW, AsgiClient, FakePublisher, profile, row

PUSH = "/v1/counties/990101/petitions"
CODES = {
    "record_no": "N1",
    "received_at": "2024-05-06T09:05:00+08:00",
    "channel": "online",
    "title": "路灯不亮",
    "body": "东头村路灯坏了三个月。",
    "name": "石一山",
    "phone": "13900001234",
}

Start = Callable[..., AsgiClient]


@pytest.fixture
def publisher() -> FakePublisher:
    return FakePublisher()


@pytest.fixture
def start(tmp_path: Path, publisher: FakePublisher) -> Iterator[Start]:
    running: list[AsgiClient] = []

    def started(spool_bytes: int = 1_000_000) -> AsgiClient:
        settings = Settings(home=tmp_path, partitions=4)
        batcher = Batcher(Outbox(publisher, Spool(tmp_path / "spool", spool_bytes)), packer(settings), 0.001)
        key = create_key(tmp_path / "keys.json", "990101")
        app = create_gateway(Profiles([profile()]), SourceKeys(tmp_path / "keys.json"), KEYRING, batcher, lambda: NOW)
        client = AsgiClient(app, {"X-Source-Key": key})
        running.append(client)
        return client

    yield started
    for client in running:
        client.close()


@pytest.mark.parametrize("record", [row(), CODES], ids=["the county's fields", "our fields"])
def test_a_record_is_taken_in_the_countys_fields_or_in_ours(
    start: Start, publisher: FakePublisher, record: dict[str, str]
) -> None:
    answer = start().post(PUSH, json=record)
    assert answer.status_code == 202
    assert (answer.json()["received"], answer.json()["published"], answer.json()["spooled"]) == (1, 1, False)
    [published] = publisher.records
    (told,) = answer.json()["records"]
    assert len(told.pop("receipt_code")) == 12
    assert told == {"row": 1, "outcome": "accepted", "receipt": published.receipt}
    assert (published.source, published.petitioner_ref is None) == ("990101", False)


def test_each_record_of_a_push_has_its_own_verdict_and_the_push_its_report(
    start: Start, publisher: FakePublisher
) -> None:
    answer = start().post(PUSH, json=[row(), row(形式="来函"), row(编号="")])
    assert [verdict.get("reason") for verdict in answer.json()["records"]] == [None, "unknown_value", "missing"]
    assert [verdict.get("field") for verdict in answer.json()["records"]] == [None, "channel", "record_no"]
    assert "来函" not in answer.text
    [report] = publisher.reports
    assert (report.received, report.published, report.rejected, report.channel) == (3, 1, 2, "push")
    assert report.checksum == publisher.records[0].receipt
    assert {letter.delivery_id for letter in publisher.letters} == {report.delivery_id}


def test_the_same_push_again_has_the_same_receipts(start: Start, publisher: FakePublisher) -> None:
    client = start()
    for _ in range(2):
        client.post(PUSH, json=[row(), row(编号="2")])
    assert len(publisher.records) == 4
    assert len({record.receipt for record in publisher.records}) == 2
    assert len({report.report_id for report in publisher.reports}) == 1


@pytest.mark.parametrize(
    ("headers", "content"),
    [({"Idempotency-Key": "k2"}, [row()]), ({"Idempotency-Key": "k1"}, [row(内容="别的")])],
    ids=["another key", "other content under one key"],
)
def test_another_push_has_other_receipts(
    start: Start, publisher: FakePublisher, headers: dict[str, str], content: list[Any]
) -> None:
    client = start()
    client.post(PUSH, json=[row()], headers={"Idempotency-Key": "k1"})
    client.post(PUSH, json=content, headers=headers)
    assert len({record.receipt for record in publisher.records}) == 2


@pytest.mark.parametrize(
    ("county", "key"), [("990101", "wrong"), ("990101", ""), ("990102", "wrong"), ("x/../y", "wrong")]
)
def test_without_the_countys_key_nothing_is_taken(
    start: Start, publisher: FakePublisher, county: str, key: str
) -> None:
    answer = start().post(f"/v1/counties/{county}/petitions", json=row(), headers={"X-Source-Key": key})
    assert answer.status_code in (401, 404)
    assert publisher.sent == []


def test_a_new_key_replaces_the_old_one_at_once(start: Start, tmp_path: Path) -> None:
    client = start()
    fresh = create_key(tmp_path / "keys.json", "990101")
    assert client.post(PUSH, json=row()).status_code == 401
    assert client.post(PUSH, json=row(), headers={"X-Source-Key": fresh}).status_code == 202
    assert fresh not in (tmp_path / "keys.json").read_text()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"3", 400),
        (b'[{"a":1},"secret"]', 400),
        (b'{"secret":"\xff"}', 400),
        (json.dumps([CODES] * 201).encode(), 413),
        (b'{"a":"' + b"x" * gateway_module.MOST_BODY_BYTES + b'"}', 413),
    ],
    ids=["empty", "half", "no records", "number", "mixed", "encoding", "too many", "too large"],
)
def test_a_body_that_is_no_push_is_refused_without_repeating_it(
    start: Start, publisher: FakePublisher, content: bytes, status: int
) -> None:
    answer = start().post(PUSH, content=content)
    assert answer.status_code == status
    assert "secret" not in answer.text
    assert publisher.sent == []


def test_a_wrong_header_is_named_without_its_value(start: Start) -> None:
    answer = start().post(PUSH, json=row(), headers={"Idempotency-Key": "secret" * 100})
    assert answer.status_code == 422
    assert "secret" not in answer.text


def test_while_kafka_is_away_pushes_wait_on_disk_and_are_sent_in_order_afterwards(
    start: Start, publisher: FakePublisher
) -> None:
    publisher.is_away = True
    client = start()
    for number in range(3):
        assert client.post(PUSH, json=row(编号=f"{number}")).json()["spooled"] is True
    assert client.get("/health").json()["status"] == "spooling"
    publisher.is_away = False
    while client.get("/health").json()["status"] != "ok":
        pass
    assert [record.record_no for record in publisher.records] == ["0", "1", "2"]


def test_when_the_disk_is_full_too_the_county_is_told_when_to_come_again(
    start: Start, publisher: FakePublisher
) -> None:
    publisher.is_away = True
    answer = start(spool_bytes=10).post(PUSH, json=row())
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_a_fault_of_ours_is_answered_without_details(
    start: Start, publisher: FakePublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_messages: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(publisher, "send", fail)
    answer = start().post(PUSH, json=row())
    assert (answer.status_code, "secret" in answer.text) == (500, False)


def test_a_zero_report_is_published(start: Start, publisher: FakePublisher) -> None:
    client = start()
    assert client.post("/v1/counties/990101/zero-reports", json={"on": "2024-05-05"}).status_code == 202
    assert [(report.kind, report.period_on.isoformat()) for report in publisher.reports] == [("zero", "2024-05-05")]
    assert client.post("/v1/counties/990101/zero-reports", json={"on": "gestern"}).status_code == 400
    assert client.post("/v1/counties/990101/zero-reports", json={"on": "2062-05-05"}).status_code == 400
    assert len(publisher.reports) == 1


def test_unknown_fields_are_signalled(start: Start) -> None:
    assert start().post(PUSH, json=row(评分="5", 备注="x")).json()["unknown_fields"] == ["评分"]


QUESTIONS = "/v1/counties/990101/questions"


def asking(tmp_path: Path, ask: Callable[[str, bytes], dict[str, Any]] | None) -> AsgiClient:
    batcher = Batcher(
        Outbox(FakePublisher(), Spool(tmp_path / "spool", 1_000_000)),
        packer(Settings(home=tmp_path, partitions=4)),
        0.001,
    )
    key = create_key(tmp_path / "keys.json", "990101")
    keys = SourceKeys(tmp_path / "keys.json")
    app = create_gateway(Profiles([profile()]), keys, KEYRING, batcher, lambda: NOW, ask)
    return AsgiClient(app, {"X-Source-Key": key})


def test_a_county_with_its_key_gets_its_question_answered(tmp_path: Path) -> None:
    client = asking(tmp_path, lambda county, body: {"county": county, "length": len(body)})
    answer = client.post(QUESTIONS, json={"text": "路灯不亮"})
    assert (answer.status_code, answer.json()["county"]) == (200, "990101")
    assert client.post(QUESTIONS, json={}, headers={"X-Source-Key": "another"}).status_code == 401
    client.close()


def test_a_question_that_cannot_be_read_is_answered_with_what_is_wrong(tmp_path: Path) -> None:
    def refuse(county: str, body: bytes) -> dict[str, Any]:
        raise ValueError("not a question: on")

    client = asking(tmp_path, refuse)
    answer = client.post(QUESTIONS, json={"text": "路灯不亮"})
    assert (answer.status_code, answer.json()) == (400, {"error": "not a question: on"})
    client.close()


def test_a_gateway_without_the_rules_takes_no_questions(tmp_path: Path) -> None:
    client = asking(tmp_path, None)
    assert client.post(QUESTIONS, json={"text": "路灯不亮"}).status_code == 404
    client.close()


STATUSES = "/v1/counties/990101/statuses"
STATUS = {"record_no": "N1", "kind": "accept", "at": "2024-05-06T09:05:00+08:00", "unit": "990101-transport"}


def test_what_became_of_a_record_is_pushed_under_its_number(start: Start, publisher: FakePublisher) -> None:
    answer = start().post(STATUSES, json=[STATUS, STATUS | {"kind": "object", "article": "三定方案"}])
    assert answer.status_code == 202
    assert [one["outcome"] for one in answer.json()["statuses"]] == ["accepted", "accepted"]
    told = publisher.statuses
    assert [(event.source, event.record_no, event.kind.value) for event in told] == [
        ("990101", "N1", "accept"),
        ("990101", "N1", "object"),
    ]


@pytest.mark.parametrize(
    ("changed", "reason", "field"),
    [
        ({"kind": "redetermine"}, "unknown_value", "kind"),
        ({"kind": "reassign"}, "unknown_value", "kind"),  # to name another unit is for its superior
        ({"kind": "object"}, "missing", "article"),  # an objection gives its grounds
        ({"kind": "vanished"}, "invalid", "kind"),
        ({"at": "2031-01-01T00:00:00+08:00"}, "date_out_of_range", "at"),
        ({"at": "昨天"}, "invalid", "at"),
        ({"record_no": ""}, "invalid", "record_no"),
        ({"unit": "张某某"}, "invalid", "unit"),  # no code: it may be somebody's name
        ({"answer": ["已办结"]}, "invalid", "answer"),
        ({"answer": "长" * 20_001}, "too_long", "answer"),
    ],
)
def test_a_status_that_cannot_be_is_refused_with_its_field(
    start: Start, publisher: FakePublisher, changed: dict[str, Any], reason: str, field: str
) -> None:
    answer = start().post(STATUSES, json=STATUS | changed)
    assert answer.json()["statuses"] == [{"row": 1, "outcome": "rejected", "reason": reason, "field": field}]
    assert [letter.field for letter in publisher.letters] == [field]


def test_of_a_pushed_answer_the_imprint_goes_on_and_no_word_of_it(start: Start, publisher: FakePublisher) -> None:
    text = "来信人：您好！经查您反映的村道损坏情况属实，镇政府已组织施工队进场修复，路面已重新铺设完毕并通过验收。"
    told = [STATUS | {"kind": "conclude", "answer": text}, STATUS | {"kind": "conclude", "answer": "已办结"}]
    assert start().post(STATUSES, json=[*told, STATUS]).status_code == 202
    with_text, too_short, without = publisher.statuses
    assert with_text.answer is not None
    assert (too_short.answer, without.answer) == (None, None)
    assert "施工队" not in with_text.to_bytes().decode()


@pytest.mark.parametrize("written", ["信访（2024）15号", "XF 2024 0015", "ＸＦ２０２４", 20240015])
def test_a_status_finds_its_petition_however_the_number_is_written(
    start: Start, publisher: FakePublisher, written: str | int
) -> None:
    client = start()
    client.post(PUSH, json=row(编号=written))
    assert client.post(STATUSES, json=STATUS | {"record_no": written}).json()["statuses"][0]["outcome"] == "accepted"
    [petition], [status] = publisher.records, publisher.statuses
    assert petition.record_no == status.record_no


def test_statuses_need_the_key_of_the_county(start: Start) -> None:
    assert start().post(STATUSES, json=STATUS, headers={"X-Source-Key": "wrong"}).status_code == 401


def test_outcomes_and_reasons_are_shown_before_the_first_push(start: Start) -> None:
    start()
    shown = {tuple(s.labels.values()) for m in REGISTRY.collect() for s in m.samples if s.name == Metric.RECORDS}
    assert {("990101", "published"), ("990101", "rejected")} <= shown
    letters = {
        tuple(s.labels.values()) for m in REGISTRY.collect() for s in m.samples if s.name == Metric.DEAD_LETTERS
    }
    assert letters == {(Stage.INTAKE.value, reason.value) for reason in RejectReason}


@pytest.mark.parametrize("where", [PUSH, STATUSES])
def test_an_empty_list_is_told_to_be_empty(start: Start, publisher: FakePublisher, where: str) -> None:
    answer = start().post(where, json=[])
    assert (answer.status_code, answer.json()) == (400, {"error": "the list is empty"})
    assert (publisher.records, publisher.letters) == ([], [])
