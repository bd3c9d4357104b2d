"""How far each file has come, so that a feed goes on where it was killed and never begins twice."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from producers.entering import Tally
from schemas.contract import Contract, Instant
from schemas.keys import digest


class FeedInUse(RuntimeError):
    """Another process feeds the same file."""


class Checkpoint(Contract):
    """One delivery of one file: all rows up to `row` are acknowledged and counted."""

    county: str
    content: str
    """SHA-256 of the file."""
    attempt: int = 1
    started_at: Instant
    takeover: bool = False
    row: int = 0
    published: int = 0
    rejected: int = 0
    checksum: int = 0
    is_done: bool = False
    is_unread: bool = False
    """Its county had no profile: it was refused as a whole, and is fed as soon as there is one."""

    @property
    def tally(self) -> Tally:
        """What became of the rows so far."""
        return Tally(self.published, self.rejected, self.checksum)

    def reached(self, row: int, tally: Tally, *, is_done: bool = False) -> "Checkpoint":
        """The same delivery, further on."""
        return self.model_copy(
            update={
                "row": row,
                "published": tally.published,
                "rejected": tally.rejected,
                "checksum": tally.checksum,
                "is_done": is_done,
            }
        )

    @property
    def delivery_id(self) -> str:
        """The same file of the same county is the same delivery, unless it is sent again on purpose."""
        return digest("delivery", self.county, self.content, str(self.attempt))


class Checkpoints:
    """One small file for each delivery, replaced as a whole."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder

    def begin(self, county: str, content: str, at: datetime, *, again: bool, takeover: bool) -> Checkpoint:
        """Where the file stands; with `again` a finished or unread one starts anew as another delivery.

        A takeover is what it was begun as, unless none of its rows has been acknowledged.
        """
        known = self._read(county, content)
        if known is None:
            return Checkpoint(county=county, content=content, started_at=at, takeover=takeover)
        if again and (known.is_done or known.is_unread):
            attempt = known.attempt + 1
            return Checkpoint(county=county, content=content, started_at=at, takeover=takeover, attempt=attempt)
        if known.row == 0 and not known.is_done:
            return known.model_copy(update={"takeover": takeover})
        return known

    def write(self, checkpoint: Checkpoint) -> None:
        """Replace what was known; the disk has it on return."""
        path = self._path(checkpoint.county, checkpoint.content)
        draft = path.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(checkpoint.model_dump(mode="json"), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    @contextmanager
    def holding(self, county: str, content: str) -> Iterator[None]:
        """Nobody else feeds this file meanwhile; raises `FeedInUse`."""
        with self._path(county, content).with_suffix(".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FeedInUse("another process feeds this file") from None
            yield

    def _read(self, county: str, content: str) -> Checkpoint | None:
        try:
            return Checkpoint.from_bytes(self._path(county, content).read_bytes())
        except FileNotFoundError:
            return None

    def _path(self, county: str, content: str) -> Path:
        return self._folder / f"{county}-{digest('file', county, content)}.json"
