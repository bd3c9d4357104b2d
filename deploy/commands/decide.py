"""`petitions decide`: what a person decides about a case."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from schemas.terms import DecisionKind

KINDS = ", ".join(f"{kind.value} {kind.label}" for kind in DecisionKind)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(decide)


def decide(
    name: Annotated[str, typer.Argument(metavar="CASE", help="Case id, petition id, or record number of a county.")],
    kind: Annotated[DecisionKind, typer.Argument(help=KINDS)],
    by: Annotated[str, typer.Option(help="Office and official who decide.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the case's story for ever.")],
    unit: Annotated[str, typer.Option(help="Code of the unit that gets, accepts or refuses the case.")] = "",
    article: Annotated[str, typer.Option(help="What an objection cites.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Decide about a case, or state what happened to it. No rule overrides it later."""
    from consumers.deciding.decisions import decision, messages
    from consumers.deciding.reasons import Unfit
    from consumers.elastic import connect
    from consumers.search import finder
    from consumers.search.reader import all_cases
    from deploy.official_users import UnknownUnit, known_unit
    from deploy.sending import send
    from deploy.servers.instance import located
    from schemas.settings import Settings

    settings = located(Settings.from_env())
    try:
        with connect(settings) as client:
            cases = finder.find_cases(all_cases(client, settings), name)
        if len(cases) > 1:
            raise typer.BadParameter(f"{len(cases)} cases bear this number; name one by its case id")
        if unit:
            known_unit(settings, unit)
        made = decision(cases[0], kind, by=by, reason=reason, at=datetime.now(UTC), unit=unit, article=article)
    except finder.NoSuchCase:
        typer.echo("no case with this id or number", err=True)
        raise typer.Exit(1) from None
    except UnknownUnit as error:
        raise typer.BadParameter(str(error), param_hint="--unit") from None
    except Unfit as error:
        raise typer.BadParameter(str(error), param_hint=f"--{error.field}") from None
    send(settings, messages([made], settings.partitions))
    typer.echo(made.to_bytes().decode() if as_json else f"{made.decision_id}: {kind.label} {made.case_id}")
