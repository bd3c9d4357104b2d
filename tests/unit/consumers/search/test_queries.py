"""The query language as tables of cases."""

import re
from datetime import date
from typing import Any

import pytest

from consumers.search.queries import filter_clauses, lookup_body, search_body
from consumers.search.query_language import Phrase, Query, QueryError, parse_query, query_terms
from consumers.search.unit_names import MOST_UNITS, units_named

TODAY = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("text", "phrases", "filters"),
    [
        ("", [], {}),
        ("   ", [], {}),
        ("拖欠工资", ["拖欠工资"], {}),
        ("拖欠 工资", ["拖欠", "工资"], {}),
        ("拖欠\u3000工资", ["拖欠", "工资"], {}),
        ('"third ring" 噪音', ["third ring", "噪音"], {}),
        ("“拆迁 补偿”", ["拆迁 补偿"], {}),
        ("「拆迁」", ["拆迁"], {}),
        ('工资"三十人"', ["工资", "三十人"], {}),
        ("噪音 -保安", ["噪音", "-保安"], {}),
        ('-"夜间 施工"', ["-夜间 施工"], {}),
        ("A-3区", ["A-3区"], {}),
        ("时间：三月", ["时间：三月"], {}),
        ("place:4110", [], {"place": ("4110",)}),
        ("place:4110 place:建安区 路", ["路"], {"place": ("4110", "建安区")}),
        ('unit:"住房 和城乡建设局"', [], {"unit": ("住房 和城乡建设局",)}),
        ("status:办理中", [], {"status": ("handling",)}),
        ("channel:visit channel:来信", [], {"channel": ("visit", "letter")}),
        ("overdue:yes", [], {"overdue": ("yes",)}),
        ("from:2026-01-01 to:2026-03-31", [], {"from": ("2026-01-01",), "to": ("2026-03-31",)}),
        ("record:XF-1", [], {"record": ("XF-1",)}),
        ("repeats:>3 people:<=5", [], {"repeats": (">3",), "people": ("<=5",)}),
        ("地点:建安区 重复:>3 超期:是", [], {"place": ("建安区",), "repeats": (">3",), "overdue": ("yes",)}),
        ("place：4110 自：2026-01-01", [], {"place": ("4110",), "from": ("2026-01-01",)}),
        ("责任单位:民政局 单位:水利局", [], {"unit": ("民政局", "水利局")}),
        ("category:none 单位:无 record:none", [], {"category": ("",), "unit": ("",), "record": ("none",)}),
    ],
)
def test_a_query_is_read_as_phrases_exclusions_and_filters(
    text: str, phrases: list[str], filters: dict[str, tuple[str, ...]]
) -> None:
    query = parse_query(text)
    assert ["-" * phrase.is_excluded + phrase.text for phrase in query.phrases] == phrases
    assert query.filters == filters


@pytest.mark.parametrize(
    ("text", "at", "problem"),
    [
        ('噪音 "没有结束', 4, "not closed"),
        ("“没有结束", 1, "not closed"),
        ("-", 2, "word is missing"),
        ("噪音 - 保安", 5, "word is missing"),
        ('""', 1, "word is missing"),
        ("！！", 1, "word is missing"),
        ("噪音 plaec:4110", 4, "no filter plaec:"),
        ("http://某网", 1, "no filter http:"),
        ("status:done", 1, "known are: registered"),
        ("from:2026/01/01", 1, "write it like"),
        ("路 to:2026-02-30", 3, "not a day"),
        ("overdue:maybe", 1, "yes or no"),
        ("place:", 7, "word is missing"),
        ("路 repeats:many", 3, "is a count"),
        ("people:>=", 8, "word is missing"),
        ("重复:多", 1, "is a count"),
        ("路 -被投诉:镇平县公安局", 4, "no unit is known"),
        ("字" * 1_001, 1_001, "at most 1000"),
    ],
)
def test_a_wrong_query_says_what_is_wrong_and_where(text: str, at: int, problem: str) -> None:
    with pytest.raises(QueryError, match=problem) as caught:
        parse_query(text)
    assert caught.value.at == at
    assert f"at character {at}" in str(caught.value)
    assert re.search(r"[\u4e00-\u9fff]", caught.value.problem_zh)


@pytest.mark.parametrize("named", ["被投诉", "异议单位", "协办", "wrong"])
@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("镇平县公安局", ("411324-police",)),
        ("公安局", ("411324-police", "411324-police-east")),
        ("411324-police", ("411324-police",)),
    ],
)
def test_names_of_units_become_codes_where_the_index_holds_codes_only(
    named: str, value: str, codes: tuple[str, ...]
) -> None:
    names = {"411324-police": "镇平县公安局", "411324-police-east": "镇平县公安局东城分局", "411324": "镇平县公安局"}
    query = parse_query(f"{named}:{value} -{named}:{value}", lambda name: units_named(name, tuple(names)[:2], names))
    assert [*query.filters.values()] == [*query.excluded_filters.values()] == [codes]
    (clause,) = filter_clauses(query, TODAY)["filter"]
    assert [{*one["term"].values()} for one in clause["bool"]["should"]] == [{code} for code in codes]


def test_a_part_of_a_name_that_too_many_units_have_is_none_of_them() -> None:
    names = {f"unit-{number}": f"第{number}公安局" for number in range(MOST_UNITS + 1)}
    assert (units_named("公安局", names, names), units_named("第7公安局", names, names)) == ((), ["unit-7"])


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("路 -保安", [("", "路", "路"), ("", "保安", "-保安")]),
        (
            '类别:"土地征收、宅基地" 噪音',
            [("category", "土地征收、宅基地", '类别:"土地征收、宅基地"'), ("", "噪音", "噪音")],
        ),
        ("place：4110  repeats:>3", [("place", "4110", "place：4110"), ("repeats", ">3", "repeats:>3")]),
    ],
)
def test_the_terms_of_a_query_are_known_as_they_were_written(text: str, terms: list[tuple[str, str, str]]) -> None:
    assert [(one.name, one.value, text[one.start : one.end]) for one in query_terms(text)] == terms


def test_options_narrow_a_query_and_are_checked_alike() -> None:
    query = parse_query("路 place:4110").narrowed({"place": ["4101"], "status": ["已办结"], "unit": []})
    assert query.filters == {"place": ("4110", "4101"), "status": ("concluded",)}
    with pytest.raises(QueryError):
        query.narrowed({"channel": ["鸽子"]})


def body(text: str, **options: Any) -> dict[str, Any]:
    return search_body(parse_query(text), today=TODAY, **options)


def clauses(text: str) -> dict[str, Any]:
    found: dict[str, Any] = body(text)["query"]["bool"]
    return found


def test_every_word_must_occur_and_words_rank_by_pairs() -> None:
    found = clauses("拖欠 工资 -保安")
    assert [one["multi_match"]["query"] for one in found["must"]] == ["拖欠", "工资"]
    assert {one["multi_match"]["type"] for one in found["must"]} == {"phrase"}
    assert found["should"][0]["multi_match"]["query"] == "拖欠 工资"
    assert found["must_not"][0]["multi_match"]["query"] == "保安"


def test_no_words_find_everything() -> None:
    assert clauses("")["must"] == [{"match_all": {}}]
    assert clauses("")["should"] == []


def test_merged_cases_are_left_out_unless_asked_for() -> None:
    assert {"term": {"status": "merged"}} in clauses("路")["must_not"]
    assert clauses("路 status:merged")["must_not"] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("place:4110", {"bool": {"should": [{"term": {"place_path": "4110"}}], "minimum_should_match": 1}}),
        (
            "unit:民政局",
            {"bool": {"should": [{"match_phrase": {"unit_name.text": "民政局"}}], "minimum_should_match": 1}},
        ),
        ("channel:visit channel:call", {"terms": {"channels": ["visit", "call"]}}),
        (
            "unmet:review 逾期未办:re_review",
            {
                "bool": {
                    "should": [{"range": {f"due.{kind}": {"lt": "2026-04-01"}}} for kind in ("review", "re_review")],
                    "minimum_should_match": 1,
                }
            },
        ),
        ("overdue:yes", {"range": {"next_due_on": {"lt": "2026-04-01"}}}),
        ("refused:yes", {"range": {"refusal_count": {"gt": 0}}}),
        ("irregular:yes", {"range": {"irregular_count": {"gt": 0}}}),
        ("临期:是", {"range": {"next_due_on": {"gte": "2026-04-01", "lte": "2026-04-04"}}}),
        ("unsure:yes", {"term": {"verdicts": "unsure"}}),
        ("overdue:no", {"bool": {"must_not": [{"range": {"next_due_on": {"lt": "2026-04-01"}}}]}}),
        ("collective:yes", {"term": {"is_collective": True}}),
        (
            "分卷:C0000000000000009",
            {"bool": {"should": [{"term": {"volume_of": "C0000000000000009"}}], "minimum_should_match": 1}},
        ),
        ("open:yes", {"term": {"is_open": True}}),
        ("repeats:>3", {"range": {"repeat_count": {"gt": 3}}}),
        ("people:>=5", {"range": {"people": {"gte": 5}}}),
        ("refusals:2", {"range": {"refusal_count": {"gte": 2, "lte": 2}}}),
        ("from:2026-01-05", {"range": {"last_received_at": {"gte": "2026-01-05", "time_zone": "+08:00"}}}),
        ("record:XF-1", {"bool": {"should": [{"term": {"record_nos": "XF-1"}}], "minimum_should_match": 1}}),
    ],
)
def test_a_filter_becomes_its_clause(text: str, expected: dict[str, Any]) -> None:
    assert clauses(text)["filter"] == [expected]


def test_a_page_goes_on_after_the_last_hit_in_the_order_asked_for() -> None:
    found = body("路", sort="due", size=3, after=[1, "C1"])
    assert found["search_after"] == [1, "C1"]
    assert found["size"] == 3
    assert next(iter(found["sort"][0])) == "next_due_on"
    with pytest.raises(QueryError, match="unknown order"):
        body("路", sort="random")


def test_facets_are_made_only_when_asked_for() -> None:
    assert "aggs" not in body("路")
    assert set(body("路", with_facets=True)["aggs"]) >= {"status", "category", "unit", "channel"}


def test_phrases_are_values() -> None:
    assert Query((Phrase("路"),)) == parse_query("路")


@pytest.mark.parametrize(
    ("age", "bounds"),
    [
        (">15", {"lt": "2026-03-17"}),
        (">=15", {"lte": "2026-03-17"}),
        ("<=60", {"gte": "2026-01-31"}),
        ("<60", {"gt": "2026-01-31"}),
        ("15", {"lte": "2026-03-17", "gte": "2026-03-17"}),
        (">800000", {"lt": "0001-01-01"}),
        ("<999999", {"gt": "0001-01-01"}),
    ],
)
def test_the_older_a_case_the_earlier_its_first_petition(age: str, bounds: dict[str, str]) -> None:
    (clause,) = filter_clauses(parse_query(f"age:{age}"), TODAY)["filter"]
    assert clause == {"range": {"opened_at": bounds | {"time_zone": "+08:00"}}}


def test_a_filter_may_be_excluded_like_a_word() -> None:
    query = parse_query("工资 -状态:已办结 －地点：建安区 -place:4113")
    assert query.filters == {}
    assert query.excluded_filters == {"status": ("concluded",), "place": ("建安区", "4113")}
    body = search_body(query, today=TODAY)["query"]["bool"]
    assert body["filter"] == []
    assert {"terms": {"status": ["concluded"]}} in body["must_not"]
    assert [one for one in body["must_not"] if "should" in one.get("bool", {})] == [
        filter_clauses(parse_query(f"place:{place}"), TODAY)["filter"][0] for place in ("建安区", "4113")
    ]


@pytest.mark.parametrize("wrong", ["-nosuch:x", "-status:nosuch", "-from:gestern"])
def test_an_excluded_filter_is_checked_like_any_other(wrong: str) -> None:
    with pytest.raises(QueryError):
        parse_query(wrong)


def test_a_number_is_found_however_it_is_written() -> None:
    for written in ("信访（2024）15号", "信访(2024)15号"):
        (clause,) = filter_clauses(parse_query(f"编号:{written}"), TODAY)["filter"]
        assert clause["bool"]["should"] == [{"term": {"record_nos": "信访(2024)15号"}}]
        assert {"term": {"record_nos": "信访(2024)15号"}} in lookup_body(written)["query"]["bool"]["should"]
