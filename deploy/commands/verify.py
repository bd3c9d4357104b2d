"""`petitions verify` and `petitions reindex`: prove that nothing is missing, and rebuild what can be rebuilt."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from deploy import rendering

if TYPE_CHECKING:
    from deploy.verify import Verification

SHOWN = 50
JSON = Annotated[bool, typer.Option("--json", help="For programs.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(verify)
    app.command()(reindex)


def verify(
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait until all processes have worked off all.")] = 0,
    as_json: JSON = False,
) -> None:
    """Compare what was received with the cases and the index, by county and day; exit 1 on any difference."""
    from deploy import verify as proof
    from deploy.servers.instance import located
    from schemas.settings import Settings

    settings = located(Settings.from_env())
    try:
        if wait:
            proof.wait_until_settled(settings, wait)
    except proof.NotSettled as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    result = proof.verify(settings)
    typer.echo(rendering.as_json(result.as_json()) if as_json else "\n".join(account(result)))
    if not result.is_complete:
        raise typer.Exit(1)


def reindex(
    drop_old: Annotated[bool, typer.Option("--drop-old", help="Delete the indices that are left behind.")] = False,
    as_json: JSON = False,
) -> None:
    """Build a new index from the topic of cases while the old one serves, then swap."""
    from consumers.search.reindex import reindex as rebuild
    from deploy.servers.instance import located
    from schemas.settings import Settings

    done = rebuild(
        located(Settings.from_env()),
        with_drop=drop_old,
        progress=lambda messages: typer.echo(f"{messages:,} messages", err=True),
    )
    if as_json:
        typer.echo(rendering.as_json(done))
        return
    typer.echo(f"{done.messages:,} messages in {done.new}, which is searched now")
    typer.echo(f"dropped: {', '.join(done.dropped) or 'nothing'}" if drop_old else f"kept: {done.old or 'nothing'}")


def account(result: "Verification") -> list[str]:
    """The account in plain lines."""
    lines = ["county   received = registered + resent + revised + rejected"]
    for county, tally in [*result.by_county.items(), ("all", result.total)]:
        sign = "=" if tally.adds_up else "≠"
        lines.append(
            f"{county:8} {tally.received:8} {sign} {tally.registered} + {tally.resent} + {tally.revised}"
            f" + {tally.rejected}"
        )
    told = result.statuses
    if told.received:
        sign = "=" if told.adds_up else "≠"
        lines.append(
            f"status events: {told.received} received {sign} {told.applied} applied"
            f" + {told.waiting} waiting for their record + {told.rejected} rejected"
        )
    lines.append(f"{result.cases} cases, {result.merged} merged, {result.documents} documents in the index")
    if result.complete_up_to:
        lines.append(f"latest record taken at {result.complete_up_to.isoformat(timespec='seconds')}")
    if result.lag:
        lines.append(f"{result.lag} messages were not worked off yet: --wait SECONDS waits for them")
    if result.unreported:
        lines.append(f"{len(result.unreported)} deliveries are not reported as finished yet")
    kinds = Counter(difference.kind for difference in result.differences)
    lines += [f"{count} x {kind.value} ({kind.label})" for kind, count in sorted(kinds.items())]
    lines += [f"  {d.kind.value} {d.subject}: {d.detail}" for d in result.differences[:SHOWN]]
    if len(result.differences) > SHOWN:
        lines.append(f"  … {len(result.differences) - SHOWN} more: --json names them all")
    lines.append("complete" if result.is_complete else "NOT complete")
    return lines
