"""JSON Lines: one object a line, values as text, nothing nested."""

import json
from typing import Any

import pytest

from producers.formats.rows import RawRow, UnknownColumn
from tests.fakes_producers import outcomes, parsed, profile, row

OF = profile(file={"format": "jsonl"})
GOOD = json.dumps(row(), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        (None, ""),
        (3, "3"),
        (3.0, "3"),
        (2.5, "2.5"),
        (True, "1"),
        (1e300, ""),
        (1234567890123456, "1234567890123456"),
        (123456789012345678901234, ""),
    ],
)
def test_values_are_taken_as_text_and_inexact_numbers_as_none(value: Any, text: str) -> None:
    [found] = parsed(json.dumps(row() | {"编号": value}).encode(), OF)
    assert isinstance(found, RawRow)
    assert found.values["record_no"] == text


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        (b"{", "not_a_record"),
        (b"[1]", "not_a_record"),
        (b'"text"', "not_a_record"),
        (b'{"a":"\xff"}', "bad_encoding"),
        (b'{"a":"\\ud800"}', "not_a_record"),
        (b"[" * 5_000, "not_a_record"),
        (json.dumps(row() | {"内容": {"a": 1}}).encode(), "invalid:body"),
        (b'{"a":"' + b"x" * 5_000_000 + b'"}', "too_long"),
    ],
    ids=["half", "list", "text", "encoding", "surrogate", "depth", "nested", "endless"],
)
def test_a_bad_line_is_refused_and_the_others_go_on(line: bytes, refused: str) -> None:
    assert outcomes(parsed(GOOD + b"\n" + line + b"\n\n" + GOOD, OF)) == ["ok", refused, "ok"]


def test_unknown_keys_are_signalled_once() -> None:
    line = json.dumps(row() | {"评分": 5, "备注": "x"}).encode()
    found = parsed(line + b"\n" + line, OF)
    assert [item.name for item in found if isinstance(item, UnknownColumn)] == ["评分"]
