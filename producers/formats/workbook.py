"""Excel workbooks. Formulas are read as the values that Excel stored, so they cannot do anything."""

import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from html import unescape
from io import BytesIO
from typing import Any

import python_calamine as calamine

from producers.formats.columns import layout
from producers.formats.rows import EXACT_DIGITS, Cell, Item, RawRow, UnknownColumn, bad_row
from producers.profiles import Profile
from schemas.terms import RejectReason

MAX_FILE_BYTES = 256 * 1024 * 1024
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
MAX_CELLS = 20_000_000
"""Of a sheet, from its first cell to the last row and column in which anything stands; each takes 32 bytes."""
_FILLED = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*["']\s*([A-Za-z]{1,3})\s*([0-9]{1,7})\s*["'][^<>]*(?<!/)>\s*<(?!/)"""
)
"""A cell that holds something, with its place; a mere format is none to the reader either."""
_UNREADABLE = (
    calamine.CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    LookupError,
    OSError,
    EOFError,
    StopIteration,
    RuntimeError,
)
"""What reading damaged, encrypted or otherwise packed archives raises; `NotImplementedError` is a `RuntimeError`."""
_LONGEST_CELL, _AT_ONCE = 512, 1024 * 1024
_ATTRIBUTE = re.compile(r"""(?:\w+:)?(\w+)\s*=\s*["']([^"']*)["']""")


def parse_workbook(chunks: Iterable[bytes], profile: Profile) -> Iterator[Item]:
    """Each row of the sheet is one row or one refused row; what is no workbook is one refused record."""
    content = BytesIO()
    for chunk in chunks:
        content.write(chunk)
        if content.tell() > MAX_FILE_BYTES:
            yield bad_row(1, RejectReason.TOO_LONG, content.getvalue()[:1], is_truncated=True)
            return
    if not content.tell():
        return
    try:
        _refuse_bombs(content, profile.file.sheet)
        workbook = calamine.load_workbook(content)
        sheet = profile.file.sheet or workbook.sheet_names[0]
        rows = workbook.get_sheet_by_name(sheet).iter_rows()
    except _Bomb:
        yield bad_row(1, RejectReason.TOO_LONG, content.getvalue(), is_truncated=True)
    except _UNREADABLE:
        yield bad_row(1, RejectReason.NOT_A_RECORD, content.getvalue())
    else:
        yield from _items(rows, profile)


def _items(rows: Iterator[list[Any]], profile: Profile) -> Iterator[Item]:
    filled = (row for row in rows if any(value not in ("", None) for value in row))
    header: list[Any] = []
    for _ in range(profile.file.header_row):
        header = next(filled, [])
    columns = layout([str(name) for name in header], profile)
    yield from map(UnknownColumn, columns.unknown)
    number = 0
    for number, row in enumerate(filled, start=1):
        if columns.missing:
            yield bad_row(number, RejectReason.WRONG_COLUMNS, _raw(row), columns.missing)
        else:
            yield RawRow(number, columns.values([_cell(value) for value in row]), _raw(row))
    if header and columns.missing and not number:
        yield bad_row(1, RejectReason.WRONG_COLUMNS, _raw(header), columns.missing)


def _raw(row: list[Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, default=str).encode("utf-8", "replace")


def _cell(value: Any) -> Cell:
    """A cell as text or as a moment; numbers without a needless `.0`."""
    match value:
        case str() | datetime():
            return value
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case int() | float():
            if not abs(value) < EXACT_DIGITS:
                return ""
            return str(int(value)) if value == int(value) else repr(value)
        case date():
            return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the county's zone is added later
        case _:
            return str(value)


class _Bomb(Exception):
    """The workbook unpacks to more than a ledger can hold."""


def _refuse_bombs(content: BytesIO, sheet: str) -> None:
    """Raises `_Bomb` for what would take too much memory; of several sheets only the one that is read counts."""
    with zipfile.ZipFile(content) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise _Bomb
        with archive.open(_part_of(archive, sheet)) as opened:
            if _area(iter(lambda: opened.read(_AT_ONCE), b"")) > MAX_CELLS:
                raise _Bomb
    content.seek(0)


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Where a sheet lies in the archive; the first one without a name."""
    named = re.findall(rb"<(?:\w+:)?sheet\s[^>]*>", archive.read("xl/workbook.xml"))
    sheets = [{name: unescape(value) for name, value in _ATTRIBUTE.findall(tag.decode("utf-8"))} for tag in named]
    chosen = next(one for one in sheets if sheet in ("", one["name"]))
    related = re.findall(rb"<(?:\w+:)?Relationship\s[^>]*>", archive.read("xl/_rels/workbook.xml.rels"))
    targets = [dict(_ATTRIBUTE.findall(tag.decode("utf-8"))) for tag in related]
    target = next(one["Target"] for one in targets if one["Id"] == chosen["id"])
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _area(chunks: Iterable[bytes]) -> int:
    """Cells of the rectangle that holds all cells of a sheet: the reader makes each of them, whether there or not."""
    columns, rows = {0}, {0}
    before = b""
    for chunk in chunks:
        text = before + chunk
        places = set(_FILLED.findall(text))
        columns |= {_column(letters) for letters in {letters.upper() for letters, _ in places}}
        rows.add(max((int(number) for _, number in places), default=0))
        before = text[-_LONGEST_CELL:]
    return max(columns) * max(rows)


def _column(letters: bytes) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
