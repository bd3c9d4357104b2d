"""Clicks as queries."""

import pytest

from consumers.console.query_links import Chosen, chosen, marked, taken_apart, with_filter
from consumers.search.query_language import parse_query


@pytest.mark.parametrize(
    ("query", "name", "value", "narrowed"),
    [
        ("", "status", "concluded", "status:concluded"),
        ("拖欠工资", "unit", "建安区交通运输局", "拖欠工资 unit:建安区交通运输局"),
        ("路", "category", "农业 农村", '路 category:"农业 农村"'),
    ],
)
def test_a_facet_adds_a_filter_that_is_understood(query: str, name: str, value: str, narrowed: str) -> None:
    assert with_filter(query, name, value) == narrowed
    assert parse_query(narrowed).filters[name] == (value,)


def test_each_filter_can_be_taken_away_and_the_rest_stays_as_it_was() -> None:
    assert chosen("拖欠  工资 状态:已办结 -保安 place:4110") == [
        Chosen("status", "已办结", "拖欠  工资 -保安 place:4110"),
        Chosen("place", "4110", "拖欠  工资 状态:已办结 -保安"),
    ]
    assert chosen("工资 -地点:建安区") == [Chosen("place", "建安区", "工资", is_excluded=True)]


@pytest.mark.parametrize(
    ("query", "at", "parts"),
    [
        ("工资 plaec:41 路", 4, ("工资 ", "plaec:41", " 路")),
        ("-", 2, ("-", "", "")),
        ("place:", 7, ("place:", "", "")),
        ("路", 9, ("路", "", "")),
    ],
)
def test_a_wrong_query_is_marked_at_its_place(query: str, at: int, parts: tuple[str, str, str]) -> None:
    assert marked(query, at) == parts


@pytest.mark.parametrize(
    ("query", "apart"),
    [
        ("拖欠工资", "拖欠 工资"),
        ("农民工工资拖欠 地点:镇平县", "农民工工资拖欠 地点:镇平县"),
        ("基本农田保护 -违法占地 地点:镇平县 状态:依法终结", "基本 农田 保护 -违法占地 地点:镇平县 状态:依法终结"),
        ('"拖欠工资" 工资', '"拖欠工资" 工资'),
    ],
)
def test_a_phrase_that_is_not_found_is_taken_apart_and_what_was_quoted_stays(query: str, apart: str) -> None:
    assert taken_apart(query) == apart
