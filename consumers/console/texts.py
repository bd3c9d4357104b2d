"""The texts of the pages in both languages: one table as data (`texts.toml`), and terms with their labels."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from schemas import terms
from schemas.terms import Term

LANGUAGES: Final = ("zh", "en")
"""In the order in which the table holds them; the first is for who has not chosen."""


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Language → name of a text (`search.title`) → the text, with places for values in braces."""
    told = tomllib.loads((files("consumers.console") / "texts.toml").read_text("utf-8"))
    return {
        language: {f"{part}.{name}": both[number] for part, named in told.items() for name, both in named.items()}
        for number, language in enumerate(LANGUAGES)
    }


def term_name(vocabulary: str, code: str, language: str) -> str:
    """What officials call a code of a vocabulary such as `CaseStatus`; a code that is none stays as it is."""
    if language != "zh":
        return code.replace("_", " ")
    known: type[Term] = getattr(terms, vocabulary)
    return next((one.label for one in known if one.value == code), code)
