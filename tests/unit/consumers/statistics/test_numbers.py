"""Each number is a search, and says what it means."""

from datetime import date
from typing import Any

import pytest

from consumers.search.queries import search_body
from consumers.search.query_language import parse_query
from consumers.search.words import WordList
from consumers.statistics.numbers import GROUPINGS, MOST_GROUPS, NUMBERS, grouped, statistics, statistics_body

TODAY = date(2026, 4, 1)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.name)
def test_a_number_is_defined_in_both_languages_by_a_query_that_can_be_read(number: Any) -> None:
    assert all((number.label, number.definition, number.definition_en))
    assert parse_query(number.query).wanted == ()


@pytest.mark.parametrize("by", GROUPINGS)
def test_the_filter_of_a_group_can_be_read(by: str) -> None:
    key = {"month": "2026-02", "channel": "visit"}.get(by, "4110")
    bucket: dict[str, Any] = {"key": key, "doc_count": 7} | {n.name: {"doc_count": 1} for n in NUMBERS}
    answer = {
        "hits": {"total": {"value": 9}},
        "aggregations": {**{n.name: {"doc_count": 2} for n in NUMBERS}, "groups": {"buckets": [bucket]}},
    }
    told = statistics(answer, by)
    assert (told["total"][0]["value"], told["total"][1]["value"]) == (9, 2)
    (group,) = told["groups"]
    assert (group["figures"][0]["value"], group["figures"][1]["value"]) == (7, 1)
    assert all(parse_query(figure["within"]).filters for figure in group["figures"])
    if by == "month":
        assert group["figures"][0]["within"] == "from:2026-02-01 to:2026-02-28"


@pytest.mark.parametrize("by", ["unit", "category"])
def test_a_group_of_which_nothing_was_decided_leads_to_its_cases(by: str) -> None:
    bucket: dict[str, Any] = {"key": "", "doc_count": 7} | {n.name: {"doc_count": 1} for n in NUMBERS}
    (group,) = grouped({"aggregations": {"groups": {"buckets": [bucket]}}}, by)
    owed = {number.name: number.owed for number in NUMBERS if number.owed and by == "unit"}
    for figure in group["figures"]:
        assert parse_query(figure["within"]).filters[owed.get(figure["name"], by)] == ("",)


def charged(**counts: int) -> dict[str, Any]:
    return {"units": {"buckets": [{"key": unit, "doc_count": count} for unit, count in counts.items()]}}


def test_by_unit_it_is_charged_to_whoever_had_to_tell_the_petitioner() -> None:
    """a: accountable in seven cases; b was asked in some of them and is accountable in none."""
    bucket: dict[str, Any] = {"key": "a", "doc_count": 7} | {n.name: {"doc_count": 1} for n in NUMBERS}
    found = {
        "groups": {"buckets": [bucket]},
        "informed_in_time.informed_by": charged(a=2, b=3),
        "informed_late.informed_late_by": charged(b=4),
        "informed_overdue.unit": charged(a=5),
        "informed_overdue.asked_unit": charged(a=1, b=6),
    }
    groups = grouped({"aggregations": found}, "unit")
    told = {group["key"]: {one["name"]: one for one in group["figures"]} for group in groups}
    names = ("cases", "overdue", "informed_in_time", "informed_late", "informed_overdue")
    values = {unit: [figures[name]["value"] for name in names] for unit, figures in told.items()}
    assert values == {"a": [7, 1, 2, 0, 6], "b": [0, 0, 3, 4, 6]}
    assert [told["b"][name]["within"] for name in names] == [
        "unit:b",
        "unit:b overdue:yes",
        "informed_by:b",
        "informed_late_by:b",
        "uninformed_by:b",
    ]


def test_a_unit_without_a_case_of_its_own_is_told_only_where_all_that_have_some_are() -> None:
    numbers = {n.name: {"doc_count": 1} for n in NUMBERS}
    buckets = [{"key": f"a{one}", "doc_count": 1} | numbers for one in range(MOST_GROUPS)]
    found = {"groups": {"buckets": buckets}, "informed_overdue.asked_unit": charged(b=6)}
    assert len(grouped({"aggregations": found}, "unit")) == MOST_GROUPS


def test_what_is_within_does_not_widen_the_same_filter_of_the_query() -> None:
    within = parse_query("place:411002 open:yes")
    body = search_body(parse_query("place:4110 open:no"), today=TODAY, within=within)
    assert len(body["query"]["bool"]["filter"]) == 3
    (narrowed,) = [one for one in body["query"]["bool"]["filter"] if "filter" in one.get("bool", {})]
    assert {"term": {"is_open": True}} in narrowed["bool"]["filter"]


@pytest.mark.parametrize("what", [("register", "registered"), ("inform", "informed"), ("conclude", "concluded")])
def test_what_is_overdue_in_a_kind_of_period_is_neither_late_nor_in_time_in_it(what: tuple[str, str]) -> None:
    kind, name = what
    counted = statistics_body("", "", TODAY)["aggs"][f"{name}_overdue"]["filter"]["bool"]
    assert counted["filter"] == [
        {"bool": {"should": [{"range": {f"due.{kind}": {"lt": "2026-04-01"}}}], "minimum_should_match": 1}}
    ]
    assert {"terms": {"late": [kind]}} in counted["must_not"]


def test_numbers_are_counted_for_all_and_for_each_group() -> None:
    body = statistics_body("拖欠", "county", TODAY)
    named = {number.name for number in NUMBERS if number.query}
    assert set(body["aggs"]) == named | {"groups"}
    assert set(body["aggs"]["groups"]["aggs"]) == named
    assert set(statistics_body("", "", TODAY)["aggs"]) == named


def test_what_is_counted_is_what_a_search_for_the_same_words_finds() -> None:
    words = WordList(["金水"], [])
    counted = statistics_body("金水", "", TODAY, words=words)["query"]["bool"]["must"]
    assert counted == search_body(parse_query("金水"), today=TODAY, words=words)["query"]["bool"]["must"]
