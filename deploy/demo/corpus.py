"""The material of invented letters: matters, phrases and names, read from the TOML files beside this module."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

MATTER_FILES = ("countryside.toml", "town.toml", "livelihood.toml")

Wordings = tuple[str, ...]
"""Several ways of making one and the same statement."""


@dataclass(frozen=True, slots=True)
class MatterKind:
    """One kind of matter: its category, where it lies, and its statements, each in several wordings."""

    code: str
    category: str
    scale: str
    """`village`, `community` or `township`: what kind of place the matter lies in."""
    titles: Wordings
    facts: tuple[Wordings, ...]
    demands: tuple[Wordings, ...]
    events: tuple[Wordings, ...]
    """What may have happened since; used in repeats."""
    is_personal: bool = False
    """It concerns one person or family: a neighbour with the same trouble has another matter."""
    own: tuple[str, ...] = ()
    """Facts that each household has of its own, though the matter is one: what it is owed, when it bought."""

    @property
    def is_old(self) -> bool:
        """Whether its letters say for how many years it has gone on."""
        return any("{years}" in wording for group in (self.titles, *self.facts) for wording in group)


@dataclass(frozen=True, slots=True)
class Phrases:
    """What stands around the facts of a letter."""

    greetings: Wordings
    hotline: Wordings
    visit: Wordings
    intros: Wordings
    away_intros: Wordings
    bare_intros: Wordings
    anonymous_intros: Wordings
    joining_intros: Wordings
    again: Wordings
    people_note: Wordings
    closings: Wordings
    revisions: Wordings
    light_pairs: tuple[tuple[str, str], ...]
    extras: tuple[Wordings, ...]
    hints: dict[str, Wordings]


@dataclass(frozen=True, slots=True)
class Names:
    """Parts of invented names."""

    surnames: str
    given: str
    firm_first: Wordings
    firm_second: Wordings
    firm_plain: Wordings
    roads: Wordings
    road_parts: Wordings
    estate_first: Wordings
    estate_second: Wordings
    schools: Wordings
    hospitals: Wordings
    markets: Wordings
    projects: Wordings
    crops: Wordings
    cadre_titles: Wordings
    trades: dict[str, Wordings]


@dataclass(frozen=True, slots=True)
class Corpus:
    """All material of the generator."""

    kinds: tuple[MatterKind, ...]
    phrases: Phrases
    names: Names


@cache
def corpus() -> Corpus:
    """Read the material once."""
    kinds = [_kind(row) for name in MATTER_FILES for row in _table(f"matters/{name}")["matter"]]
    phrases = material("phrases.toml")
    phrases["extras"] = tuple(wordings for group in phrases["extras"] for wordings in group["wordings"])
    return Corpus(tuple(kinds), Phrases(**phrases), Names(**material("names.toml")))


def material(name: str) -> dict[str, Any]:
    """One of the TOML files beside this module; lists become tuples."""
    found: dict[str, Any] = _frozen(_table(name))
    return found


def _kind(row: dict[str, Any]) -> MatterKind:
    return MatterKind(**_frozen(row))


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("deploy.demo") / name).read_text("utf-8"))


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
