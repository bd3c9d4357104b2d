"""How a feed shows that it comes on: a bar on a terminal, plain lines elsewhere; both on standard error."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
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


class Bar:
    """One bar for each file."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = TaskID(0)
        self._account = Account()

    def begin(self, path: Path, size: int) -> None:
        """Start the bar of a file."""
        self._account = Account()
        self._task = self._progress.add_task(path.name, total=size, account="")

    def read(self, position: int) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=position)

    def acknowledged(self, rows: int, rejected: int) -> None:
        """Show the count."""
        self._progress.update(self._task, account=self._account.text(rows, rejected))

    def wait(self, seconds: float) -> None:
        """Say why nothing moves."""
        self._progress.update(self._task, account=f"Kafka does not answer, next trial in {seconds:.0f} s")


class Lines:
    """A line every few seconds."""

    def __init__(self) -> None:
        self._account = Account()
        self._said = time.monotonic()
        self._name = ""
        self._size = 0
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
            typer.echo(f"{self._name}: {part:.0%} read, {self._account.text(rows, rejected)}", err=True)

    def wait(self, seconds: float) -> None:
        """Say why nothing moves."""
        typer.echo(f"{self._name}: Kafka does not answer, next trial in {seconds:.0f} s", err=True)
