"""How a feed shows that it comes on: a bar on a terminal, plain lines elsewhere; both on standard error."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

EVERY_S = 5.0


@contextmanager
def shown_progress() -> "Iterator[Bar | Lines]":
    """The form that fits where standard error goes."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[account]}"),
    )
    with Progress(*columns, console=console) as progress:
        yield Bar(progress)


class Account:
    """Rows and their rate since the file began."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def text(self, rows: int, rejected: int) -> str:
        """Rows, those rejected among them, and the rate of this run."""
        rate = rows / max(0.001, time.monotonic() - self._began)
        return f"{rows:,} records, {rejected:,} rejected, {rate:,.0f}/s"


class Whole:
    """All files of a run: how much is through, and how long the rest will take at the rate of this run."""

    def __init__(self, size: int = 0) -> None:
        self._size = size
        self._passed = 0
        self._before = 0
        self._began = time.monotonic()

    def passed(self, size: int, *, was_read: bool) -> None:
        """A file is through; one that an earlier run had fed says nothing about the rate."""
        self._passed += size
        self._before += 0 if was_read else size

    def text(self, position: int) -> str:
        """Share and time left; empty for a single file."""
        through = self._passed + position
        read = through - self._before
        if not self._size or not read:
            return ""
        left = (time.monotonic() - self._began) * (self._size - through) / read
        return f"; of all files {through / self._size:.0%}, about {timedelta(seconds=round(left))} left"


class Bar:
    """One bar for each file."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = TaskID(0)
        self._account = Account()
        self._all: TaskID | None = None
        self._passed = 0

    def expect(self, size: int) -> None:
        """Show a bar for so many bytes of several files."""
        self._all = self._progress.add_task("all files", total=size, account="")

    def passed(self, size: int) -> None:
        """A file of so many bytes is through."""
        self._passed += size
        self._show_all(0)

    def begin(self, path: Path, size: int) -> None:
        """Start the bar of a file."""
        self._account = Account()
        self._task = self._progress.add_task(path.name, total=size, account="")

    def read(self, position: int) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=position)
        self._show_all(position)

    def acknowledged(self, rows: int, rejected: int) -> None:
        """Show the count."""
        self._progress.update(self._task, account=self._account.text(rows, rejected))

    def wait(self, seconds: float) -> None:
        """Say why nothing moves."""
        self._progress.update(self._task, account=f"Kafka does not answer, next trial in {seconds:.0f} s")

    def _show_all(self, position: int) -> None:
        if self._all is not None:
            self._progress.update(self._all, completed=self._passed + position)


class Lines:
    """A line every few seconds."""

    def __init__(self) -> None:
        self._account = Account()
        self._said = time.monotonic()
        self._name = ""
        self._size = 0
        self._position = 0
        self._all = Whole()

    def expect(self, size: int) -> None:
        """Several files of so many bytes come."""
        self._all = Whole(size)

    def passed(self, size: int) -> None:
        """A file of so many bytes is through."""
        self._all.passed(size, was_read=self._position > 0)
        self._position = 0

    def begin(self, path: Path, size: int) -> None:
        """Note which file it is."""
        self._account, self._name, self._size, self._position = Account(), path.name, size, 0

    def read(self, position: int) -> None:
        """Note how far it is."""
        self._position = position

    def acknowledged(self, rows: int, rejected: int) -> None:
        """Say it, but not too often."""
        if time.monotonic() - self._said >= EVERY_S:
            self._said = time.monotonic()
            part = self._position / max(1, self._size)
            told = f"{self._name}: {part:.0%} read, {self._account.text(rows, rejected)}"
            typer.echo(told + self._all.text(self._position), err=True)

    def wait(self, seconds: float) -> None:
        """Say why nothing moves."""
        typer.echo(f"{self._name}: Kafka does not answer, next trial in {seconds:.0f} s", err=True)
