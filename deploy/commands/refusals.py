"""`petitions refusals`: who says "not ours", and who was wrong."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from deploy import rendering

if TYPE_CHECKING:
    from consumers.search.refusals import Refusals


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(refusals)


def refusals(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Count refusals by unit, who was wrong, and steps that did not fit. Exit 1 if a case has no accountable unit."""
    from consumers.elastic import connect
    from consumers.search import refusals as statistics
    from consumers.search.index import alias_of
    from deploy.servers.instance import located
    from schemas.settings import Settings

    settings = located(Settings.from_env())
    with connect(settings) as client:
        answer = client.search(index=alias_of(settings), **statistics.refusals_body()).body
    found = statistics.refusals(answer)
    typer.echo(rendering.as_json(asdict(found)) if as_json else as_text(found))
    if found.unowned_cases:
        raise typer.Exit(1)


def as_text(found: "Refusals") -> str:
    """The figures and one line for each unit."""
    lines = [
        f"共 {found.cases} 案，其中 {found.refused_cases} 案有异议 {found.refusals} 次，"
        f"{found.irregular_cases} 案有不合程序的环节，无责任单位 {found.unowned_cases} 案"
    ]
    lines += [f"  {one.unit}  提出异议 {one.refused} 案，认定有误 {one.wrong} 案" for one in found.units]
    return "\n".join(lines)
