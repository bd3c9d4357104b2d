"""Bytes to lines, in bounded memory: a single line of 200 MB is one refused line."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from producers.formats.rows import KEPT_BYTES, MAX_RECORD_BYTES

MARK = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One line without its line end, or the beginning of one that is too long."""

    raw: bytes
    is_too_long: bool = False


def lines(chunks: Iterable[bytes], limit: int = MAX_RECORD_BYTES) -> Iterator[Line]:
    """Split at line feeds; a byte order mark at the start and the carriage return before a line feed are dropped."""
    rest = b""
    is_overlong = False
    for chunk in without_mark(chunks):
        pieces = chunk.split(b"\n")
        pieces[0] = rest + pieces[0] if not is_overlong else rest
        rest = pieces.pop()
        for piece in pieces:
            yield Line(piece, True) if is_overlong else _line(piece, limit)
            is_overlong = False
        if is_overlong or len(rest) > limit:
            is_overlong, rest = True, rest[:KEPT_BYTES]
    if rest:
        yield Line(rest, True) if is_overlong else _line(rest, limit)


def without_mark(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes without a byte order mark at their start."""
    head = b""
    is_start = True
    for chunk in chunks:
        if not is_start:
            yield chunk
            continue
        head += chunk
        if len(head) >= len(MARK):
            is_start = False
            yield head.removeprefix(MARK)
    if is_start and head:
        yield head


def _line(raw: bytes, limit: int) -> Line:
    return Line(raw[:KEPT_BYTES], True) if len(raw) > limit else Line(raw.removesuffix(b"\r"))
