"""The language in which a command answers, one option for all of them."""

from typing import Annotated, Final

import typer

LANGUAGES: Final = ("zh", "en")


def _known(lang: str) -> str:
    if lang not in LANGUAGES:
        raise typer.BadParameter(" or ".join(LANGUAGES))
    return lang


Lang = Annotated[str, typer.Option("--lang", help="zh or en.", callback=_known)]
