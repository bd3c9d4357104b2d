"""Each number is a search, and says what it means."""

from datetime import date
from typing import Any

import pytest

from consumers.search.queries import filter_clauses, search_body
from consumers.search.query_language import parse_query
from consumers.search.words import WordList
from consumers.statistics.numbers import GROUPINGS, NUMBERS, grouped, statistics, statistics_body

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
    for figure in group["figures"]:
        found = filter_clauses(parse_query(figure["within"]), TODAY)["filter"]
        assert {"bool": {"should": [{"term": {by: ""}}], "minimum_should_match": 1}} in found


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
    body = statistics_body("拖欠", "unit", TODAY)
    named = {number.name for number in NUMBERS if number.query}
    assert set(body["aggs"]) == named | {"groups"}
    assert set(body["aggs"]["groups"]["aggs"]) == named
    assert set(statistics_body("", "", TODAY)["aggs"]) == named


def test_what_is_counted_is_what_a_search_for_the_same_words_finds() -> None:
    words = WordList(["金水"], [])
    counted = statistics_body("金水", "", TODAY, words=words)["query"]["bool"]["must"]
    assert counted == search_body(parse_query("金水"), today=TODAY, words=words)["query"]["bool"]["must"]
