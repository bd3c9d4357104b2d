"""What a backup of topics looks like on disk: a file for each partition, and a table of contents written last."""

import gzip
import hashlib
import os
import struct
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import msgspec

CONTENTS = "contents.json"
LENGTH = struct.Struct(">I")
LEVEL = 1
"""Of gzip: messages are packed by their writers for the way, here they are plain; more effort gains little."""

_encode = msgspec.msgpack.Encoder().encode


class BadBackup(RuntimeError):
    """A backup that is not whole, or not of this kind; says which file."""


class Kept(NamedTuple):
    """One message: its time in milliseconds, its key and its value."""

    at_ms: int
    key: bytes | None
    value: bytes | None


_decode = msgspec.msgpack.Decoder(Kept).decode


class PartFile(msgspec.Struct, frozen=True):
    """What a file must hold."""

    messages: int
    sha256: str


class Contents(msgspec.Struct, frozen=True):
    """The whole backup; names of topics and groups are those after the prefix."""

    taken_at: datetime
    partitions: int
    topics: dict[str, list[PartFile]]
    """Topic → its partitions in order."""
    groups: dict[str, dict[str, list[int]]]
    """Group → topic → how many messages of each partition it has worked off."""

    @property
    def messages(self) -> int:
        """How many in all."""
        return sum(part.messages for parts in self.topics.values() for part in parts)


class PartWriter:
    """Writes one partition."""

    def __init__(self, folder: Path, topic: str, part: int) -> None:
        self._path = part_path(folder, topic, part)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._raw = os.fdopen(handle, "wb")
        self._file = gzip.GzipFile("", "wb", LEVEL, self._raw, mtime=0)
        self.messages = 0

    def add(self, kept: Kept) -> None:
        """Write one message behind the others."""
        encoded = _encode(kept)
        self._file.write(LENGTH.pack(len(encoded)))
        self._file.write(encoded)
        self.messages += 1

    def finish(self) -> PartFile:
        """Close the file, on disk, and say what it holds."""
        self._file.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()
        return PartFile(self.messages, _checksum(self._path))

    def __enter__(self) -> Self:
        """Open until the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Let the file go, whole or not."""
        self._file.close()
        self._raw.close()


def part_path(folder: Path, topic: str, part: int) -> Path:
    """The file of a partition."""
    return folder / f"{topic}-{part}.gz"


def read_part(folder: Path, topic: str, part: int) -> Iterator[Kept]:
    """The messages of a partition in order; `read_contents` has found the file whole."""
    with gzip.open(part_path(folder, topic, part), "rb") as file:
        while head := file.read(LENGTH.size):
            yield _decode(file.read(LENGTH.unpack(head)[0]))


def write_contents(folder: Path, contents: Contents) -> None:
    """Last of all: without it a folder is no backup."""
    draft = folder / f".{CONTENTS}"
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(contents), indent=1))
    draft.chmod(0o600)
    draft.replace(folder / CONTENTS)


def read_contents(folder: Path) -> Contents:
    """What the backup holds; raises `BadBackup` where it was never finished or a file is not as it was written."""
    try:
        found = msgspec.json.decode((folder / CONTENTS).read_bytes(), type=Contents)
    except (OSError, msgspec.DecodeError):
        raise BadBackup(f"{folder}: no finished backup") from None
    for topic, parts in found.topics.items():
        for part, wanted in enumerate(parts):
            path = part_path(folder, topic, part)
            if not path.exists() or _checksum(path) != wanted.sha256:
                raise BadBackup(f"{path.name} is missing or not as it was written")
    return found


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
