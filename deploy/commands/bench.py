"""`petitions bench`: the whole pipeline against bare bulk loading of the same documents, in one run."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from schemas.settings import Settings

DEFAULT_SIZE = 20_000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bench)
    app.command("bench-state")(bench_state)
    app.command("bench-matter")(bench_matter)
    app.command("bench-places")(bench_places)
    app.command("bench-search")(bench_search)


def bench(
    size: Annotated[int, typer.Option(min=200, max=5_000_000, help="How many petitions.")] = DEFAULT_SIZE,
    workers: Annotated[int, typer.Option(min=1, max=16, help="How many workers of each stage.")] = 1,
    with_rivals: Annotated[
        bool, typer.Option("--rivals", help="The same rules on quixstreams and bytewax instead; in a checkout.")
    ] = False,
    is_takeover: Annotated[
        bool, typer.Option("--takeover", help="Old records by `takeover`, and the single petitions in their midst.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Nothing but the JSON, not even progress.")] = False,
) -> None:
    """Print rates, their ratio, live latency, CPU and memory of each process as JSON. Nothing is left behind."""
    from deploy import rendering
    from deploy.bench.run import run

    if with_rivals:
        raise typer.Exit(_rivals(size))
    with _home_of_its_own() as settings:
        found = run(settings, size, workers, partial(_say, as_json), is_takeover=is_takeover)
    typer.echo(rendering.as_json(found))


def bench_state(
    at: Annotated[list[int], typer.Option("--at", min=0, help="Petitions in the state; may be repeated, rising.")],
    as_json: Annotated[bool, typer.Option("--json", help="Nothing but the JSON, not even progress.")] = False,
) -> None:
    """Print what one more petition costs each stage at these sizes of the state, without servers, as JSON."""
    from consumers.search.days import today
    from deploy import rendering
    from deploy.bench.state_cost import measure

    if sorted(set(at)) != at:
        raise typer.BadParameter("sizes have to rise", param_hint="--at")
    with tempfile.TemporaryDirectory(prefix="petitions-bench-") as folder:
        found = measure(at, Path(folder), today() - timedelta(days=1), partial(_say, as_json))
    typer.echo(rendering.as_json(found))


def bench_matter(
    petitioners: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many bring the matter.")] = 5_000,
) -> None:
    """Print what one more petition costs a matter of so many people, and its volumes, without servers, as JSON."""
    from consumers.search.days import today
    from deploy import rendering
    from deploy.bench.matter import measure_matter

    with tempfile.TemporaryDirectory(prefix="petitions-bench-") as folder:
        typer.echo(rendering.as_json(measure_matter(petitioners, today() - timedelta(days=1), Path(folder))))


def bench_places() -> None:
    """Print how right the places of invented addresses are, and how many are found in a second of CPU, as JSON."""
    from consumers.search.days import today
    from deploy import rendering
    from deploy.bench.places import measure_places

    with tempfile.TemporaryDirectory(prefix="petitions-bench-") as folder:
        typer.echo(rendering.as_json(measure_places(today() - timedelta(days=1), Path(folder))))


def bench_search(
    cases: Annotated[int, typer.Option(min=1_000, max=20_000_000, help="How many cases the index holds.")] = 100_000,
    as_json: Annotated[bool, typer.Option("--json", help="Nothing but the JSON, not even progress.")] = False,
) -> None:
    """Print how long searches take by the interface and by Elasticsearch alone, as JSON. Nothing is left behind."""
    from deploy import rendering
    from deploy.bench.searching import run

    with _home_of_its_own() as settings:
        found = run(settings, cases, partial(_say, as_json))
    typer.echo(rendering.as_json(found))


@contextmanager
def _home_of_its_own() -> Iterator["Settings"]:
    """The settings of an empty home, which is gone afterwards with the servers that were started in it."""
    from datetime import datetime

    from deploy.demo.home import fresh_settings, make_home, remove_home
    from schemas.office_time import OFFICE_TIME
    from schemas.settings import Settings

    parent = Path(tempfile.mkdtemp(prefix="petitions-bench-"))
    parent.chmod(0o711)  # servers that run under another account must reach their folders
    settings = fresh_settings(parent / "home", datetime.now(OFFICE_TIME), Settings.from_env())
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whatever ends it, servers are stopped
    make_home(settings)
    try:
        yield settings
    finally:
        remove_home(settings)
        parent.rmdir()


def _rivals(size: int) -> int:
    """Adapters of other engines are no part of the platform: they lie beside the tests."""
    if not Path("tests/bench/rivals.py").exists():
        raise typer.BadParameter("only in a checkout", param_hint="--rivals")
    return subprocess.run([sys.executable, "-m", "tests.bench.rivals", str(size)], check=False).returncode


def _say(as_json: bool, text: str) -> None:
    if not as_json:
        typer.echo(f"… {text}", err=True)
