"""`petitions judge` and `petitions review`: people say which petitions are one matter."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from deploy.commands.language import Lang
from schemas.terms import Opinion

JSON = Annotated[bool, typer.Option("--json", help="For programs.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(judge)
    app.command()(review)
    app.command()(judgements)


def judge(
    name: Annotated[str, typer.Argument(metavar="CASE|PETITION", help="Case id, petition id, or record number.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The same. A case stands for its first petition.")],
    by: Annotated[str, typer.Option(help="Office and official who judge.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the case's story for ever.")],
    same: Annotated[bool, typer.Option("--same", help="They are one matter (同一事项).")] = False,
    not_same: Annotated[bool, typer.Option("--not-same", help="They are not, and never share a case.")] = False,
    unsure: Annotated[
        bool, typer.Option("--unsure", help="Nobody can tell; takes back what was judged before.")
    ] = False,
    lang: Lang = "zh",
    as_json: JSON = False,
) -> None:
    """Judge whether two petitions are one matter. No rule overrides it; the latest judgement about a pair counts."""
    from consumers.deciding.judgements import judgement, messages, side
    from consumers.deciding.reasons import Unfit
    from consumers.elastic import connect
    from consumers.search import finder
    from consumers.search.reader import all_cases
    from deploy.sending import send
    from deploy.servers.instance import located
    from schemas.settings import Settings

    chosen = [
        opinion
        for opinion, is_chosen in ((Opinion.SAME, same), (Opinion.NOT_SAME, not_same), (Opinion.UNSURE, unsure))
        if is_chosen
    ]
    if len(chosen) != 1:
        raise typer.BadParameter("one of --same, --not-same and --unsure is needed")
    settings = located(Settings.from_env())
    try:
        with connect(settings) as client:
            reader = all_cases(client, settings)
            one, two = (side(which, finder.find_cases(reader, which)) for which in (name, other))
        made = judgement(one, two, chosen[0], by=by, reason=reason, at=datetime.now(UTC))
    except finder.NoSuchCase:
        typer.echo("no case with this id or number", err=True)
        raise typer.Exit(1) from None
    except Unfit as error:
        raise typer.BadParameter(str(error)) from None
    send(settings, messages(made, settings.partitions))
    told = chosen[0].label if lang == "zh" else chosen[0].value.replace("_", " ")
    typer.echo(made.to_bytes().decode() if as_json else f"{made.judgement_id}: {told} {' '.join(made.pair)}")


def review(
    county: Annotated[str, typer.Option(help="Only cases in this division, or sent by it.")] = "",
    size: Annotated[int, typer.Option(min=1, max=1_000, help="Most cases asked about.")] = 20,
    with_left_open: Annotated[bool, typer.Option("--all", help="Also what a person could not tell.")] = False,
    lang: Lang = "zh",
    as_json: JSON = False,
) -> None:
    """Show the pairs of petitions of which the rules cannot tell whether they are one matter, with the evidence."""
    from consumers.elastic import connect
    from consumers.search.reader import all_cases
    from consumers.search.review import WORDS, asked, tell
    from deploy import rendering
    from deploy.servers.instance import located
    from schemas.settings import Settings

    settings = located(Settings.from_env())
    with connect(settings) as client:
        found = asked(all_cases(client, settings), county=county, size=size, with_left_open=with_left_open)
    if as_json:
        typer.echo(rendering.as_json([one.as_json() for one in found]))
    else:
        typer.echo("\n\n".join("\n".join(tell(one, lang)) for one in found) or WORDS[lang]["none"])


def judgements() -> None:
    """Write every judgement of the instance, one JSON object a line: for `dry-run --judgements`."""
    from deploy import judging
    from deploy.servers.instance import located
    from schemas.settings import Settings

    for made in judging.stored(located(Settings.from_env())):
        typer.echo(made.to_bytes().decode())
