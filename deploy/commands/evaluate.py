"""`petitions evaluate`: the rules on ledgers whose truth is known, without any server."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(evaluate)


def evaluate(
    ledgers: Annotated[
        list[Path],
        typer.Argument(metavar="LEDGER...", exists=True, help="Files in folders named after their county."),
    ],
    truth: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="What is true of every row, as CSV.")],
    profiles: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of county profiles; empty: the demo's.")
    ] = None,
    register: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of the register; empty: Henan's.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            file_okay=False, help="Folder for calibration.svg and mistakes.csv; it will hold titles of petitions."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Measure links, cases, places and categories against the truth. LEDGER may be a folder of such folders."""
    from deploy import calibration, evaluation, rendering
    from deploy.demo.county_folders import ledgers_in
    from deploy.demo.report import console, show_quality
    from deploy.demo.truth import from_csv
    from deploy.dry_run import dry_run
    from deploy.linking_training import letters_of
    from processors.register_files import load_register
    from processors.rulebook import Rulebook

    found = list(ledgers_in(ledgers, profiles))
    if not found:
        raise typer.BadParameter("no ledger lies in a folder that is named after a county with a profile")
    run = dry_run(found, Rulebook(load_register(register)))
    fed = {(ledger.profile.code, ledger.path.name) for ledger in found}
    rows = [row for row in from_csv(truth.read_text("utf-8")) if (row.source, row.file) in fed]
    quality = evaluation.evaluate(evaluation.decisions_of(run.cases), rows)
    if out is not None:
        matters = {row.petition: row.matter for row in rows if row.petition}
        calibration.write(out, calibration.scored(letters_of(run, matters)), run.cases)
    if as_json:
        typer.echo(rendering.as_json(evaluation.as_json(quality)))
    else:
        show_quality(quality, console())
