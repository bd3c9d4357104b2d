"""`petitions backup` and `petitions restore`: the topics of an instance as files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.instance_settings import settings_here

if TYPE_CHECKING:
    pass


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(backup)
    app.command()(restore)


def backup(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder; as confidential as the letters.")],
) -> None:
    """Save all topics with the offsets of their readers. Workers, indexer, alerts and console must be stopped."""
    from deploy.backup import back_up

    contents = back_up(settings_here(), folder, _progress)
    typer.echo(f"{contents.messages:,} messages saved")


def restore(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A backup.")],
) -> None:
    """Fill the empty topics of this instance with a backup; nothing may run, and no state may be left."""
    from deploy import restoring

    contents = restoring.restore(settings_here(), folder, _progress)
    typer.echo(f"{contents.messages:,} messages of {contents.taken_at.isoformat(timespec='seconds')} restored")


def _progress(topic: str, messages: int) -> None:
    typer.echo(f"{topic}: {messages:,} messages", err=True)
