"""`petitions demo`: twelve counties of a made-up year, from their ledgers to cases that can be searched."""

import contextlib
import signal
from pathlib import Path
from typing import Annotated

import typer

DEFAULT_SIZE = 6_000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    leave: Annotated[bool, typer.Option("--exit", help="Leave when it is shown, and stop what was started.")] = False,
    size: Annotated[int, typer.Option(min=200, max=1_000_000, help="How many petitions.")] = DEFAULT_SIZE,
    home: Annotated[Path | None, typer.Option(help="Folder of the demo's instance; made anew each time.")] = None,
) -> None:
    """Start everything, feed invented ledgers, show what became of them. Exit 1 where the account does not add up."""
    from datetime import datetime
    from threading import Event

    from deploy import rendering
    from deploy.demo import report
    from deploy.demo.home import DEFAULT_HOME, NotOurs, fresh_settings, make_home
    from deploy.demo.run import run
    from deploy.instance import bring_down
    from schemas.office_time import OFFICE_TIME
    from schemas.settings import Settings

    settings = fresh_settings(home or DEFAULT_HOME, datetime.now(OFFICE_TIME), Settings.from_env())
    try:
        make_home(settings)
    except NotOurs as error:
        raise typer.BadParameter(str(error), param_hint="--home") from None
    out = report.console()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whatever ends it, servers are stopped
    try:
        account = run(settings, size, lambda text: out.print(f"… {text}", style="dim"))
        report.show(account, out)
        (settings.folder / "account.json").write_text(rendering.as_json(account.as_json()), "utf-8")
        if not leave:
            report.show_next_steps(account, out)
            with contextlib.suppress(KeyboardInterrupt):
                Event().wait()
    finally:
        bring_down(settings)
    if not account.adds_up:
        raise typer.Exit(1)
