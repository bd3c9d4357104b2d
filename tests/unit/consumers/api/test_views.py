"""What an answer shows: named fields only, marks as parts, and no names of what may not be seen."""

import csv
import io
from typing import Any

import orjson
import pytest

from consumers.api import views
from consumers.api.table import BYTE_ORDER_MARK, COLUMNS, csv_lines, row
from consumers.search.documents import document
from tests.officials import LABOUR, ROADS

OTHER = LABOUR.case_id


def shown(case: Any = ROADS) -> dict[str, Any]:
    return views.full(orjson.loads(orjson.dumps(document(case))))


def test_a_summary_has_no_text_and_no_accused_unit() -> None:
    found = views.summary(orjson.loads(orjson.dumps(document(LABOUR))))
    assert found["title"] == "拖欠工资"
    assert not {"bodies", "story", "accused_units", "territories", "petition_ids"} & set(found)
    assert found["labels"]["status"] == "已登记"


def test_a_full_case_shows_each_petition_with_its_text() -> None:
    assert [one["body"] for one in shown(LABOUR)["petitions"]] == [one.body for one in LABOUR.petitions]


def test_names_of_other_cases_are_found_and_can_be_hidden() -> None:
    case = shown()
    petition = LABOUR.petitions[0].petition_id
    assert views.foreign_names(case) == {OTHER, petition}
    hidden = views.masked(case, {OTHER, petition})
    assert (hidden["kept_from"], hidden["questions"]) == ([], [])
    assert views.masked(case, set()) == case
    assert views.masked(case, {petition})["kept_from"] == [OTHER]


def test_a_name_within_a_sentence_is_replaced_and_the_petition_itself_is_not_touched() -> None:
    case = shown() | {"notes": [{"text": f"与 {OTHER} 并案"}]}
    case["petitions"][0]["body"] = f"我的编号是 {OTHER}"
    hidden = views.masked(case, {OTHER})
    assert hidden["notes"][0]["text"] == f"与 {views.ELSEWHERE} 并案"
    assert OTHER in hidden["petitions"][0]["body"]


@pytest.mark.parametrize(
    ("fragment", "parts"),
    [
        ("没有", [("没有", False)]),
        ("前\ue000中\ue001后", [("前", False), ("中", True), ("后", False)]),
        ("\ue000首\ue001<b>\ue000尾\ue001", [("首", True), ("<b>", False), ("尾", True)]),
        ("", []),
    ],
)
def test_highlights_are_parts_so_that_no_page_trusts_a_text(fragment: str, parts: list[tuple[str, bool]]) -> None:
    (found,) = views.highlighted([fragment])
    assert [(part["text"], part["is_found"]) for part in found] == parts


def test_an_export_has_no_text_and_no_formula() -> None:
    wicked = orjson.loads(orjson.dumps(document(LABOUR))) | {"unit_name": '=HYPERLINK("x")', "place_name": "-1+1"}
    lines = "".join(csv_lines([wicked]))
    assert lines.startswith(BYTE_ORDER_MARK)
    header, cells = list(csv.reader(io.StringIO(lines.removeprefix(BYTE_ORDER_MARK))))
    assert header == list(COLUMNS.values())
    found = dict(zip(COLUMNS, cells, strict=True))
    assert (found["unit_name"], found["place_name"]) == ('\'=HYPERLINK("x")', "'-1+1")
    assert (found["petition_count"], found["channels"], found["status"]) == ("2", "来访", "已登记")
    assert "云栖" not in lines


def test_days_of_an_export_are_those_of_the_office_not_of_utc() -> None:
    early = orjson.loads(orjson.dumps(document(LABOUR))) | {"last_received_at": "2026-03-01T23:30:00+00:00"}
    assert dict(zip(COLUMNS, row(early), strict=True))["last_received_at"] == "2026-03-02"
