"""`petitions docs`: the pages that are made from the code."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(docs)


def docs(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 where a page is stale.")] = False,
) -> None:
    """Write the pages that are made from the code: contracts, topics, settings, metrics, commands, terms."""
    from deploy.documents import pages

    root = pages.checkout()
    found = pages.stale(root) if check else pages.write(root)
    for path in found:
        typer.echo(f"{'stale' if check else 'written'}: {path}")
    if check and found:
        raise typer.Exit(1)
