"""Rows on disk, sorted into drawers by what they are compared by: a proof holds one drawer in memory at a time."""

from collections.abc import Iterator
from pathlib import Path
from struct import Struct
from tempfile import TemporaryFile
from typing import Generic, TypeVar
from zlib import crc32

import msgspec

DRAWERS = 64
BLOCK_BYTES = 65_536
"""So much of a drawer is written together."""
_LENGTH = Struct("<I")
_pack = msgspec.msgpack.Encoder().encode

Row = TypeVar("Row", bound=msgspec.Struct)


def drawer_of(name: str) -> int:
    """Where all rows of this name lie."""
    return crc32(name.encode()) % DRAWERS


class Drawers(Generic[Row]):
    """Rows of one kind, each drawer in the order in which they were put in; whatever ends the process, nothing stays.

    Raises `OSError` where the folder cannot be written to or is full.
    """

    def __init__(self, folder: Path, kind: type[Row]) -> None:
        """The rows lie in a file without a name in this folder."""
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - open as long as the drawers are
        self._blocks: list[list[tuple[int, int]]] = [[] for _ in range(DRAWERS)]
        """Where the blocks of each drawer begin in the file, and how long they are."""
        self._latest = [bytearray() for _ in range(DRAWERS)]
        self._end = 0
        self._unpack = msgspec.msgpack.Decoder(kind).decode

    def close(self) -> None:
        """Forget all rows."""
        self._file.close()

    def put(self, name: str, row: Row) -> None:
        """Add a row to the drawer of its name."""
        number = drawer_of(name)
        latest, packed = self._latest[number], _pack(row)
        latest += _LENGTH.pack(len(packed))
        latest += packed
        if len(latest) >= BLOCK_BYTES:
            self._file.seek(self._end)
            self._file.write(latest)
            self._blocks[number].append((self._end, len(latest)))
            self._end += len(latest)
            latest.clear()

    def rows(self, number: int) -> Iterator[Row]:
        """All rows of a drawer; other drawers may be filled meanwhile."""
        for begin, length in self._blocks[number]:
            self._file.seek(begin)
            yield from self._rows_of(self._file.read(length))
        yield from self._rows_of(bytes(self._latest[number]))

    def _rows_of(self, block: bytes) -> Iterator[Row]:
        at = 0
        while at < len(block):
            end = at + _LENGTH.size + _LENGTH.unpack_from(block, at)[0]
            yield self._unpack(memoryview(block)[at + _LENGTH.size : end])
            at = end
