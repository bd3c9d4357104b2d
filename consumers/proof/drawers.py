"""Rows on disk, sorted into drawers by what they are compared by: a proof holds one drawer in memory at a time."""

from collections.abc import Iterator
from pathlib import Path
from struct import Struct
from typing import Generic, TypeVar
from zlib import crc32

import msgspec

DRAWERS = 64
BLOCK_ROWS = 200
"""Rows that are written together."""
_LENGTH = Struct("<I")
_pack = msgspec.msgpack.Encoder().encode

Row = TypeVar("Row", bound=msgspec.Struct)


def drawer_of(name: str) -> int:
    """Where all rows of this name lie."""
    return crc32(name.encode()) % DRAWERS


class Drawers(Generic[Row]):
    """Rows of one kind, each drawer in the order in which they were put in."""

    def __init__(self, folder: Path, kind: type[Row]) -> None:
        """`folder` exists and holds no other rows of this kind."""
        self._paths = [folder / f"{kind.__name__}-{number}" for number in range(DRAWERS)]
        self._blocks: list[list[Row]] = [[] for _ in range(DRAWERS)]
        self._unpack = msgspec.msgpack.Decoder(list[kind]).decode  # type: ignore[valid-type]

    def put(self, name: str, row: Row) -> None:
        """Add a row to the drawer of its name."""
        number = drawer_of(name)
        block = self._blocks[number]
        block.append(row)
        if len(block) >= BLOCK_ROWS:
            packed = _pack(block)
            with self._paths[number].open("ab") as file:
                file.write(_LENGTH.pack(len(packed)))
                file.write(packed)
            block.clear()

    def rows(self, number: int) -> Iterator[Row]:
        """All rows of a drawer."""
        if self._paths[number].exists():
            with self._paths[number].open("rb") as file:
                while length := file.read(_LENGTH.size):
                    yield from self._unpack(file.read(_LENGTH.unpack(length)[0]))
        yield from self._blocks[number]
