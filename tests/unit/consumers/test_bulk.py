"""Each item of a bulk request gets its own verdict."""

import orjson
import pytest
from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout

from consumers.bulk import AccessDenied, ElasticsearchSink, Item, Written, newest
from tests.fakes_consumers import FakeTransport


def item(name: str, version: int = 1, size: int = 10) -> Item:
    return Item(name, version, b'{"x":"' + b"y" * size + b'"}')


ITEMS = [item("a"), item("b"), item("c")]


def sink(transport: FakeTransport, bulk_bytes: int = 1_000_000) -> ElasticsearchSink:
    return ElasticsearchSink(transport, "t-cases", bulk_bytes=bulk_bytes)  # type: ignore[arg-type]


def names(items: tuple[Item, ...]) -> list[str]:
    return [one.id for one in items]


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        ((200, ""), "done"),
        ((201, ""), "done"),
        ((409, "version_conflict_engine_exception"), "stale"),
        ((400, "strict_dynamic_mapping_exception"), "refused"),
        ((400, "document_parsing_exception"), "refused"),
        ((403, "some_exception"), "refused"),
        ((404, "some_exception"), "refused"),
        ((413, "some_exception"), "refused"),
        ((429, "es_rejected_execution_exception"), "again"),
        ((500, "some_exception"), "again"),
        ((503, "unavailable_shards_exception"), "again"),
        ((403, "cluster_block_exception"), "again"),
        ((404, "index_not_found_exception"), "again"),
        ((400, "index_closed_exception"), "again"),
    ],
)
def test_each_item_is_judged_alone(verdict: tuple[int, str], outcome: str) -> None:
    written = sink(FakeTransport([201, verdict, 201])).write(ITEMS)
    assert written.done == (3 if outcome == "done" else 2)
    assert written.stale == (outcome == "stale")
    assert [(one.item.id, one.code) for one in written.refused] == (
        [("b", verdict[1])] if outcome == "refused" else []
    )
    assert names(written.again) == (["b"] if outcome == "again" else [])


@pytest.mark.parametrize("answer", [429, 500, 502, 503, NoConnection("away"), ConnectionTimeout("slow")])
def test_a_failed_request_leaves_everything_for_later(answer: int | Exception) -> None:
    written = sink(FakeTransport(answer)).write(ITEMS)
    assert written == Written(again=tuple(ITEMS))


@pytest.mark.parametrize("status", [401, 403])
def test_a_denied_request_stops(status: int) -> None:
    with pytest.raises(AccessDenied, match=str(status)):
        sink(FakeTransport(status)).write(ITEMS)


def test_a_request_that_is_too_large_is_halved_at_once() -> None:
    transport = FakeTransport(413)
    assert sink(transport).write(ITEMS).done == 3
    assert [body.count(b"\n") // 2 for body in transport.bodies] == [3, 1, 2]


def test_one_document_that_is_too_large_is_refused() -> None:
    written = sink(FakeTransport(413)).write([item("a")])
    assert [one.code for one in written.refused] == ["http_413"]


def test_a_time_out_halves_the_next_request_and_success_lets_it_grow_again() -> None:
    transport = FakeTransport(ConnectionTimeout("slow"))
    writer = sink(transport)
    items = [item(str(number)) for number in range(8)]
    left = writer.write(items).again
    assert len(left) == 8
    assert writer.write(left).done == 8
    assert [body.count(b"\n") // 2 for body in transport.bodies] == [8, 4, 4]


def test_requests_are_limited_by_bytes() -> None:
    transport = FakeTransport()
    assert sink(transport, bulk_bytes=250).write([item(str(n), size=100) for n in range(5)]).done == 5
    assert [body.count(b"\n") // 2 for body in transport.bodies] == [2, 2, 1]


def test_a_document_larger_than_the_limit_travels_alone() -> None:
    transport = FakeTransport()
    assert sink(transport, bulk_bytes=50).write([item("a", size=200), item("b", size=1)]).done == 2
    assert len(transport.bodies) == 2


def test_after_a_failed_request_the_rest_of_the_write_waits_too() -> None:
    transport = FakeTransport([201, 201], 503)
    written = sink(transport, bulk_bytes=250).write([item(str(n), size=100) for n in range(6)])
    assert (written.done, names(written.again)) == (2, ["2", "3", "4", "5"])
    assert len(transport.bodies) == 2


def test_only_the_newest_version_of_a_document_travels() -> None:
    assert newest([item("a", 2), item("a", 3), item("b", 1), item("a", 1)]) == [item("a", 3), item("b", 1)]
    assert sink(FakeTransport()).write([item("a", 1), item("a", 2)]) == Written(done=1, stale=1)


def test_a_request_carries_external_versions_and_insists_on_the_alias() -> None:
    transport = FakeTransport()
    sink(transport).write([item("a", 7)])
    action = orjson.loads(transport.bodies[0].split(b"\n")[0])
    assert action == {"index": {"_id": "a", "version": 7, "version_type": "external"}}
    assert "require_alias=true" in transport.targets[0]
