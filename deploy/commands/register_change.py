"""`petitions register diff` and `apply`: a change of the register, seen before it is adopted, and adopted."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.instance_settings import settings_here

if TYPE_CHECKING:
    from deploy.register_adoption import Finding
    from schemas.register_events import RegisterChange

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
    group.command()(due)


def diff(change: Change, folder: Folder = None, as_json: AsJson = False) -> None:
    """Show what a change would do, or why it is refused (exit 1). Nothing is changed.

    Without --register it is held against what the instance here works with; where that cannot be asked, against its
    files alone, which is said.
    """
    if folder is not None:
        _show(change, folder, as_json)
        return
    from deploy.register_at_hand import adopted_here
    from schemas.settings import Settings

    settings = Settings.from_env()
    known = adopted_here(settings)
    typer.echo(f"against {known.shown_from}", err=True)
    _show(change, settings.register_dir, as_json, known.changes)


def apply(change: Change, folder: Folder = None, as_json: AsJson = False) -> None:
    """Adopt a change; refused as a whole where anything is wrong.

    With --register it is kept in that folder. Without, the running instance adopts it: its workers start again with
    it, and the open cases go with it on its day (see `due`).
    """
    from processors.register_files import write_change

    if folder is not None:
        path = write_change(folder, _show(change, folder, as_json).change)
        typer.echo(f"kept in {path.parent.name}/{path.name}", err=True)
        return
    from deploy import register_instance

    settings = settings_here()
    found = _show(change, settings.register_dir, as_json, register_instance.adopted(settings))
    register_instance.publish(settings, found.change)
    typer.echo(f"adopted: {found.change.change_id}", err=True)
    _carry_out(as_json)


def due(as_json: AsJson = False) -> None:
    """Determine open cases again by the changes whose day has come; once each. The supervisor does it daily."""
    _carry_out(as_json)


def _carry_out(as_json: bool) -> None:
    from consumers.search.days import today
    from deploy import register_instance

    counts = register_instance.carry_out(settings_here(), today())
    lines = [f"{name}: {count} open cases" for name, count in counts.items()] or ["no change is due"]
    typer.echo(json.dumps(counts, ensure_ascii=False) if as_json else "\n".join(lines))


def _show(change: Path, folder: Path | None, as_json: bool, changes: "tuple[RegisterChange, ...]" = ()) -> "Finding":
    from deploy.register_adoption import BadChange, as_values, examine, read_change, told
    from processors.register_files import load_register, load_template, read_changes, shipped_folder

    try:
        read = read_change(change, datetime.now(UTC))
    except BadChange as error:
        raise typer.BadParameter(str(error)) from None
    before = load_register(folder, changes=changes)
    adopted = (*read_changes(folder or shipped_folder()), *changes)
    found = examine(before, load_template(folder), read, adopted)
    typer.echo(json.dumps(as_values(found), ensure_ascii=False) if as_json else "\n".join(told(found, before)))
    if found.problems:
        raise typer.Exit(REFUSED)
    return found
