"""CSV by RFC 4180: quotes, line breaks in quotes, half rows, broken encodings, endless lines."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator

from producers.formats.columns import Layout, layout
from producers.formats.lines import Line, lines
from producers.formats.rows import MAX_RECORD_BYTES, BadRow, Item, RawRow, UnknownColumn, bad_row
from producers.profiles import Profile
from schemas.terms import RejectReason

MAX_LINES = 2_000
"""An opened quote that is not closed within so many lines was never meant to be open."""

csv.field_size_limit(MAX_RECORD_BYTES)  # the module's own limit would refuse a long body before our rule names it


class UnreadableError(Exception):
    """The record under the reader cannot be read."""

    def __init__(self, reason: RejectReason) -> None:
        super().__init__(reason)
        self.reason = reason


class _Source:
    """Feeds decoded lines to the csv reader and remembers those of the record in work."""

    def __init__(self, source: Iterator[Line], encoding: str) -> None:
        self._source = source
        self._encoding = encoding
        self._again: deque[Line] = deque()
        self.taken: list[Line] = []
        self.is_broken = False
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._source)
        self.taken.append(line)
        self._size += len(line.raw)
        if line.is_too_long:
            raise UnreadableError(RejectReason.TOO_LONG)
        if self._size > MAX_RECORD_BYTES or len(self.taken) > MAX_LINES:
            raise UnreadableError(RejectReason.NOT_A_RECORD)
        try:
            return line.raw.decode(self._encoding) + "\n"
        except UnicodeDecodeError:
            self.is_broken = True
            return line.raw.decode(self._encoding, "replace") + "\n"

    def start(self) -> None:
        """Forget the lines of the record before."""
        self.taken = []
        self._size = 0
        self.is_broken = False

    def give_back(self) -> None:
        """Only the first line is refused: the others may be whole records that a stray quote swallowed."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]

    @property
    def raw(self) -> bytes:
        """The bytes of the record in work."""
        taken = self.taken
        return taken[0].raw if len(taken) == 1 else b"\n".join(line.raw for line in taken)


def parse_csv(chunks: Iterable[bytes], profile: Profile) -> Iterator[Item]:
    """Each record of the file is one row or one refused row; no record stops the others."""
    encoding = "gb18030" if profile.file.encoding == "gb18030" else "utf-8"
    source = _Source(lines(chunks), encoding)
    reader = csv.reader(source, delimiter=profile.file.delimiter, strict=True)
    records = _records(source, reader)
    header = _header(records, profile)
    if isinstance(header, RejectReason) or header.missing:
        yield from _all_refused(records, source, header)
        return
    yield from map(UnknownColumn, header.unknown)
    for number, (cells, reason) in enumerate(records, start=1):
        if reason is not None:
            too_long = reason is RejectReason.TOO_LONG
            yield bad_row(number, reason, source.raw, is_truncated=too_long)
        elif len(cells) != header.width and (len(cells) < header.width or any(cells[header.width :])):
            yield bad_row(number, RejectReason.WRONG_COLUMNS, source.raw)
        else:
            yield RawRow(number, header.values(cells), source.raw)


def _all_refused(records: Iterator[object], source: _Source, header: Layout | RejectReason) -> Iterator[BadRow]:
    """Under a header that cannot be the county's every row is refused; where there is no row, that line itself."""
    reason, missing = (
        (header, "") if isinstance(header, RejectReason) else (RejectReason.WRONG_COLUMNS, header.missing)
    )
    alone, number = source.raw, 0
    for number, _ in enumerate(records, start=1):
        yield bad_row(number, reason, source.raw, missing)
    if alone and not number:
        yield bad_row(1, reason, alone, missing)


def _records(source: _Source, reader: Iterator[list[str]]) -> Iterator[tuple[list[str], RejectReason | None]]:
    while True:
        source.start()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except UnreadableError as error:
            if error.reason is RejectReason.NOT_A_RECORD or len(source.taken) > 1:
                source.give_back()
                yield [], RejectReason.NOT_A_RECORD
            else:
                yield [], error.reason
            continue
        except csv.Error:
            source.give_back()
            yield [], RejectReason.NOT_A_RECORD
            continue
        if source.is_broken:
            yield cells, RejectReason.BAD_ENCODING
        elif any(cells):
            yield cells, None


def _header(records: Iterator[tuple[list[str], RejectReason | None]], profile: Profile) -> Layout | RejectReason:
    """The layout that the header row gives, or why there is none. Rows above it are skipped."""
    cells: list[str] = []
    reason: RejectReason | None = RejectReason.WRONG_COLUMNS
    for _ in range(profile.file.header_row):
        cells, reason = next(records, ([], RejectReason.WRONG_COLUMNS))
    return layout(cells, profile) if reason is None else reason
