"""`petitions register`: build, check and look into the territory register."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from consumers.search.days import today
from deploy.commands import register_change
from deploy.register_build import build_register
from deploy.register_positions import POSITIONS
from deploy.register_tree import tree as draw
from processors.register_files import (
    COMPETENCES,
    DEPARTMENTS,
    WORDS,
    load_register,
    shipped_folder,
)
from processors.rules.register import Register
from processors.rules.territory.check import problems_of
from processors.rules.territory.gazetteer import Gazetteer

if TYPE_CHECKING:
    from schemas.register_events import RegisterChange

group = typer.Typer(no_args_is_help=True, help="The dated register of divisions, units and competences.")
Folder = Annotated[
    Path | None, typer.Option("--register", help="Folder of the register; that of the instance here if left out.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
MOST_PROBLEMS = 50


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    register_change.register(group)
    app.add_typer(group, name="register")


@group.command()
def build(
    sources: Annotated[Path, typer.Option(help="Folder with the public files.", exists=True, file_okay=False)],
    out: Annotated[Path, typer.Option(help="Folder to write.")],
    province: Annotated[str, typer.Option(help="Two digits of the province.")] = "41",
) -> None:
    """Build a province's divisions from the public files; what a province decides itself is kept."""
    out.mkdir(parents=True, exist_ok=True)
    for name in (DEPARTMENTS, COMPETENCES, WORDS, POSITIONS):
        if not (out / name).exists():
            shutil.copyfile(shipped_folder() / name, out / name)
    counts = build_register(sources, province, out)
    typer.echo(json.dumps(counts, ensure_ascii=False, sort_keys=True))


@group.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="Folder; the shipped register if left out.")] = None,
) -> None:
    """Name every problem of a register; exit code 1 where there is one."""
    loaded = _loaded(folder)
    problems = list(problems_of(loaded))
    for problem in problems[:MOST_PROBLEMS]:
        typer.echo(problem)
    typer.echo(
        f"{loaded.version}: {len(loaded.divisions)} periods, {len(loaded.units)} units, {len(problems)} problems"
    )
    if problems:
        raise typer.Exit(1)


@group.command()
def show(
    what: Annotated[str, typer.Argument(help="Code of a division or unit, or words that name a place.")],
    on: Annotated[str, typer.Option(help="Day, YYYY-MM-DD; today if left out.")] = "",
    near: Annotated[str, typer.Option(help="Code of the county that the words come from.")] = "",
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Show a division or unit on a day, or where words lead to, by the register with which the instance here works.

    That is its files with the changes that it has adopted; where it cannot be asked, the files alone, which is said.
    """
    loaded, shown_from = _at_hand(folder)
    found = _describe(loaded, what, _day(on), near)
    if found is None:
        typer.echo(f"nothing found in {loaded.version} ({shown_from})", err=True)
        raise typer.Exit(1)
    found |= {"register": loaded.version, "shown_from": shown_from}
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        typer.echo(f"{name}: {value}")


@group.command()
def tree(
    code: Annotated[str, typer.Argument(help="Code of a county, city or province.")],
    on: Annotated[str, typer.Option(help="Day, YYYY-MM-DD; today if left out.")] = "",
    folder: Folder = None,
) -> None:
    """Show who is in charge of what in a division, and the unit of each place below it; by the register as `show`."""
    loaded, shown_from = _at_hand(folder)
    lines = list(draw(loaded, code, _day(on)))
    if not lines:
        typer.echo(f"nothing found in {loaded.version} ({shown_from})", err=True)
        raise typer.Exit(1)
    typer.echo("\n".join([*lines, f"register {loaded.version}, shown from {shown_from}"]))


def _day(on: str) -> date:
    try:
        return date.fromisoformat(on) if on else today()
    except ValueError:
        typer.echo("--on must be a day like 2016-11-24", err=True)
        raise typer.Exit(2) from None


def _at_hand(folder: Path | None) -> tuple[Register, str]:
    """The register of a folder, or without one that of the instance here; and from what it is shown."""
    if folder is not None:
        return _loaded(folder), "the folder"
    from deploy.register_at_hand import adopted_here
    from schemas.settings import Settings

    settings = Settings.from_env()
    known = adopted_here(settings)
    return _loaded(settings.register_dir, known.changes), known.shown_from


def _loaded(folder: Path | None, changes: "tuple[RegisterChange, ...]" = ()) -> Register:
    try:
        return load_register(folder, changes=changes)
    except (OSError, ValueError, KeyError) as error:
        typer.echo(f"not a register: {type(error).__name__}", err=True)
        raise typer.Exit(2) from None


def _describe(loaded: Register, what: str, day: date, near: str) -> dict[str, object] | None:
    unit = loaded.unit(what, day)
    if unit is not None:
        return {"unit": unit.code, "name": unit.name, "division": unit.division, "superior": unit.superior}
    if what.isdigit():
        division = loaded.division(what, day) or loaded.division_ever(what)
        if division is None:
            return None
        return {
            "division": division.code,
            "name": "".join(d.name for d in reversed(list(loaded.ancestors(division.code, day)))),
            "level": division.level.value,
            "valid_from": division.valid_from.isoformat(),
            "valid_to": division.valid_to.isoformat(),
            "is_valid": division.is_valid_on(day),
            "successors": list(division.successors),
            "units": [u.code for u in loaded.units_in(division.code) if u.is_valid_on(day)],
        }
    place = Gazetteer(loaded).locate(what, day, near)
    return place.model_dump(mode="json") if place.code or place.reason else None
