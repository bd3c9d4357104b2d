"""`verify` on real servers: complete when it is, and every difference named when it is not."""

from datetime import date

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata

from consumers.elastic import connect
from consumers.proof.account import Kind
from consumers.search import indexer
from consumers.search.index import alias_of
from deploy.verify import NotSettled, lags, verify, wait_until_settled
from schemas.events import CountyReport
from schemas.petition import IntakeBatch
from schemas.settings import Settings
from schemas.terms import ReportKind
from schemas.topics import Topic
from tests.consumers_running import eventually, indexed, publish, running
from tests.fakes_consumers import START, case, intake, petition

RECORDS = [intake("1"), intake("2", row=2), intake("1", row=3)]
CASES = [case(petition("1")), case(petition("2", row=2))]


@pytest.fixture
def filled(settings: Settings) -> Settings:
    checksum = sum(int(record.receipt, 16) for record in RECORDS) % 2**64
    report = CountyReport(
        report_id="r1",
        county="411002",
        kind=ReportKind.DATA,
        delivery_id="d1",
        reported_at=START,
        period_on=date(2026, 3, 2),
        received=3,
        published=3,
        checksum=f"{checksum:016x}",
    )
    publish(settings, Topic.INTAKE, {"p0": IntakeBatch(records=tuple(RECORDS))})
    publish(settings, Topic.REPORTS, {"411002": report})
    publish(settings, Topic.CASES, CASES)
    with connect(settings) as client, running(indexer.run, settings):
        eventually(lambda: indexed(client, settings) == 2)
    return settings


def test_everything_that_was_received_is_found(filled: Settings) -> None:
    result = verify(filled)
    assert result.differences == ()
    assert (result.received, result.registered, result.resent, result.revised, result.rejected) == (3, 2, 1, 0, 0)
    assert (result.cases, result.documents, result.unreported) == (2, 2, ())
    assert result.is_complete
    assert result.as_json()["by_day"][0]["county"] == "411002"


def test_a_document_that_vanished_and_one_too_many_are_named(filled: Settings) -> None:
    with connect(filled) as client:
        client.delete(index=alias_of(filled), id=CASES[0].case_id, version=2, version_type="external")
        client.index(index=alias_of(filled), id="Cother", document={"case_id": "Cother"})
    named = {(one.kind, one.subject) for one in verify(filled).differences}
    assert named == {(Kind.MISSING_DOCUMENT, CASES[0].case_id), (Kind.UNKNOWN_DOCUMENT, "Cother")}


def test_a_petition_that_was_lost_on_the_way_is_named(filled: Settings) -> None:
    lost = intake("3", row=4)
    publish(filled, Topic.INTAKE, {"p0": IntakeBatch(records=(lost,))})
    result = verify(filled)
    assert {one.kind for one in result.differences} == {Kind.MISSING_PETITION, Kind.DELIVERY}
    assert not result.is_complete


def test_messages_that_nobody_has_worked_off_are_waited_for(filled: Settings) -> None:
    assert lags(filled)["linking:intake"] == 1
    with pytest.raises(NotSettled, match="linking:intake 1"):
        wait_until_settled(filled, 0.1)
    consumer = KafkaConsumer(bootstrap_servers=filled.kafka, group_id=f"{filled.prefix}.linking")
    part = TopicPartition(Topic.INTAKE.under(filled.prefix), 0)
    consumer.assign([part])
    consumer.commit({part: OffsetAndMetadata(1, "", -1)})
    consumer.close()
    wait_until_settled(filled, 30)
