"""`petitions takeover`: the old records of many counties, once."""

from pathlib import Path
from typing import Annotated

import typer

from deploy import rendering
from schemas.garbage import collect_rarely

WITH_REJECTED = 3


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(takeover)


def takeover(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Holds a folder for each county.")],
    at_full_speed: Annotated[
        bool, typer.Option("--full-speed", help="As fast as Kafka takes it: live petitions wait until all is done.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Feed old records at the pace of live traffic, without alerts, and account for each; exit 3 where some were
    rejected, 1 on any difference. Interrupted anywhere, the same command goes on.
    """
    from deploy.commands.feed import ledgers_in, say
    from deploy.commands.verify import account
    from deploy.feed_progress import shown_progress
    from deploy.servers.instance import located
    from deploy.takeover import take_over
    from schemas.settings import Settings

    ledgers = ledgers_in(folder, "")
    settings = located(Settings.from_env())
    collect_rarely()
    with shown_progress() as progress:
        done = take_over(settings, ledgers, progress, at_full_speed=at_full_speed)
    if as_json:
        typer.echo(rendering.as_json(done.as_json()))
    else:
        say(done.files, as_json=False)
        typer.echo("\n".join(account(done.verification)))
    if not done.is_complete:
        raise typer.Exit(1)
    if done.rejected:
        raise typer.Exit(WITH_REJECTED)
