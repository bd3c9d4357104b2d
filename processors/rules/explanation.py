"""A determination told step by step: place, category, channel, competence by level, withdrawal, result. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from processors.rules.accused import Accused
from processors.rules.channels import channel_of
from processors.rules.competence import offices_of
from processors.rules.matter import GOVERNMENT, Matter
from processors.rules.reasons import reason
from processors.rules.scope import full_name
from processors.rules.wording import channel_name
from schemas.life import JurisdictionDecision
from schemas.petition import Classification, Place
from schemas.terms import Term


class Step(NamedTuple):
    """One step, in Chinese and English; it names places, units and words of the lexicons only."""

    name: str
    zh: str
    en: str


def steps(matter: Matter, place: Place, accused: Accused | None, decision: JurisdictionDecision) -> Iterator[Step]:
    """How the decision comes about, in the order in which the rules look."""
    yield from _place(matter, place)
    yield from _kind(matter.classification)
    channel = channel_of(matter)
    if channel:
        is_named = channel == matter.wording.channel
        procedure = channel_name(channel) if is_named else matter.classification.category_name
        yield _step("channel", procedure=procedure, code=channel)
    else:
        yield _step("channel", "none")
        yield from _powers(matter)
    yield _accused(accused)
    yield _step("unit", unit=decision.unit_name, ground=decision.ground, article=decision.article)
    yield from (_step("assisting", unit=unit.unit_name) for unit in decision.assisting)


def _kind(kind: Classification) -> Iterator[Step]:
    """What the matter is about on each level of the scheme, and what else the letter is about."""
    if kind.category:
        yield _category(kind)
    else:
        yield _step("category", "none")
    for also in kind.also:
        yield _step("also", category=also.category_name, code=also.category, terms="、".join(also.terms))


def _category(kind: Classification) -> Step:
    names = " / ".join(filter(None, (kind.sector_name, kind.category_name, kind.issue_name)))
    codes = " / ".join(filter(None, (kind.sector, kind.issue.replace(".", " / ") or kind.category)))
    return _step("category", category=names, code=codes, terms="、".join(kind.terms))


def _place(matter: Matter, place: Place) -> Iterator[Step]:
    scope, why = matter.scope, place.reason
    if scope.disputed:
        yield _step("place", "open", others="、".join(full_name(chain) for chain in scope.disputed), why=why)
    elif scope.is_located:
        yield _step("place", place=scope.name, confidence=place.confidence, why=why)
    elif scope.is_elsewhere:
        yield _step("place", "elsewhere", why=why)
    else:
        source = matter.register.division(matter.source, matter.on)
        yield _step("place", "none", source=source.name if source else "单位")
    if scope.former is not None and not scope.disputed:
        yield _step("former", former=scope.former.name, day=matter.on.isoformat(), place=scope.name)


def _powers(matter: Matter) -> Iterator[Step]:
    """Who is in charge at each level, from the lowest upwards to the first that has the power."""
    if not matter.scope.is_located or matter.scope.disputed:
        return
    offices = offices_of(matter, matter.scope)
    powers = matter.register.powers(matter.classification.category, offices, matter.on)
    for division in offices:
        unit = matter.unit_of(division, powers.get(division.level, "")) or matter.unit_of(division, GOVERNMENT)
        has_power = division.level in powers and unit is not None
        yield _step(
            "power",
            "" if has_power else "none",
            division=division.name,
            level=division.level,
            unit=unit.name if unit else "",
        )
        if has_power:
            return


def _accused(accused: Accused | None) -> Step:
    if accused is None:
        return _step("accused", "none")
    if not accused.units:
        return _step("accused", "village")
    return _step("accused", accused="、".join(u.name for u in accused.units), acts="、".join(accused.acts))


def _step(name: str, variant: str = "", **fields: str) -> Step:
    """Terms are told by their label in Chinese and by their code in English."""
    sentence = reason(f"step_{name}_{variant}" if variant else f"step_{name}")
    zh = {key: value.label if isinstance(value, Term) else value for key, value in fields.items()}
    en = {key: value.value.replace("_", " ") if isinstance(value, Term) else value for key, value in fields.items()}
    return Step(name, sentence.zh.format_map(zh).strip(), sentence.en.format_map(en).strip())
