"""Messages that wait on disk while Kafka is away: in order, bounded, and still there after SIGKILL.

The spool is a folder of segments. A record is its length, a checksum and a parcel of messages; a record that was cut
off by a crash does not match and is dropped, because nobody was told that it was taken. `head` names the first
parcel that Kafka has not acknowledged.
"""

import fcntl
import logging
import os
import struct
from collections.abc import Sequence
from io import FileIO
from pathlib import Path
from zlib import crc32

import msgspec

from producers.publisher import Message
from schemas.topics import Topic

log = logging.getLogger(__name__)

HEADER = struct.Struct(">II")
SEGMENT_BYTES = 16 * 1024 * 1024

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[tuple[str, bytes, bytes, int]]).decode


class SpoolFull(RuntimeError):
    """No more can wait: whoever sends must come again later."""


class SpoolInUse(RuntimeError):
    """Another process holds this spool."""


class Spool:
    """One writer's queue on disk. Not for several processes: the folder is locked."""

    def __init__(self, folder: Path, limit: int) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._limit = limit
        self._lock = self._locked()
        self._head = self._read_head()
        self._sizes = {int(path.stem): path.stat().st_size for path in sorted(folder.glob("*.spool"))}
        for number in [n for n in self._sizes if n < self._head[0]]:
            self._forget(number)
        for number in self._sizes:
            self._sizes[number] = self._sound_length(number)
        self._tail: FileIO | None = None
        self.size = sum(self._sizes.values()) - (self._head[1] if self._head[0] in self._sizes else 0)
        """Bytes that wait."""

    @property
    def is_empty(self) -> bool:
        """Whether everything has been acknowledged."""
        return self.size == 0

    def append(self, messages: Sequence[Message]) -> None:
        """Put a parcel behind the others and return when the disk has it; raises `SpoolFull`."""
        payload = _encode([(m.topic.value, m.key, m.value, m.partition) for m in messages])
        record = HEADER.pack(len(payload), crc32(payload)) + payload
        if self.size + len(record) > self._limit:
            raise SpoolFull
        try:
            number, file = self._tail_for(len(record))
        except OSError:
            raise SpoolFull from None
        try:
            _write_through(file, record)
        except OSError:
            os.ftruncate(file.fileno(), self._sizes[number])
            raise SpoolFull from None
        self._sizes[number] += len(record)
        self.size += len(record)

    def first(self) -> list[Message]:
        """The parcel that has waited longest; there must be one."""
        number, offset = self._start()
        with self._path(number).open("rb") as file:
            file.seek(offset)
            length, _ = HEADER.unpack(file.read(HEADER.size))
            found = _decode(file.read(length))
        return [Message(Topic(topic), key, value, partition) for topic, key, value, partition in found]

    def done(self) -> None:
        """Kafka has acknowledged the first parcel: the next one is first."""
        number, offset = self._start()
        with self._path(number).open("rb") as file:
            file.seek(offset)
            length, _ = HEADER.unpack(file.read(HEADER.size))
        behind = offset + HEADER.size + length
        if behind < self._sizes[number]:
            self._write_head(number, behind)
        else:
            self._write_head(number + 1, 0)
            self._forget(number)
        self.size -= HEADER.size + length

    def close(self) -> None:
        """Let go of the folder."""
        if self._tail is not None:
            self._tail.close()
        os.close(self._lock)

    def _start(self) -> tuple[int, int]:
        number = min(n for n in self._sizes if self._sizes[n])
        return (number, self._head[1]) if number == self._head[0] else (number, 0)

    def _tail_for(self, added: int) -> tuple[int, FileIO]:
        number = max(self._sizes, default=0)
        if self._tail is not None and number in self._sizes and self._sizes[number] + added <= SEGMENT_BYTES:
            return number, self._tail
        if self._tail is not None:
            self._tail.close()
            self._tail = None
        number = max(number, self._head[0]) + 1
        how = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND
        # without a buffer: what the disk refused would wait there, and be written in front of the next parcel
        self._tail = os.fdopen(os.open(self._path(number), how, 0o600), "wb", buffering=0)
        self._sizes[number] = 0
        self._sync_folder()
        return number, self._tail

    def _sound_length(self, number: int) -> int:
        """The bytes of whole records; what a crash cut off behind them is removed."""
        sound = 0
        with self._path(number).open("r+b") as file:
            while len(header := file.read(HEADER.size)) == HEADER.size:
                length, checksum = HEADER.unpack(header)
                payload = file.read(length)
                if len(payload) != length or crc32(payload) != checksum:
                    break
                sound += HEADER.size + length
            if dropped := file.seek(0, os.SEEK_END) - sound:
                log.warning("the spool ended in a record that was cut off", extra={"count": dropped})
            file.truncate(sound)
        return sound

    def _read_head(self) -> tuple[int, int]:
        try:
            number, offset = (self._folder / "head").read_text("ascii").split()
        except FileNotFoundError:
            return 0, 0
        return int(number), int(offset)

    def _write_head(self, number: int, offset: int) -> None:
        draft = self._folder / "head.new"
        draft.write_text(f"{number} {offset}", "ascii")
        draft.replace(self._folder / "head")
        self._head = (number, offset)

    def _forget(self, number: int) -> None:
        if self._sizes.pop(number, None) is not None:
            self._path(number).unlink(missing_ok=True)

    def _locked(self) -> int:
        handle = os.open(self._folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise SpoolInUse(f"{self._folder} is used by another process") from None
        return handle

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:012d}.spool"


def _write_through(file: FileIO, record: bytes) -> None:
    """Return when the disk has all of it; the disk may take a part at a time."""
    rest = memoryview(record)
    while rest:
        rest = rest[file.write(rest) :]
    os.fsync(file.fileno())
