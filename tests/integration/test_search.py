"""Searches on the real index: phrases, exclusion, filters, ranking, highlights; a case by any of its names."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from elasticsearch import Elasticsearch

from consumers.bulk import ElasticsearchSink, Item
from consumers.elastic import connect
from consumers.search import finder
from consumers.search.documents import document_bytes
from consumers.search.index import alias_of, ensure_index
from consumers.search.query_language import parse_query
from consumers.search.reader import all_cases
from consumers.search.refusals import UnitRefusals, refusals, refusals_body
from schemas.events import Case
from schemas.life import Refusal
from schemas.petition import Place
from schemas.settings import Settings
from schemas.terms import CaseStatus, Channel, Level
from tests.consumers_running import eventually
from tests.fakes_consumers import ROAD, WAGES, case, clock, merged, petition

ELSEWHERE = Place(code="411023101", name="河南省许昌市建安区将官池镇", level=Level.TOWNSHIP)
WAGES_CASE = case(petition("W-1"), petition("W-2", row=2, channel=Channel.LETTER))
ROAD_CASE = case(
    petition("R-1", row=3, title="道路塌陷", body=ROAD, received_at=datetime(2026, 3, 20, tzinfo=UTC)),
    place=ELSEWHERE,
    clocks=(clock(),),
    refusals=(
        Refusal(
            step_id="S1",
            at=datetime(2026, 3, 24, tzinfo=UTC),
            unit="411023101-government",
            sender="411023-petition",
            due_on=date(2026, 3, 27),
            is_in_time=True,
            wrong_unit="411023101-government",
        ),
    ),
)
SCATTERED = case(petition("S-1", row=4, title="工人来信", body="工厂欠费停电，拖延数月，工人领不到资料。"))
LOST = merged(case(petition("L-1", row=5, body=WAGES + "再次反映。")), WAGES_CASE)
CASES = {"wages": WAGES_CASE, "road": ROAD_CASE, "scattered": SCATTERED, "lost": LOST}
TODAY = date(2026, 4, 1)


WIDE = case(petition("F-1", row=6, title="ＡＢ化工厂", body="２０２６年３月ＡＢ化工厂夜里排废气。"))


@pytest.fixture
def client(settings: Settings) -> Iterator[Elasticsearch]:
    with connect(settings) as connected:
        ensure_index(connected, settings)
        sink = ElasticsearchSink(connected.transport, alias_of(settings), bulk_bytes=settings.bulk_bytes)
        written = sink.write([Item(one.case_id, one.version, document_bytes(one)) for one in CASES.values()])
        assert written.done == len(CASES)
        connected.indices.refresh(index=alias_of(settings))
        yield connected


def found(client: Elasticsearch, settings: Settings, text: str) -> list[str]:
    name_of = {one.case_id: name for name, one in CASES.items()}
    result = finder.search(all_cases(client, settings), parse_query(text), today=TODAY)
    assert result.total == len(result.hits)
    return [name_of[hit.case["case_id"]] for hit in result.hits]


@pytest.mark.parametrize("text", ["2026年3月", "ab化工厂", "ＡＢ化工厂", "２０２６年", '"AB化工厂夜里"'])
def test_the_width_of_digits_and_letters_does_not_matter(
    client: Elasticsearch, settings: Settings, text: str
) -> None:
    sink = ElasticsearchSink(client.transport, alias_of(settings), bulk_bytes=settings.bulk_bytes)
    sink.write([Item(WIDE.case_id, WIDE.version, document_bytes(WIDE))])
    client.indices.refresh(index=alias_of(settings))
    result = finder.search(all_cases(client, settings), parse_query(text), today=TODAY)
    assert [hit.case["case_id"] for hit in result.hits] == [WIDE.case_id]


def test_queries_find_what_they_say(client: Elasticsearch, settings: Settings) -> None:
    table = {
        "": {"wages", "road", "scattered"},
        "拖欠": {"wages"},
        "拖欠工资": set(),
        "工人": {"wages", "scattered"},
        '工人 -"拖延数月"': {"wages"},
        "塌陷": {"road"},
        "拖欠 追回": {"wages"},
        "拖欠 塌陷": set(),
        "place:4110": {"wages", "road", "scattered"},
        "place:411023": {"road"},
        "place:建安区": {"road"},
        "建安区": {"road"},
        "unit:社会保障局 工资": {"wages"},
        "category:劳动保障 category:land": {"wages", "road", "scattered"},
        "channel:来信": {"wages"},
        "status:merged": {"lost"},
        "overdue:yes": {"road"},
        "refused:yes": {"road"},
        "wrong:411023101-government": {"road"},
        "irregular:yes": set(),
        "overdue:no": {"wages", "scattered"},
        "from:2026-03-20": {"road"},
        "to:2026-03-19": {"wages", "scattered"},
        "record:R-1": {"road"},
    }
    # A word of the title counts as well: the titles of the wages cases say it.
    table["拖欠工资"] = {"wages"}
    assert {text: set(found(client, settings, text)) for text in table} == table


def test_highlights_show_the_words_in_their_sentence(client: Elasticsearch, settings: Settings) -> None:
    hit = finder.search(all_cases(client, settings), parse_query("积水"), today=TODAY).hits[0]
    assert any("雨后【积水】半米深" in fragment for fragment in hit.highlights)
    assert "bodies" not in hit.case


@pytest.mark.parametrize("name", [WAGES_CASE.case_id, WAGES_CASE.petitions[1].petition_id, "W-2"])
def test_a_case_is_found_by_each_of_its_names(client: Elasticsearch, settings: Settings, name: str) -> None:
    assert [one["case_id"] for one in finder.find_cases(all_cases(client, settings), name)] == [WAGES_CASE.case_id]


def test_a_merged_case_leads_to_the_one_that_took_it_over(client: Elasticsearch, settings: Settings) -> None:
    for name in (LOST.case_id, "L-1"):
        (one,) = finder.find_cases(all_cases(client, settings), name)
        assert one["case_id"] == WAGES_CASE.case_id


def test_an_unknown_name_is_said_to_be_unknown(client: Elasticsearch, settings: Settings) -> None:
    with pytest.raises(finder.NoSuchCase):
        finder.find_cases(all_cases(client, settings), "none")


def test_facets_count_open_values(client: Elasticsearch, settings: Settings) -> None:
    result = finder.search(all_cases(client, settings), parse_query(""), today=TODAY, with_facets=True)
    assert result.facets["status"] == {CaseStatus.REGISTERED.value: 3}
    assert result.facets["channel"] == {"visit": 3, "letter": 1}


def test_refusals_are_counted_by_unit_and_no_case_is_without_one(client: Elasticsearch, settings: Settings) -> None:
    counted = refusals(client.search(index=alias_of(settings), **refusals_body()).body)
    assert counted.units == (UnitRefusals("411023101-government", 1, 1),)
    assert (counted.cases, counted.refused_cases, counted.unowned_cases) == (3, 1, 0)


def test_no_field_of_the_index_holds_a_pseudonym(client: Elasticsearch, settings: Settings) -> None:
    refs = {one.petitioner_ref for given in CASES.values() for one in Case.model_validate(given).petitions}
    for hit in client.search(index=alias_of(settings), size=100).body["hits"]["hits"]:
        assert not any(str(ref) in str(hit["_source"]) for ref in refs)


def test_a_search_makes_searchable_what_was_written_while_nobody_searched(settings: Settings) -> None:
    unhurried = settings.with_changes(refresh_ms=None)
    with connect(unhurried) as client:
        index = ensure_index(client, unhurried)
        client.indices.put_settings(index=index, settings={"index.search.idle.after": "0s"})
        sink = ElasticsearchSink(client.transport, alias_of(unhurried), bulk_bytes=unhurried.bulk_bytes)
        assert sink.write([Item(WAGES_CASE.case_id, 1, document_bytes(WAGES_CASE))]).done == 1
        eventually(lambda: found(client, unhurried, "record:W-1") == ["wages"])
