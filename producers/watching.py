"""A folder that counties drop files into: `FOLDER/<county code>/<any name>`. Files stay where they are."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from time import monotonic
from typing import NamedTuple

from watchfiles import watch

from producers.checkpoints import FeedInUse
from producers.intake import FeedResult, Intake

log = logging.getLogger(__name__)

Print = tuple[int, int]
LOOK_AGAIN_MS = 1_000
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0


class PutOff(NamedTuple):
    """A file that could not be taken, as it was then."""

    mark: Print
    pause_s: float
    until: float


class Inbox:
    """Knows which files stand still and which are fed; what was fed before a restart is told by its checkpoint."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[Path, Print] = {}
        self._fed: dict[Path, Print] = {}
        self.left: set[Path] = set()
        """Files that cannot be taken as they are."""
        self._put_off: dict[Path, PutOff] = {}

    def ready(self) -> list[tuple[Path, str]]:
        """Files that are new or changed and stand still since the last look, each with its county."""
        now = {path: _print(path) for path in self._files()}
        still = [path for path, mark in now.items() if self._seen.get(path) == mark and self._fed.get(path) != mark]
        self._seen = now
        due = (path for path in sorted(still) if not self._is_put_off(path))
        return [(path, path.relative_to(self._folder).parts[0]) for path in due]

    @property
    def is_settled(self) -> bool:
        """Whether every file that was seen is fed or left."""
        return self._seen == self._fed

    def fed(self, path: Path) -> None:
        """Remember that the file is taken as it was seen."""
        self._fed[path] = self._seen[path]
        self.left.discard(path)
        self._put_off.pop(path, None)

    def leave(self, path: Path) -> None:
        """Pass over the file until it changes."""
        self._fed[path] = self._seen[path]
        self.left.add(path)

    def put_off(self, path: Path) -> None:
        """Pass over the file for a second, then for twice as long each time up to a minute, unless it changes."""
        known, mark = self._put_off.get(path), self._seen[path]
        before_s = known.pause_s if known is not None and known.mark == mark else FIRST_PAUSE_S / 2
        pause_s = min(2 * before_s, LONGEST_PAUSE_S)
        self._put_off[path] = PutOff(mark, pause_s, monotonic() + pause_s)

    def _is_put_off(self, path: Path) -> bool:
        known = self._put_off.get(path)
        return known is not None and known.mark == self._seen[path] and monotonic() < known.until

    def _files(self) -> Iterator[Path]:
        for path in self._folder.glob("*/**/*"):
            if path.is_file() and not path.name.startswith((".", "~$")):
                yield path


def watch_folder(
    folder: Path, intake: Intake, stop: Event, taken: Callable[[FeedResult], None], *, until_settled: bool = False
) -> int:
    """Feed what is there and what comes, until told to stop; no file stops the others. Returns how many were left."""
    inbox = Inbox(folder)
    looks = watch(
        folder,
        stop_event=stop,
        yield_on_timeout=True,
        rust_timeout=LOOK_AGAIN_MS,
        debounce=200,
        raise_interrupt=False,
    )
    for _ in looks:
        for path, county in inbox.ready():
            _take(path, county, intake, inbox, taken)
            if stop.is_set():
                return len(inbox.left)
        if until_settled and inbox.is_settled:
            break
    return len(inbox.left)


def _take(path: Path, county: str, intake: Intake, inbox: Inbox, taken: Callable[[FeedResult], None]) -> None:
    """Feed one file. What is away or full comes back; whatever else it raises, it raises again until it changes."""
    try:
        result = intake.take(path, county, source="folder")
    except (FeedInUse, OSError) as error:
        log.warning("a file could not be taken yet", extra={"source": county, "error": type(error).__name__})
        inbox.put_off(path)
    except Exception as error:
        left = {"source": county, "error": type(error).__name__}
        log.error("a file cannot be taken and is left until it changes", extra=left)
        inbox.leave(path)
    else:
        inbox.fed(path)
        taken(result)  # that nobody listens any longer is no fault of the file


def _print(path: Path) -> Print:
    """Size and time of change: what tells a file that is still being written."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return -1, -1
    return found.st_size, found.st_mtime_ns
