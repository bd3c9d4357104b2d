"""`petitions report`: the report that an office sends upwards, for who runs the platform."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(report)


def report(
    period: Annotated[Literal["week", "month", "year"], typer.Argument(help="week, month or year.")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="Where to write it; an existing file is replaced.")],
    on: Annotated[str, typer.Option(help="A day of the period, like 2026-03-31. Empty: today.")] = "",
    form: Annotated[Literal["pdf", "xlsx"], typer.Option("--format", help="pdf or xlsx.")] = "pdf",
    place: Annotated[str, typer.Option(help="Code of one division. Empty: the whole province.")] = "",
) -> None:
    """Write the report of a week, month or year (article 41) as the console makes it; tell whether it is complete.

    No viewer's rights narrow it, and it leaves no audit record.
    """
    from consumers.search.days import today
    from consumers.statistics.compiling import printed
    from consumers.statistics.periods import period_of
    from consumers.statistics.reported import ReportsUnavailable
    from deploy.operators_report import UnknownPlace, operators_report
    from deploy.servers.instance import located
    from schemas.settings import Settings

    try:
        asked = period_of(period, date.fromisoformat(on) if on else today())
    except (ValueError, OverflowError):
        raise typer.BadParameter("not a day, write it like 2026-03-31", param_hint="--on") from None
    try:
        made = operators_report(located(Settings.from_env()), asked, place)
    except UnknownPlace as error:
        raise typer.BadParameter(str(error), param_hint="--place") from None
    except ReportsUnavailable:
        typer.echo("nobody can tell now which counties are silent, so there is no report; come again", err=True)
        raise typer.Exit(1) from None
    out.write_bytes(printed(made, form))
    typer.echo("\n".join((made.title, *made.facts, str(out))))
