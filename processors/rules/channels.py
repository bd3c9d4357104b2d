"""Statutory channels (法定途径) come before the ordinary way of a petition (articles 22, 28, 30 and 31)."""

from processors.rules.accused import Accused
from processors.rules.competence import by_source
from processors.rules.matter import COURT, DISCIPLINE, GOVERNMENT, PROCURATORATE, RANK, Matter, Proposal
from processors.rules.register import Unit
from processors.rules.withdrawal import discipline_over
from processors.rules.wording import channel_name, read_lexicon
from schemas.terms import Ground, Level


def statutory(matter: Matter, accused: Accused | None) -> Proposal | None:
    """What has a procedure of its own leaves the ordinary way: courts, arbitration, reconsideration, discipline."""
    code = channel_of(matter)
    if not code:
        return None
    department = matter.register.statutory_channels[code]
    if department == DISCIPLINE and accused is not None and accused.units:
        unit = discipline_over(matter, accused)
    else:
        unit = _channel_unit(matter, department)
    if unit is None:
        return None
    ordinary = by_source(matter) if not matter.scope.is_located else _competent_government(matter)
    refused = (("refused_statutory", ordinary.unit.name),) if ordinary and ordinary.unit.code != unit.code else ()
    key = f"statutory_channel_{code}" if code in _OWN_SENTENCES else "statutory_channel"
    fields = {"procedure": channel_name(code) if code == matter.wording.channel else ""}
    return Proposal(unit, Ground.STATUTORY_CHANNEL, key, fields, refused)


def channel_of(matter: Matter) -> str:
    """Code of the channel: an accusation, else the procedure that the letter names, else that of the category."""
    category = matter.classification.category
    codes = (category if category == DISCIPLINE else "", matter.wording.channel, category)
    return next((code for code in codes if code in matter.register.statutory_channels), "")


def _competent_government(matter: Matter) -> Proposal | None:
    unit = matter.office_of(matter.scope.offices, GOVERNMENT)
    return Proposal(unit, Ground.TERRITORY, "territory") if unit else None


def _channel_unit(matter: Matter, department: str) -> Unit | None:
    """The organ at the county's level, or higher where the text names a higher court."""
    level = Level.COUNTY
    if department == COURT:
        level = next((lv for lv, words in _COURTS.items() if any(w in matter.wording.text for w in words)), level)
        if any(word in matter.wording.text for word in _PROSECUTION):
            chain = tuple(d for d in matter.scope.offices if RANK[d.level] <= RANK[Level.COUNTY])
            prosecution = matter.office_of(chain, PROCURATORATE)
            if prosecution is not None:
                return prosecution
    return matter.office_of(tuple(d for d in matter.scope.offices if RANK[d.level] <= RANK[level]), department)


_OWN_SENTENCES = {"litigation", "discipline"}
_STATUTORY = read_lexicon("offices.toml")["statutory"]
_COURTS: dict[Level, list[str]] = {Level.PROVINCE: _STATUTORY["province"], Level.CITY: _STATUTORY["city"]}
_PROSECUTION: list[str] = _STATUTORY["procuratorate"]
