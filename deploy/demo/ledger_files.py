"""Rows to the bytes of a ledger, in the county's own format as its profile describes it."""

import csv
import json
import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO, StringIO
from random import Random

import xlsxwriter

from deploy.demo.rows import Row, Value
from producers.profiles import Profile

WRITTEN_ON = datetime(2020, 1, 1)  # noqa: DTZ001 - a fixed mark in workbooks, so that equal rows give equal bytes
LONG_BODY = 150
EXTENSIONS = {"csv": "csv", "xlsx": "xlsx", "jsonl": "jsonl"}


def write_ledger(rows: Sequence[Row], profile: Profile, rng: Random) -> bytes:
    """The rows as one file, in the order given."""
    writers = {"csv": _csv, "xlsx": _xlsx, "jsonl": _jsonl}
    return writers[profile.file.format](rows, profile, rng)


def _csv(rows: Sequence[Row], profile: Profile, rng: Random) -> bytes:
    encoding = profile.file.encoding
    header = _header(profile)
    out = bytearray("\ufeff".encode() if encoding == "utf-8-sig" else b"")
    out += _csv_line(header, profile.file.delimiter).encode(_codec(encoding))
    for row in rows:
        cells = _cells(row, profile, rng, header)
        line = _csv_line([_text(cells[name], profile, row.date_form) for name in header], profile.file.delimiter)
        out += encoded(line, row, encoding)
    return bytes(out)


def _jsonl(rows: Sequence[Row], profile: Profile, rng: Random) -> bytes:
    header = _header(profile)
    out = bytearray()
    for row in rows:
        cells = _cells(row, profile, rng, header)
        found = {
            name: cell if isinstance(cell, int) else _text(cell, profile, row.date_form)
            for name, cell in cells.items()
        }
        out += encoded(json.dumps(found, ensure_ascii=False) + "\n", row, "json")
    return bytes(out)


def _xlsx(rows: Sequence[Row], profile: Profile, rng: Random) -> bytes:
    header = _header(profile)
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": False})
    book.set_properties({"created": WRITTEN_ON})
    day = book.add_format({"num_format": "yyyy/m/d hh:mm:ss"})
    sheet = book.add_worksheet(profile.file.sheet or "Sheet1")
    for above in range(profile.file.header_row - 1):
        sheet.write_string(above, 0, f"{profile.name}信访事项台账")
    sheet.write_row(profile.file.header_row - 1, 0, header)
    for number, row in enumerate(rows, start=profile.file.header_row):
        cells = _cells(row, profile, rng, header)
        for column, name in enumerate(header):
            cell = cells[name]
            if isinstance(cell, datetime):
                sheet.write_datetime(number, column, cell.astimezone(profile.zone).replace(tzinfo=None), day)
            elif isinstance(cell, int):
                sheet.write_number(number, column, cell)
            else:
                sheet.write_string(number, column, cell)
    book.close()
    return out.getvalue()


def _header(profile: Profile) -> list[str]:
    names = [name for columns in profile.columns.values() for name in columns]
    return sorted(profile.ignored_columns) + names


def _cells(row: Row, profile: Profile, rng: Random, header: list[str]) -> dict[str, Value]:
    cells: dict[str, Value] = dict.fromkeys(header, "")
    for name, columns in profile.columns.items():
        value = row.values.get(name, "")
        if len(columns) == 1:
            cells[columns[0]] = value
        else:
            cells |= dict(zip(columns, _split(name, str(value), row), strict=True))
    cells |= {name: str(int(rng.random() * 90) + 10) for name in sorted(profile.ignored_columns)}
    return cells


def _split(name: str, value: str, row: Row) -> tuple[str, str]:
    """A value that the county keeps in two columns: township and village, or a long letter in two halves."""
    if name == "place_text":
        township = row.submission.matter.spot.township
        return (township, value.removeprefix(township)) if value.startswith(township) else ("", value)
    middle = value.find("。", LONG_BODY) + 1
    return (value[:middle], value[middle:]) if 0 < middle < len(value) else (value, "")


def _text(value: Value, profile: Profile, date_form: int) -> str:
    """A value as the county writes it."""
    if not isinstance(value, datetime):
        return str(value)
    forms = profile.dates.formats
    form = forms[date_form % len(forms)]
    local = value.astimezone(profile.zone)
    return local.isoformat() if form == "iso" else local.strftime(form)


def _csv_line(cells: list[str], delimiter: str) -> str:
    out = StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _codec(encoding: str) -> str:
    return "gb18030" if encoding == "gb18030" else "utf-8"


def encoded(line: str, row: Row, codec: str) -> bytes:
    """The line as bytes; of a spoilt row only half of it, or bytes that no encoding of a county explains."""
    if row.is_cut:
        plain = re.sub(r'["\r\n]', "", line) if codec != "json" else line
        return plain[: len(plain) // 4].encode(_codec(codec)) + b"\n"
    found = line.encode(_codec(codec))
    if row.is_broken:
        middle = len(found) // 2
        while found[middle - 1 : middle] == b'"':  # behind a closing quote it would be two refused rows, rightly
            middle += 1
        return found[:middle] + b"\xff\xfe" + found[middle:]
    return found
