"""The sentences in which a decision explains itself, from one table."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence for officials and petitioners, and the article that it rests on."""

    article: str
    zh: str
    en: str


def reason(key: str) -> Reason:
    """The sentence of that name."""
    return _TABLE[key]


def _read(text: str) -> dict[str, Reason]:
    rows = tomllib.loads(text)
    return {key: Reason(row.get("article", ""), row["zh"], row.get("en", "")) for key, row in rows.items()}


_TABLE = _read((files("processors.rules.lexicon") / "reasons.toml").read_text("utf-8"))
