"""The console on the real index: pages of one moment, exports, words, suggestions, audit by way of Kafka."""

import csv
import io
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from confluent_kafka import Producer

from consumers.api.alert_log import AlertLog, follow_alerts
from consumers.api.backend import AuditUnavailable, Backend
from consumers.api.cases import Search
from consumers.api.paging import Cursors, Place
from consumers.api.process import KafkaAuditLog
from consumers.audit.index import audit_index, follow
from consumers.bulk import ElasticsearchSink, Item
from consumers.elastic import connect
from consumers.rights.scope import visible_cases
from consumers.search.days import today
from consumers.search.documents import document_bytes
from consumers.search.index import alias_of
from consumers.search.reader import IndexReader
from consumers.search.spelling import Spelling
from consumers.search.words import WordList
from consumers.sending import Sender
from deploy.bench.asked import ByApi, ByElasticsearch, Timed
from deploy.bench.questions import Question
from deploy.servers.addresses import Servers
from schemas.audit_events import AuditRecord
from schemas.events import Alert, Case
from schemas.settings import Settings
from schemas.terms import AlertRule, AuditKind, Role
from schemas.topics import Topic
from tests.consumers_running import eventually, served
from tests.fakes_consumers import case, petition
from tests.officials import LABOUR, Audit, backend, browser, filled
from tests.servers_fixture import fresh_instance

CASES = "/api/v1/cases"
EXPORT = "/api/v1/exports/cases"
WORDS = WordList(["金水区", "金水", "魏都区"], ["拖欠工资"], ["资金"])
MANY = 25


@pytest.fixture(scope="module")
def settings(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return fresh_instance(servers, tmp_path_factory.mktemp("console"))


@pytest.fixture(scope="module")
def audit() -> Audit:
    return Audit()


def write(client: Any, settings: Settings, *cases: Case) -> None:
    items = [Item(one.case_id, one.version, document_bytes(one, WORDS)) for one in cases]
    sink = ElasticsearchSink(client.transport, alias_of(settings), bulk_bytes=settings.bulk_bytes)
    assert sink.write(items).done == len(items)
    client.indices.refresh(index=alias_of(settings))


def numbered(number: int, **changed: Any) -> Case:
    return case(petition(f"M-{number}", row=number, title="路灯不亮", body=f"第{number}盏路灯不亮。"), **changed)


MENTION = case(
    petition(
        "T-1", title="", body="小区物业停水三天，业主多次报修，" + "一直没有人来，" * 12 + "另外电梯故障也没有人管。"
    )
)
MATTER = case(petition("T-2", title="", body="电梯故障两个月，老人无法下楼，物业一直不修。" + "请求尽快处理。" * 12))
FUNDS = case(petition("T-3", title="资金水平", body="合作社的资金水平说不清。"))
DISTRICT = case(petition("T-4", title="金水的路", body="金水桥头的路不平。"))


RECORD = AuditRecord(
    audit_id="U00000000000000aa",
    kind=AuditKind.IDENTITY_SHOWN,
    at=datetime(2026, 3, 20, tzinfo=UTC),
    by="labour",
    role=Role.HANDLER,
    unit="411002-hrss",
    territory="411002",
)


@pytest.fixture(scope="module")
def console(settings: Settings, audit: Audit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with connect(settings) as client:
        filled(client, settings)
        write(client, settings, *(numbered(number) for number in range(MANY)), MENTION, MATTER, FUNDS, DISTRICT)
        made = backend(tmp_path_factory.mktemp("users"), client, settings, audit)
        yield Backend(**{**vars(made), "spelling": Spelling(WORDS)})


def ask(console: Backend, **parameters: Any) -> dict[str, Any]:
    answer = browser(console, "whole").get(CASES, params=parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(page: dict[str, Any]) -> list[str]:
    return [hit["case"]["case_id"] for hit in page["cases"]]


def test_pages_of_one_moment_give_each_case_once_while_others_arrive(console: Backend, settings: Settings) -> None:
    question = {"q": "路灯", "size": 10, "sort": "newest"}
    page = ask(console, **question)
    seen = ids(page)
    page = ask(console, **question, cursor=page["next"])
    seen += ids(page)
    with connect(settings) as client:
        late = numbered(99, opened_at=datetime(2020, 1, 1, tzinfo=UTC))
        write(client, settings, late)
        page = ask(console, **question, cursor=page["next"])
        seen += ids(page)
        assert page["next"] is None
        assert sorted(seen) == sorted(numbered(number).case_id for number in range(MANY))
        client.delete(index=alias_of(settings), id=late.case_id, refresh=True)


def test_a_cursor_belongs_to_one_viewer_and_one_search(console: Backend) -> None:
    cursor = ask(console, q="路灯", size=10)["next"]
    for official, query in (("city", "路灯"), ("whole", "路")):
        answer = browser(console, official).get(CASES, params={"q": query, "size": 10, "cursor": cursor})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_cursor")


def test_a_moment_that_is_no_longer_kept_says_so(console: Backend, settings: Settings) -> None:
    cursors = Cursors(console.cursor_key)
    with connect(settings) as client:
        reader = IndexReader(client, alias_of(settings))
        point = reader.open_point()
        reader.close_point(point)
    cursor = cursors.write(Place(point, (1, "C")), "whole", "路灯", "", "newest")
    answer = browser(console, "whole").get(CASES, params={"q": "路灯", "sort": "newest", "cursor": cursor})
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "cursor_lost")


def test_the_matter_comes_before_the_mention(console: Backend) -> None:
    assert ids(ask(console, q="电梯故障")) == [MATTER.case_id, MENTION.case_id]


def test_a_name_is_found_as_a_word_and_quoted_by_its_characters(console: Backend) -> None:
    assert ids(ask(console, q="金水")) == [DISTRICT.case_id]
    assert set(ids(ask(console, q='"金水"'))) == {DISTRICT.case_id, FUNDS.case_id}
    assert FUNDS.case_id in ids(ask(console, q="-金水 资金"))


def test_words_are_found_by_characters_in_documents_of_another_list(console: Backend) -> None:
    # The cases of `filled` were written without a list.
    assert LABOUR.case_id in ids(ask(console, q="拖欠工资"))


def test_where_no_case_has_all_words_one_may_be_missing(console: Backend) -> None:
    found = ask(console, q="电梯故障 老人 不存在的词")
    assert (ids(found), found["missing"]) == ([MATTER.case_id], 1)
    assert ask(console, q="老人 不存在的词")["total"] == 0


def test_a_suggestion_finds_something_visible_or_is_not_made(console: Backend) -> None:
    assert ask(console, q="拖前工资")["did_you_mean"] == ["拖欠工资"]
    other = browser(console, "housing").get(CASES, params={"q": "拖前工资"}).json()
    assert other["did_you_mean"] == []


def test_counts_are_filters(console: Backend) -> None:
    assert ids(ask(console, q="petitions:>1")) == [LABOUR.case_id]
    assert ask(console, q="件 petitions:>=1 petitions:<1")["total"] == 0


def test_an_export_holds_the_whole_result_and_leaves_its_count(console: Backend, audit: Audit) -> None:
    client = browser(console, "whole")
    lines = client.get(f"{EXPORT}.csv", params={"q": "路灯"}).text
    rows = list(csv.DictReader(io.StringIO(lines.removeprefix("\ufeff"))))
    assert len({row["事项编号"] for row in rows}) == MANY
    assert (audit.records[-1].kind, audit.records[-1].count) == (AuditKind.EXPORTED, MANY)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{EXPORT}.xlsx", params={"q": "路灯"}).content))
    table = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert {str(row[0]) for row in table[1:]} == {row["事项编号"] for row in rows}


def test_what_cannot_be_recorded_is_not_done(console: Backend, audit: Audit) -> None:
    client = browser(console, "whole")
    where = f"{CASES}/{LABOUR.case_id}/petitions/{LABOUR.petitions[0].petition_id}/identity"
    audit.is_away = True
    try:
        for answer in (client.post(where, json={"purpose": "inform"}), client.get(f"{EXPORT}.csv")):
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    finally:
        audit.is_away = False


def test_audit_records_reach_their_index_by_way_of_kafka_each_once(settings: Settings) -> None:
    log, stop = KafkaAuditLog(Sender(settings)), threading.Event()
    log.keep(RECORD)
    log.keep(RECORD)
    indexer = threading.Thread(target=follow, args=(settings, stop))
    indexer.start()
    try:
        with connect(settings) as client:
            everything = IndexReader(client, audit_index(settings))
            body = {"query": {"term": {"audit_id": RECORD.audit_id}}}

            def is_indexed_once() -> bool:
                client.indices.refresh(index=audit_index(settings), ignore_unavailable=True)
                return [hit["_source"]["by"] for hit in everything.search(body)["hits"]["hits"]] == ["labour"]

            eventually(is_indexed_once)
    finally:
        stop.set()
        indexer.join()


def test_alerts_come_from_their_topic_in_order(settings: Settings) -> None:
    alerts, stop = AlertLog(), threading.Event()
    producer = Producer({"bootstrap.servers": settings.kafka})
    for number in range(3):
        alert = Alert(
            alert_id=f"A{number}",
            rule=AlertRule.COUNTY_SILENT,
            subject="411002",
            raised_at=RECORD.at,
            message="未报送",
        )
        producer.produce(Topic.ALERTS.under(settings.prefix), key=alert.alert_id.encode(), value=alert.to_bytes())
    producer.flush(10)
    reading = threading.Thread(target=follow_alerts, args=(settings, alerts, stop))
    reading.start()
    try:
        eventually(lambda: [alert.alert_id for _, alert in alerts.after(-1)] == ["A0", "A1", "A2"])
        assert [offset for offset, _ in alerts.after(-1)] == [0, 1, 2]
    finally:
        stop.set()
        reading.join()


def test_a_record_that_kafka_does_not_take_is_not_safe(tmp_path: Path) -> None:
    away = KafkaAuditLog(Sender(Settings(home=tmp_path, kafka="127.0.0.1:1"), ack_s=1.0))
    with pytest.raises(AuditUnavailable):
        away.keep(RECORD)


def test_the_bench_of_searches_turns_the_same_pages_by_both_ways(console: Backend, settings: Settings) -> None:
    question = Question("lamps", Search("路灯", size=10), pages=9)
    viewer = console.viewer_named("whole")
    user = console.users.get("whole")
    assert viewer is not None and user is not None
    with connect(settings) as client, served(console) as port:
        reader = IndexReader(client, alias_of(settings), visible_cases(viewer))
        bare = ByElasticsearch(Timed(settings.elasticsearch), alias_of(settings), reader, WORDS, today())
        api = ByApi(Timed(f"http://127.0.0.1:{port}"), "whole", console.users.put(user))
        pages = [list(way.seconds(question)) for way in (api, bare)]
    assert len(pages[0]) == len(pages[1]) == ask(console, q="路灯")["total"] // 10 + 1
    assert all(seconds > 0 for way in pages for seconds in way)
