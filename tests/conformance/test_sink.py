"""One suite for the sink: what holds for the fake in the unit tests holds for Elasticsearch."""

from collections.abc import Iterator

import pytest

from consumers.bulk import ElasticsearchSink, Item, Sink
from consumers.elastic import connect
from consumers.search.documents import document_bytes
from consumers.search.index import alias_of, ensure_index
from schemas.settings import Settings
from tests.fakes_consumers import FakeSink, case, petition

FAKE = pytest.param("fake", id="fake")
REAL = pytest.param("real", id="elasticsearch", marks=pytest.mark.integration)


def item(number: str = "1", version: int = 1) -> Item:
    made = case(petition(number), version=version)
    return Item(made.case_id, version, document_bytes(made))


POISON = Item("Cpoison", 1, b'{"case_id":"Cpoison","no_such_field":1}')


@pytest.fixture(params=[FAKE, REAL])
def sink(request: pytest.FixtureRequest) -> Iterator[Sink]:
    if request.param == "fake":
        yield FakeSink(refuses={POISON.id: "strict_dynamic_mapping_exception"})
        return
    settings: Settings = request.getfixturevalue("settings")
    with connect(settings) as client:
        ensure_index(client, settings)
        yield ElasticsearchSink(client.transport, alias_of(settings), bulk_bytes=settings.bulk_bytes)


def test_a_new_document_is_done(sink: Sink) -> None:
    assert sink.write([item("1"), item("2")]).done == 2


def test_the_same_version_again_is_stale(sink: Sink) -> None:
    sink.write([item()])
    assert (sink.write([item()]).stale, sink.write([item()]).done) == (1, 0)


def test_an_older_version_is_stale_and_a_newer_one_done(sink: Sink) -> None:
    sink.write([item(version=5)])
    assert sink.write([item(version=4)]).stale == 1
    assert sink.write([item(version=6)]).done == 1


def test_of_one_batch_the_newest_version_stays(sink: Sink) -> None:
    written = sink.write([item(version=1), item(version=3), item(version=2)])
    assert (written.done, written.stale) == (1, 2)
    assert sink.write([item(version=3)]).stale == 1


def test_a_document_that_the_mapping_does_not_know_is_refused_alone(sink: Sink) -> None:
    written = sink.write([item("1"), POISON, item("2")])
    assert written.done == 2
    assert [(one.item.id, one.code) for one in written.refused] == [(POISON.id, "strict_dynamic_mapping_exception")]
    assert written.again == ()
