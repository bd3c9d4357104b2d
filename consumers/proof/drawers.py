"""Rows on disk, sorted into drawers by what they are compared by: a proof holds one drawer in memory at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Generic, TypeVar
from zlib import crc32

import msgspec

DRAWERS = 64
BLOCK_BYTES = 65_536
"""So much of a drawer is written together."""
_encode = msgspec.json.Encoder().encode

Row = TypeVar("Row", bound=msgspec.Struct)


class NoRoom(Exception):
    """The folder cannot be written to, or the disk is full."""


def drawer_of(name: str) -> int:
    """Where all rows of this name lie."""
    return crc32(name.encode()) % DRAWERS


class Drawers(Generic[Row]):
    """Rows of one kind, each drawer in the order in which they were put in; whatever ends the process, nothing stays.

    Raises `NoRoom`.
    """

    def __init__(self, folder: Path, kind: type[Row]) -> None:
        """The rows lie in a file without a name in this folder, one a line."""
        self._folder = folder
        with self._room():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - open as long as the drawers are
        self._blocks: list[list[tuple[int, int]]] = [[] for _ in range(DRAWERS)]
        """Where the blocks of each drawer begin in the file, and how long they are."""
        self._latest = [bytearray() for _ in range(DRAWERS)]
        self._end = 0
        self._decode_lines = msgspec.json.Decoder(kind).decode_lines

    def close(self) -> None:
        """Forget all rows."""
        self._file.close()

    def put(self, name: str, row: Row) -> None:
        """Add a row to the drawer of its name."""
        number = drawer_of(name)
        latest = self._latest[number]
        latest += _encode(row)
        latest += b"\n"
        if len(latest) >= BLOCK_BYTES:
            with self._room():
                self._file.seek(self._end)
                self._file.write(latest)
            self._blocks[number].append((self._end, len(latest)))
            self._end += len(latest)
            latest.clear()

    def rows(self, number: int) -> Iterator[Row]:
        """All rows of a drawer; other drawers may be filled meanwhile."""
        for begin, length in self._blocks[number]:
            self._file.seek(begin)
            yield from self._decode_lines(self._file.read(length))
        yield from self._decode_lines(bytes(self._latest[number]))

    @contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise NoRoom(f"the proof finds no room in {self._folder}: {error.strerror}") from None
