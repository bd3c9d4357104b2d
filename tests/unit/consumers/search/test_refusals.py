"""The statistics of refusals name who was wrong."""

import orjson

from consumers.search.mapping import PROPERTIES
from consumers.search.refusals import UnitRefusals, refusals, refusals_body
from deploy.commands.refusals import as_text

ANSWER = {
    "hits": {"total": {"value": 90}},
    "aggregations": {
        "refusing": {
            "buckets": [{"key": "411002-transport", "doc_count": 4}, {"key": "411002-water", "doc_count": 4}]
        },
        "wrong": {"buckets": [{"key": "411002-water", "doc_count": 3}, {"key": "411002-petition", "doc_count": 1}]},
        "refused": {"doc_count": 7, "total": {"value": 9.0}},
        "irregular": {"doc_count": 2},
        "unowned": {"doc_count": 0},
    },
}


def test_every_field_that_is_counted_is_in_the_index() -> None:
    asked = orjson.dumps(refusals_body()).decode()
    fields = ("refusing_units", "wrong_units", "refusal_count", "irregular_count", "unit", "status")
    assert [field for field in fields if f'"{field}"' not in asked or field not in PROPERTIES] == []


def test_who_was_wrong_most_often_comes_first_whether_it_refused_or_sent() -> None:
    found = refusals(ANSWER)
    assert found.units == (
        UnitRefusals("411002-water", 4, 3),
        UnitRefusals("411002-petition", 0, 1),
        UnitRefusals("411002-transport", 4, 0),
    )
    assert (found.cases, found.refused_cases, found.refusals, found.unowned_cases) == (90, 7, 9, 0)


def test_officials_read_one_line_for_each_unit() -> None:
    text = as_text(refusals(ANSWER))
    assert "共 90 案，其中 7 案有异议 9 次，2 案有不合程序的环节，无责任单位 0 案" in text
    assert "411002-water  提出异议 4 案，认定有误 3 案" in text
