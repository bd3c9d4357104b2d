"""Several departments in one letter: one is accountable, the others assist it (article 24).

The leading category decides who is accountable. Who would be in charge of a further category assists, where the place
is known and the accountable unit follows from place and category alone.
"""

from collections.abc import Iterator
from dataclasses import replace

from processors.rules.accused import Accused
from processors.rules.competence import competent
from processors.rules.matter import Matter, Proposal
from processors.rules.reasons import reason
from processors.rules.withdrawal import is_interested
from schemas.life import AssistingUnit
from schemas.petition import AlsoAbout, Classification
from schemas.terms import Ground

_ORDINARY = frozenset({Ground.TERRITORY, Ground.COMPETENCE, Ground.LEVEL, Ground.SUCCESSOR})
"""Elsewhere nobody can say yet who should help: a superior decides, or a procedure of its own takes over."""


def assisting(matter: Matter, lead: Proposal, accused: Accused | None) -> tuple[AssistingUnit, ...]:
    """The units that assist the accountable one, each once; never one complained about or below it (28, 30)."""
    if lead.ground not in _ORDINARY or not matter.classification.also:
        return ()
    return tuple({unit.unit: unit for unit in _found(matter, lead, accused)}.values())


def _found(matter: Matter, lead: Proposal, accused: Accused | None) -> Iterator[AssistingUnit]:
    for also in matter.classification.also:
        if also.category in matter.register.statutory_channels:
            continue
        found = competent(_about(matter, also), matter.scope)
        if found is None or found.unit.code == lead.unit.code or found.unit.code == lead.unit.superior:
            continue
        if accused is not None and is_interested(matter, found.unit, accused):
            continue
        sentence = reason("assisting")
        fields = {
            "unit": found.unit.name,
            "category": also.category_name,
            "code": also.category,
            "lead": lead.unit.name,
        }
        yield AssistingUnit(
            unit=found.unit.code,
            unit_name=found.unit.name,
            category=also.category,
            article=sentence.article,
            reason=sentence.zh.format_map(fields),
            reason_en=sentence.en.format_map(fields),
        )


def _about(matter: Matter, also: AlsoAbout) -> Matter:
    """The same letter, were it about the other category alone."""
    kind = Classification(category=also.category, category_name=also.category_name)
    return replace(matter, classification=kind)
