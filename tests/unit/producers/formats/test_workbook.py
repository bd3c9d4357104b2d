"""Excel workbooks: typed cells, stored values of formulas, and files that are none."""

import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from producers.formats.rows import RawRow
from tests.fakes_producers import HEADER, ROW, outcomes, parsed, profile

OF = profile(file={"format": "xlsx"})


def workbook(*rows: list[Any], sheet: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for cells in rows:
        page.append(cells)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def cells(**changes: Any) -> list[Any]:
    return [(ROW | changes)[name] for name in HEADER]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (datetime.fromisoformat("2024-05-06T09:05"), datetime.fromisoformat("2024-05-06T09:05")),
        (date(2024, 5, 6), datetime.fromisoformat("2024-05-06")),
        (45418.378472, "45418.378472"),
        (7, "7"),
        (7.0, "7"),
        (True, "1"),
        (None, ""),
        ("=1+1", ""),
        (410101198001011234, ""),
        ("=cmd|'/c calc'!A1", ""),
    ],
)
def test_cells_are_text_or_moments_and_formulas_only_what_excel_stored(cell: Any, value: Any) -> None:
    [found] = parsed(workbook(list(HEADER), cells(日期=cell)), OF)
    assert isinstance(found, RawRow)
    assert found.values["received_at"] == value


def test_the_header_row_and_the_sheet_are_those_of_the_profile() -> None:
    of = profile(file={"format": "xlsx", "header_row": 2, "sheet": "工单"})
    content = workbook(["青禾县工单"], list(HEADER), cells(), [None] * 12, cells(编号="2"), sheet="工单")
    assert outcomes(parsed(content, of)) == ["ok", "ok"]


def test_wrong_columns_refuse_each_row() -> None:
    assert outcomes(parsed(workbook(["甲", "乙"], ["1", "2"], ["3", "4"]), OF)) == ["wrong_columns:record_no"] * 2


def test_a_single_row_that_is_no_header_is_a_refused_record() -> None:
    assert outcomes(parsed(workbook(["甲", "乙"]), OF)) == ["wrong_columns:record_no"]
    assert outcomes(parsed(workbook(list(HEADER)), OF)) == []


def _zip(**entries: bytes) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return content.getvalue()


def _changed(offset: int, *values: int) -> bytes:
    """A workbook whose sheet has other bytes from that place behind its local header on."""
    content = bytearray(workbook(list(HEADER), *[cells(编号=f"N{number}") for number in range(50)]))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + offset
    content[at : at + len(values)] = bytes(values)
    return bytes(content)


def _marked(flags: int, packing: int) -> bytes:
    """A workbook whose list of entries gives these flags and this way of packing for each."""
    content = bytearray(workbook(list(HEADER), cells()))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8 : at + 12] = bytes((flags, 0, packing, 0))
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        b"no workbook",
        bytes(range(256)) * 50,
        _zip(a=b"x"),
        _zip(**{"xl/workbook.xml": b"<broken"}),
        workbook(list(HEADER))[:900],
        workbook(list(HEADER), sheet="别的"),
        _changed(100, *[0xA5] * 40),
        _marked(flags=1, packing=8),
        _marked(flags=0, packing=99),
    ],
    ids=["text", "binary", "other zip", "broken xml", "cut off", "other sheet", "damaged", "encrypted", "packed"],
)
def test_what_is_no_workbook_of_the_county_is_one_refused_record(content: bytes) -> None:
    of = profile(file={"format": "xlsx", "sheet": "Sheet"})
    assert outcomes(parsed(content, of)) == ["not_a_record"]


def test_an_empty_file_has_no_records() -> None:
    assert parsed(b"", OF) == []


def test_a_single_cell_far_away_is_refused_before_it_takes_all_memory() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (list(HEADER), cells()):
        page.append(row)
    page.cell(row=1_048_576, column=16_384, value=" ")
    content = BytesIO()
    book.save(content)
    assert outcomes(parsed(content.getvalue(), OF)) == ["too_long"]
