"""Statutory channels (法定途径) come before the ordinary way of a petition (articles 22, 28, 30 and 31)."""

import tomllib
from importlib.resources import files

from processors.rules.accused import Accused
from processors.rules.competence import by_source
from processors.rules.matter import COURT, DISCIPLINE, GOVERNMENT, PROCURATORATE, RANK, Matter, Proposal
from processors.rules.register import Unit
from processors.rules.withdrawal import discipline_over
from schemas.terms import Ground, Level


def statutory(matter: Matter, accused: Accused | None) -> Proposal | None:
    """Litigation and accusations leave the ordinary way: court, procuratorate or discipline body (22, 28, 30, 31)."""
    department = matter.register.statutory_channels.get(matter.classification.category)
    if department is None:
        return None
    if department == DISCIPLINE and accused is not None and accused.units:
        unit = discipline_over(matter, accused)
    else:
        unit = _channel_unit(matter, department)
    if unit is None:
        return None
    key = f"statutory_channel_{matter.classification.category}"
    ordinary = by_source(matter) if not matter.scope.is_located else _competent_government(matter)
    refused = (("refused_statutory", ordinary.unit.name),) if ordinary and ordinary.unit.code != unit.code else ()
    known = key if key in {"statutory_channel_litigation", "statutory_channel_discipline"} else "statutory_channel"
    return Proposal(unit, Ground.STATUTORY_CHANNEL, known, refused=refused)


def _competent_government(matter: Matter) -> Proposal | None:
    unit = matter.office_of(matter.scope.offices, GOVERNMENT)
    return Proposal(unit, Ground.TERRITORY, "territory") if unit else None


def _channel_unit(matter: Matter, department: str) -> Unit | None:
    """The organ at the county's level, or higher where the text names a higher court."""
    level = Level.COUNTY
    if department == COURT:
        level = next((lv for lv, words in _COURTS.items() if any(w in matter.text for w in words)), level)
        if any(word in matter.text for word in _PROSECUTION):
            chain = tuple(d for d in matter.scope.offices if RANK[d.level] <= RANK[Level.COUNTY])
            prosecution = matter.office_of(chain, PROCURATORATE)
            if prosecution is not None:
                return prosecution
    return matter.office_of(tuple(d for d in matter.scope.offices if RANK[d.level] <= RANK[level]), department)


_STATUTORY = tomllib.loads((files("processors.rules.lexicon") / "offices.toml").read_text("utf-8"))["statutory"]
_COURTS: dict[Level, list[str]] = {Level.PROVINCE: _STATUTORY["province"], Level.CITY: _STATUTORY["city"]}
_PROSECUTION: list[str] = _STATUTORY["procuratorate"]
