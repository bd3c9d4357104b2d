"""The sentences in which a decision explains itself, from one table."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from processors.rules.register import Unit
from schemas.life import JurisdictionDecision
from schemas.terms import Ground


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence for officials and petitioners, and the article that it rests on."""

    article: str
    zh: str
    en: str


def reason(key: str) -> Reason:
    """The sentence of that name."""
    return _TABLE[key]


def decision_for(
    unit: Unit, ground: Ground, sentence: Reason, fields: Mapping[str, str], register_version: str, **more: Any
) -> JurisdictionDecision:
    """The decision for a unit in the words of a sentence; `more` are the decision's further fields."""
    return JurisdictionDecision(
        accountable_unit=unit.code,
        unit_name=unit.name,
        unit_level=unit.level,
        unit_division=unit.division,
        ground=ground,
        article=sentence.article,
        reason=sentence.zh.format_map(fields),
        reason_en=sentence.en.format_map(fields),
        register_version=register_version,
        **more,
    )


def _read(text: str) -> dict[str, Reason]:
    rows = tomllib.loads(text)
    return {key: Reason(row.get("article", ""), row["zh"], row.get("en", "")) for key, row in rows.items()}


_TABLE = _read((files("processors.rules.lexicon") / "reasons.toml").read_text("utf-8"))
