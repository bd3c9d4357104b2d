"""The shell of a feed: file -> parse -> validate -> publish -> report, resumed where it was interrupted."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BufferedReader
from pathlib import Path
from typing import Protocol

from producers.checkpoints import Checkpoint, Checkpoints
from producers.conveyor import Conveyor
from producers.entering import Source, Tally, letter, report, zero_report
from producers.feeding import PARCEL_ROWS, Feed, Pace, at_once
from producers.formats.rows import bad_row
from producers.keyring import Keyring
from producers.packing import packer
from producers.profiles import Profile, Profiles
from producers.publisher import Publisher
from schemas.events import CountyReport, DeadLetter
from schemas.office_time import office_day
from schemas.settings import Settings
from schemas.terms import RejectReason

CHUNK_BYTES = 1024 * 1024


class UnknownCounty(LookupError):
    """No profile is registered for this county."""


class Progress(Protocol):
    """Sees how a feed comes on."""

    def begin(self, path: Path, size: int) -> None:
        """A file of so many bytes begins."""

    def read(self, position: int) -> None:
        """So many of its bytes are read."""

    def acknowledged(self, rows: int, rejected: int) -> None:
        """So many rows are acknowledged, so many of them refused."""

    def wait(self, seconds: float) -> None:
        """Kafka is away; the next trial is in so many seconds."""


class Unseen:
    """Nobody watches."""

    def begin(self, path: Path, size: int) -> None:
        """Say nothing."""

    def read(self, position: int) -> None:
        """Say nothing."""

    def acknowledged(self, rows: int, rejected: int) -> None:
        """Say nothing."""

    def wait(self, seconds: float) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class FeedResult:
    """One file accounted for: received is published and rejected."""

    path: str
    county: str
    delivery_id: str
    received: int
    published: int
    rejected: int
    checksum: str
    was_done: bool = False
    """The same file had been fed before; nothing was sent."""
    unknown_columns: tuple[str, ...] = ()
    reasons: dict[str, int] = field(default_factory=dict)
    """How many rows of this run were refused, by `reason:field`."""


class Intake:
    """Feeds files of counties. All it needs is handed in; nothing is opened before the first file."""

    def __init__(
        self,
        settings: Settings,
        profiles: Profiles,
        keyring: Keyring,
        publisher: Publisher,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        progress: Progress | None = None,
        pause: Callable[[float], None] = time.sleep,
        pace: Pace = at_once,
        parcel_rows: int = PARCEL_ROWS,
    ) -> None:
        """`pace` holds each parcel of so many rows back until it may be sent."""
        self._pack = packer(settings)
        self._pace = pace
        self._parcel_rows = parcel_rows
        self._profiles = profiles
        self._keyring = keyring
        self._clock = clock
        self._progress: Progress = progress or Unseen()
        self._conveyor = Conveyor(publisher, on_wait=self._progress.wait, pause=pause)
        self._checkpoints = Checkpoints(settings.folder / "checkpoints")

    def feed(
        self, path: Path, county: str, *, again: bool = False, takeover: bool = False, source: Source = "file"
    ) -> FeedResult:
        """Publish every row of the file once; the same file again does nothing unless `again` is set."""
        profile = self._profile(county)
        with path.open("rb") as file:
            content, size = _content(file)
            with self._checkpoints.holding(county, content):
                start = self._checkpoints.begin(county, content, self._clock(), again=again, takeover=takeover)
                if start.is_unread:
                    start = self._checkpoints.begin(county, content, self._clock(), again=True, takeover=takeover)
                if start.is_done:
                    return _result(path, start, was_done=True)
                self._progress.begin(path, size)
                feed = Feed(
                    profile,
                    start,
                    self._keyring,
                    self._pack,
                    self._conveyor,
                    self._checkpoints,
                    pace=self._pace,
                    parcel_rows=self._parcel_rows,
                )
                try:
                    done = feed.run(self._chunks(file, size), source, self._advanced)
                except Exception:
                    self._conveyor.forget()  # the next file must not wait for parcels of this one
                    raise
        return _result(path, done, unknown=feed.unknown_columns, reasons=feed.reasons)

    def take(
        self, path: Path, county: str, *, again: bool = False, takeover: bool = False, source: Source = "file"
    ) -> FeedResult:
        """Feed the file, or refuse it where no profile is registered for the county."""
        if self._profiles.get(county) is None:
            return self.refuse(path, county, source=source)
        return self.feed(path, county, again=again, takeover=takeover, source=source)

    def zero_report(self, county: str, on: date) -> CountyReport:
        """Publish a county's word that it had nothing to report on that day (零报告)."""
        found = zero_report(self._profile(county).code, on, self._clock())
        self._publish([], [found])
        return found

    def refuse(self, path: Path, county: str, *, source: Source = "folder") -> FeedResult:
        """A file of a county without profile is one refused record: nothing says how to read it."""
        with path.open("rb") as file:
            content, _ = _content(file)
            raw = file.read(CHUNK_BYTES)
        known = self._checkpoints.begin(county, content, self._clock(), again=False, takeover=False)
        if known.is_done:
            return _result(path, known, was_done=True)
        known = known.model_copy(update={"is_unread": True})
        self._checkpoints.write(known)  # a disk that takes none raises here, before anything is sent
        at, delivery_id = known.started_at, known.delivery_id
        refused = letter(bad_row(1, RejectReason.UNKNOWN_COUNTY, raw), county, delivery_id, at)
        tally = Tally().plus([], [refused])
        self._publish([refused], [report(county, delivery_id, at, office_day(at), tally, source)])
        done = known.reached(1, tally, is_done=True)
        self._checkpoints.write(done)
        return _result(path, done, reasons={RejectReason.UNKNOWN_COUNTY.value: 1})

    def _profile(self, county: str) -> Profile:
        profile = self._profiles.get(county)
        if profile is None:
            raise UnknownCounty(f"no profile for county {county}")
        return profile

    def _publish(self, letters: list[DeadLetter], reports: list[CountyReport]) -> None:
        self._conveyor.put(self._pack([], letters, reports), lambda: None)
        self._conveyor.finish()

    def _advanced(self, reached: Checkpoint) -> None:
        self._progress.acknowledged(reached.row, reached.rejected)

    def _chunks(self, file: BufferedReader, size: int) -> Iterator[bytes]:
        """The bytes that were hashed, not what was appended since."""
        left = size
        while left and (chunk := file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            self._progress.read(size - left)
            yield chunk


def _content(file: BufferedReader) -> tuple[str, int]:
    """SHA-256 and size of what the file holds now; reading starts at its beginning again."""
    found = hashlib.file_digest(file, "sha256").hexdigest()
    size = file.tell()
    file.seek(0)
    return found, size


def _result(
    path: Path,
    at: Checkpoint,
    *,
    was_done: bool = False,
    unknown: Sequence[str] = (),
    reasons: dict[str, int] | None = None,
) -> FeedResult:
    return FeedResult(
        path=str(path),
        county=at.county,
        delivery_id=at.delivery_id,
        received=at.published + at.rejected,
        published=at.published,
        rejected=at.rejected,
        checksum=f"{at.checksum:016x}",
        was_done=was_done,
        unknown_columns=tuple(unknown),
        reasons=dict(reasons or {}),
    )
