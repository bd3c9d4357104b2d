"""JSON Lines: one object a line. The gateway's records take the same way."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from producers.formats.columns import MAX_NAME, join
from producers.formats.lines import lines
from producers.formats.rows import EXACT_DIGITS, BadRow, Cell, Item, RawRow, UnknownColumn, bad_row
from producers.profiles import Profile
from schemas.terms import RejectReason

MAX_SIGNALS = 20
"""Keys can be anything; after so many unknown ones the point is made."""


def parse_json_lines(chunks: Iterable[bytes], profile: Profile) -> Iterator[Item]:
    """Each line that is not blank is one row or one refused row."""
    encoding = "gb18030" if profile.file.encoding == "gb18030" else "utf-8"
    signalled: set[str] = set()
    number = 0
    for line in lines(chunks):
        if not line.raw.strip():
            continue
        number += 1
        if line.is_too_long:
            yield bad_row(number, RejectReason.TOO_LONG, line.raw, is_truncated=True)
            continue
        try:
            text = line.raw.decode(encoding)
        except UnicodeDecodeError:
            yield bad_row(number, RejectReason.BAD_ENCODING, line.raw)
            continue
        try:
            found = orjson.loads(text)
        except orjson.JSONDecodeError:
            yield bad_row(number, RejectReason.NOT_A_RECORD, line.raw)
            continue
        row = object_row(number, found, line.raw, profile)
        yield row
        if isinstance(row, RawRow):
            for name in unknown_keys(found, profile) - signalled:
                if len(signalled) < MAX_SIGNALS:
                    signalled.add(name)
                    yield UnknownColumn(name[:MAX_NAME])


def object_row(number: int, found: Any, raw: bytes, profile: Profile) -> RawRow | BadRow:
    """The fields of one JSON object; an absent key is an empty cell, a nested value in a mapped key is refused."""
    if not isinstance(found, dict):
        return bad_row(number, RejectReason.NOT_A_RECORD, raw)
    values: dict[str, Cell] = {}
    for field, keys in profile.columns.items():
        cells = [as_text(found.get(key)) for key in keys]
        given = [cell for cell in cells if cell is not None]
        if len(given) != len(cells):
            return bad_row(number, RejectReason.INVALID, raw, field)
        values[field] = given[0] if len(given) == 1 else join(given, profile.separator(field))
    values.update({str(field): word for field, word in profile.constants.items()})
    return RawRow(number, values, raw)


def unknown_keys(found: Mapping[str, Any], profile: Profile) -> set[str]:
    """Keys of an object that the profile neither maps nor ignores."""
    return set(found) - profile.known_columns


def as_text(value: Any) -> str | None:
    """A value as text; None where it is a list or an object."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        if not abs(value) < EXACT_DIGITS:
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value) if isinstance(value, int) else None
