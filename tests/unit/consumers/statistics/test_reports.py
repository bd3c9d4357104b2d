"""Reports hold what article 41 asks for, in numbers of the statistics, and say what they lack."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from consumers.search.query_language import parse_query
from consumers.statistics.compiling import Sources, compiled
from consumers.statistics.numbers import NUMBERS
from consumers.statistics.paper import paper
from consumers.statistics.periods import PeriodKind, period_of
from consumers.statistics.reports import SECTIONS, Contents, report_of
from consumers.statistics.silence import Missing, Reporting, Silence, silences
from consumers.statistics.workbook import workbook

MARCH = period_of("month", date(2026, 3, 14))


def contents(**changed: Any) -> Contents:
    def figures(group: str, factor: int) -> list[dict[str, Any]]:
        return [
            {"name": one.name, "value": factor * at, "within": f"{group} {one.query}".strip()}
            for at, one in enumerate(NUMBERS, 1)
        ]

    keys = {"category": "labour", "accused": "411002-housing", "unit": "411002-hrss", "channel": "visit"}
    groups = {by: [{"key": keys.get(by, "411002"), "figures": figures(f"unit:{by}", 1)}] for by in SECTIONS}
    given: dict[str, Any] = {
        "period": MARCH,
        "made_on": date(2026, 4, 2),
        "scope": "许昌市",
        "total": figures("", 10),
        "groups": groups,
        "alerts": [{"label": "超期未办", "count": 3}],
        "alerts_since": None,
        "counties": 2,
        "silent": (),
        "missing": (),
        "names": {"411002": "魏都区", "411002-hrss": "=魏都区人力资源和社会保障局"},
    }
    return Contents(**(given | changed))


@pytest.mark.parametrize(
    ("kind", "day", "first", "last", "name"),
    [
        ("week", date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 4), "2026年第1周"),
        ("week", date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 22), "2026年第47周"),
        ("month", date(2028, 2, 3), date(2028, 2, 1), date(2028, 2, 29), "2028年2月"),
        ("year", date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31), "2026年"),
    ],
)
def test_a_day_lies_in_one_period_of_each_kind(
    kind: PeriodKind, day: date, first: date, last: date, name: str
) -> None:
    period = period_of(kind, day)
    assert (period.first, period.last, period.name) == (first, last, name)
    assert parse_query(period.query).filters == {"from": (str(first),), "to": (str(last),)}


@pytest.mark.parametrize(
    ("reported", "longest"),
    [
        ((2, 3, 4, 5, 6, 7, 8), 0),
        ((3, 6, 8), 0),
        ((2, 6, 7, 8), 3),
        ((4, 5), 3),
        ((), 7),
        ((1, 9), 7),
    ],
)
def test_a_county_is_silent_when_more_days_in_a_row_are_missing_than_allowed(
    reported: tuple[int, ...], longest: int
) -> None:
    known = Reporting({"411002": {date(2026, 3, day): () for day in reported}}, {}, usually_allowed=2)
    found = list(silences(known, date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 8)))
    assert found == ([Silence("411002", longest)] if longest else [])


def test_a_county_that_never_reported_is_silent_if_it_has_to_report_and_one_that_may_wait_is_not() -> None:
    known = Reporting({"411023": {date(2026, 3, 2): ()}}, {"411002": 30, "411023": 30})
    assert list(silences(known, date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 8))) == [Silence("411002", 7)]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, ["完整：应报送的2个县（市、区）均已报送。"]),
        (
            {"silent": (Silence("411002", 4),)},
            ["不完整：下列县（市、区）未报送（含零报告）：魏都区（连续4天）。"],
        ),
        (
            {"missing": (Missing("411002", tuple(date(2026, 3, day) for day in (2, 9))),)},
            ["不完整：下列县（市、区）有漏报（当日既无数据，也无零报告）：魏都区（2026-03-02、2026-03-09）。"],
        ),
        (
            {"missing": (Missing("411002", tuple(date(2026, 3, day) for day in range(1, 17, 2))),)},
            [
                "不完整：下列县（市、区）有漏报（当日既无数据，也无零报告）：魏都区（2026-03-01、2026-03-03、2026-03-05、"
                "2026-03-07、2026-03-09、2026-03-11、2026-03-13等8天）。"
            ],
        ),
        ({"made_on": date(2026, 3, 31)}, ["不完整：本期尚未结束。"]),
        ({"counties": 0}, ["不完整：没有县（市、区）报送记录，无法判断是否漏报。"]),
    ],
)
def test_a_report_says_whether_it_is_complete_and_who_is_silent(changed: dict[str, Any], told: list[str]) -> None:
    assert list(report_of(contents(**changed)).facts[2:]) == told


def test_a_report_lacks_each_day_that_a_county_left_out_besides_silence() -> None:
    given = contents()
    days = {date(2026, 3, day): () for day in range(1, 32) if day not in {9, 30}}
    known = Reporting({"411002": days, "411023": {date(2026, 3, 1): ()}}, {}, usually_allowed=2, late_after=2)
    sources = Sources(given.scope, known, given.alerts, None, given.names)
    made = compiled(MARCH, {"total": given.total, **given.groups}, sources)
    assert list(made.facts[2:]) == [
        "不完整：下列县（市、区）未报送（含零报告）：411023（连续30天）。",
        "不完整：下列县（市、区）有漏报（当日既无数据，也无零报告）：魏都区（2026-03-09、2026-03-30）。",
    ]


def test_every_number_stands_beside_its_definition_and_the_search_of_its_period() -> None:
    figures = report_of(contents()).tables[0]
    assert [row[1] for row in figures.rows] == [10 * at for at in range(1, len(NUMBERS) + 1)]
    for number, (label, _, definition, search) in zip(NUMBERS, figures.rows, strict=True):
        assert (label, definition) == (number.label, number.definition)
        wanted = parse_query(number.query).filters | parse_query(MARCH.query).filters
        assert parse_query(str(search)).filters == wanted


def test_groups_are_told_by_name_with_the_search_that_finds_them() -> None:
    by_title = {table.title: table for table in report_of(contents()).tables}
    assert by_title["县（市、区）"].rows[0][:2] == ("魏都区", 1)
    assert by_title["渠道"].rows[0][0] == "来访"
    assert by_title["被投诉较多的单位"].rows[0][-1] == f"{MARCH.query} unit:accused"
    assert by_title["督办预警"].rows == (("超期未办", 3),)


def test_what_alerts_no_longer_reach_back_to_is_told() -> None:
    by_title = {table.title: table for table in report_of(contents(alerts_since=date(2026, 3, 9))).tables}
    assert "2026-03-09" in by_title["督办预警"].note


def test_a_workbook_holds_every_table_and_no_formula() -> None:
    report = report_of(contents())
    book = CalamineWorkbook.from_filelike(BytesIO(workbook(report)))
    assert book.sheet_names == ["说明", *(table.title for table in report.tables)]
    assert book.get_sheet_by_name("说明").to_python()[0][0] == report.title
    (_, row, *_) = book.get_sheet_by_name("责任单位").to_python()
    assert row[:2] == ["=魏都区人力资源和社会保障局", 1.0]


def test_paper_is_a_document_of_some_pages_in_a_chinese_font() -> None:
    made = paper(report_of(contents()))
    assert made.startswith(b"%PDF-")
    assert b"STSong-Light" in made
    assert made.count(b"/Type /Page\n") >= 2
