"""`petitions dry-run`: what the rules would decide about a ledger, without any server."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

WITH_REJECTED = 3


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dry-run")(dry_run)


def dry_run(
    ledger: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A county's ledger.")],
    profile: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The county's profile in TOML.")],
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder for decisions.csv and rejected.csv.")],
    register: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of the register; empty: Henan's.")
    ] = None,
    judgements: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="What people judged, as JSON lines."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Decide about every record of a ledger with the rules of the stream. Exit 3 when some were rejected."""
    from deploy import dry_run as rules_alone
    from deploy.register_due import changed_by
    from processors.register_files import load_register
    from processors.rulebook import Rulebook
    from producers.profiles import load_profile

    rulebook = Rulebook(load_register(register))
    made = rules_alone.judgements_in(judgements) if judgements else []
    ledgers = [rules_alone.Ledger(ledger, load_profile(profile))]
    run = rules_alone.dry_run(ledgers, rulebook, judgements=made, changed=changed_by(register))
    rules_alone.write(run, out)
    counts = dict(Counter(row.verdict for row in run.rows)) | {"rejected": len(run.rejected), "cases": len(run.cases)}
    typer.echo(json.dumps(counts) if as_json else ", ".join(f"{count} {name}" for name, count in counts.items()))
    if run.rejected:
        raise typer.Exit(WITH_REJECTED)
