"""`petitions register diff` and `apply`: a change of the register, seen before it is adopted, and adopted."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from deploy.register_adoption import Finding

Change = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The change, as TOML or JSON.")]
Folder = Annotated[
    Path | None, typer.Option("--register", exists=True, file_okay=False, help="Folder of the register.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
REFUSED = 1


def register(group: typer.Typer) -> None:
    """Add the verbs to the group of the register."""
    group.command()(diff)
    group.command()(apply)


def diff(change: Change, folder: Folder = None, as_json: AsJson = False) -> None:
    """Show what a change would do, or why it is refused (exit 1). Nothing is changed."""
    _show(change, folder, as_json)


def apply(
    change: Change,
    folder: Annotated[Path, typer.Option("--register", exists=True, file_okay=False, help="Folder of the register.")],
    as_json: AsJson = False,
) -> None:
    """Adopt a change: check it, and keep it in the register's folder. Refused as a whole where anything is wrong."""
    from processors.register_files import write_change

    path = write_change(folder, _show(change, folder, as_json).change)
    typer.echo(f"kept in {path.parent.name}/{path.name}", err=True)


def _show(change: Path, folder: Path | None, as_json: bool) -> "Finding":
    from deploy.register_adoption import BadChange, as_values, examine, read_change, told
    from processors.register_files import load_register, load_template

    try:
        read = read_change(change, datetime.now(UTC))
    except BadChange as error:
        raise typer.BadParameter(str(error)) from None
    before = load_register(folder)
    found = examine(before, load_template(folder), read)
    typer.echo(json.dumps(as_values(found), ensure_ascii=False) if as_json else "\n".join(told(found, before)))
    if found.problems:
        raise typer.Exit(REFUSED)
    return found
