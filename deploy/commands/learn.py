"""`petitions learn`: what the judgements of people say about the weights of linking."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from deploy.weights_learning import Learned, Quality

SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(learn)


def learn(
    version: Annotated[str, typer.Option(help="Name of the new weights; each decision bears it.")],
    pairs: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="More truth, as CSV: petition_id,other_id,same (1 or 0)."),
    ] = None,
    others: Annotated[
        int, typer.Option(min=0, help="Cases without judgements whose pairs hold the weights and are compared.")
    ] = 20_000,
    adopt: Annotated[Path | None, typer.Option(dir_okay=False, help="Write the new weights to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Re-estimate the weights of linking from judgements, and tell what would change. Nothing changes by itself."""
    from deploy import rendering, weights_learning
    from deploy.judged_petitions import collect, told
    from deploy.servers.instance import located
    from processors.rules.weighing import shipped_weights
    from schemas.settings import Settings

    found = collect(located(Settings.from_env()), told(pairs.read_text("utf-8")) if pairs else (), others)
    learned = weights_learning.learn(found.judgements, found.petitions, found.compared, shipped_weights(), version)
    if adopt is not None:
        adopt.write_text(learned.weights.to_text("`petitions learn`"), "utf-8")
    typer.echo(rendering.as_json(learned.as_json()) if as_json else "\n".join(_report(learned)))


def _report(learned: "Learned") -> list[str]:
    lines = [f"{learned.examples} judged pairs, {learned.left_out} more that teach nothing"]
    for name, quality in (
        ("weights in use", learned.before),
        ("new weights, same pairs", learned.after),
        ("new weights, pairs left out of learning", learned.on_others),
    ):
        lines.append(f"  {name}: {_said(quality)}")
    lines.append(f"{len(learned.flips)} pairs would be decided otherwise")
    for flip in learned.flips[:SHOWN]:
        judged = f", judged {flip.judged}" if flip.judged else ""
        scores = f"{flip.score_before:.2f} → {flip.score_after:.2f}"
        lines.append(f"  {' '.join(flip.pair)}: {flip.before} → {flip.after} ({scores}{judged})")
    if len(learned.flips) > SHOWN:
        lines.append(f"  … {len(learned.flips) - SHOWN} more: --json names them all")
    return lines


def _said(quality: "Quality") -> str:
    return (
        f"{quality.right} of {quality.judged} right, {quality.wrongly_joined} wrongly joined, "
        f"{quality.wrongly_parted} wrongly parted"
    )
