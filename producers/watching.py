"""A folder that counties drop files into: `FOLDER/<county code>/<any name>`. Files stay where they are."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from watchfiles import watch

from producers.checkpoints import FeedInUse
from producers.intake import FeedResult, Intake

log = logging.getLogger(__name__)

Print = tuple[int, int]
LOOK_AGAIN_MS = 1_000


class Inbox:
    """Knows which files stand still and which are fed; what was fed before a restart is told by its checkpoint."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[Path, Print] = {}
        self._fed: dict[Path, Print] = {}

    def ready(self) -> list[tuple[Path, str]]:
        """Files that are new or changed and stand still since the last look, each with its county."""
        now = {path: _print(path) for path in self._files()}
        still = [path for path, mark in now.items() if self._seen.get(path) == mark and self._fed.get(path) != mark]
        self._seen = now
        return [(path, path.relative_to(self._folder).parts[0]) for path in sorted(still)]

    @property
    def is_settled(self) -> bool:
        """Whether every file that was seen is fed."""
        return self._seen == self._fed

    def fed(self, path: Path) -> None:
        """Remember that the file is taken as it was seen."""
        self._fed[path] = self._seen[path]

    def _files(self) -> Iterator[Path]:
        for path in self._folder.glob("*/**/*"):
            if path.is_file() and not path.name.startswith((".", "~$")):
                yield path


def watch_folder(
    folder: Path, intake: Intake, stop: Event, taken: Callable[[FeedResult], None], *, until_settled: bool = False
) -> None:
    """Feed what is there and what comes, until told to stop; no file stops the others."""
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
            try:
                taken(intake.take(path, county, source="folder"))
            except (FeedInUse, OSError) as error:
                log.warning("a file could not be taken yet", extra={"source": county, "error": type(error).__name__})
            else:
                inbox.fed(path)
            if stop.is_set():
                return
        if until_settled and inbox.is_settled:
            return


def _print(path: Path) -> Print:
    """Size and time of change: what tells a file that is still being written."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return -1, -1
    return found.st_size, found.st_mtime_ns
