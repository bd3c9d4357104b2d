"""`petitions lexicon`: learn the weights of categories from labelled letters, and measure them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from processors.lexicon_training import Letters, Score

group = typer.Typer(no_args_is_help=True, help="What matters are about: the learned weights of categories.")
File = Annotated[
    Path,
    typer.Argument(
        metavar="LETTERS",
        exists=True,
        dir_okay=False,
        help="CSV, also compressed (.gz), with `category` and `segmented_text`, `text`, or `title` and `body`.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(group, name="lexicon")


@group.command()
def train(
    letters: File,
    out: Annotated[
        Path, typer.Option(help="File to write; the shipped one is processors/rules/lexicon/learned.csv.xz.")
    ],
) -> None:
    """Learn weights from labelled letters; takes some ten seconds for some thousand letters."""
    import numpy as np

    from processors.lexicon_training import learn

    found = _read(letters)
    packed = learn(found, np.arange(len(found.texts)))
    out.write_bytes(packed)
    typer.echo(f"{out.name}: {len(found.texts)} letters, {len(packed)} bytes")


@group.command()
def measure(
    letters: File,
    folds: Annotated[
        int, typer.Option(help="Cross-validate in so many parts; 0: the shipped weights as they are.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """How right the categories of labelled letters are; without folds on letters that were not learned from."""
    from processors.lexicon_training import score, validate
    from processors.rules.classification import shipped_lexicon

    found = _read(letters)
    _show(validate(found, folds) if folds else score(found, shipped_lexicon()), as_json)


def _read(path: Path) -> "Letters":
    import gzip

    from processors.lexicon_training import NotLetters, read_letters

    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as lines:
            return read_letters(lines)
    except NotLetters as error:
        raise typer.BadParameter(f"{path}: {error}") from None


def _show(score: "Score", as_json: bool) -> None:
    from deploy import rendering

    if as_json:
        typer.echo(rendering.as_json(score))
        return
    for name, value in vars(score).items():
        typer.echo(f"{name}: {value:.4f}" if isinstance(value, float) else f"{name}: {value}")
