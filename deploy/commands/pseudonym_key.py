"""`petitions pseudonym-key`: a new key for pseudonyms, while everybody who is known keeps theirs."""

from typing import TYPE_CHECKING, Annotated

import typer

from deploy.instance_settings import settings_here

if TYPE_CHECKING:
    from deploy.pseudonym_change import Carried

BY = Annotated[str, typer.Option(help="Sign-in name of an administrator, for the audit record.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    steps = typer.Typer(help="A new key for pseudonyms: begin, carry, end.", no_args_is_help=True)
    steps.command("begin")(begin)
    steps.command("carry")(carry)
    steps.command("end")(end)
    app.add_typer(steps, name="pseudonym-key")


def begin(by: BY) -> None:
    """Make the key that is to come; pseudonyms are made with the old one until the end. Prints its id."""
    from deploy import pseudonym_change

    typer.echo(pseudonym_change.begin(settings_here(), by))


def carry() -> None:
    """Carry everybody who is known over to the new key; interrupted or repeated, it goes on where it was."""
    from deploy import pseudonym_change

    _say(pseudonym_change.carry(settings_here(), _progress))


def end(by: BY) -> None:
    """Carry the last ones over and delete the old key. Gateway and feeds must be stopped."""
    from deploy import pseudonym_change

    _say(pseudonym_change.end(settings_here(), by, _progress))
    typer.echo("the old key is deleted; copy the key file and the file beside it, and start gateway and feeds")


def _progress(read: int) -> None:
    typer.echo(f"{read:,} identities", err=True)


def _say(carried: "Carried") -> None:
    typer.echo(f"{carried.read:,} identities read, {carried.kept:,} people keep the pseudonym that they have")
