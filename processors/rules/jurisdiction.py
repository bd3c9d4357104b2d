"""Exactly one accountable unit for a matter, and why: by place, competence and level (articles 22, 24, 28, 30).

First who is in charge of the matter in that place, then whether that unit may handle it: the unit complained about,
and whoever stands under it, never does.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.resources import files

from processors.rules.accused import Accused, recognise_accused
from processors.rules.reasons import reason
from processors.rules.register import Division, Register, Unit
from processors.rules.scope import Chain, Scope, chain_of, full_name, scope_of
from schemas.events import Classification, JurisdictionDecision, Place
from schemas.terms import Channel, Confidence, Ground, Level

GOVERNMENT, PETITION, DISCIPLINE, COURT, PROCURATORATE = (
    "government",
    "petition",
    "discipline",
    "court",
    "procuratorate",
)
_RANK = {level: rank for rank, level in enumerate(Level)}


class NoUnit(LookupError):
    """The register names no unit on that day that could be accountable."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a decision rests on."""

    scope: Scope
    classification: Classification
    text: str = field(repr=False)
    source: str
    channel: Channel
    on: date
    register: Register = field(repr=False)

    def unit_of(self, division: Division, department: str) -> Unit | None:
        """The unit of a department in a division on that day."""
        return self.register.unit_of(division.code, department, self.on)

    def office_of(self, chain: Chain, *departments: str) -> Unit | None:
        """The first of these departments that exists, lowest division first."""
        units = (self.unit_of(division, department) for division in chain for department in departments)
        return next((unit for unit in units if unit), None)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A unit, the ground and the sentence for it, and the units that it was preferred to."""

    unit: Unit
    ground: Ground
    key: str
    fields: dict[str, str] = field(default_factory=dict)
    refused: tuple[tuple[str, str], ...] = ()
    """Key of the sentence and name of the unit."""


def determine_jurisdiction(
    place: Place,
    classification: Classification,
    text: str,
    source: str,
    channel: Channel,
    on: date,
    register: Register,
) -> JurisdictionDecision:
    """The lowest level that has the power handles the matter where it is; exactly one unit, never none (article 22).

    Raises `NoUnit` where the register has no unit on that day at all.
    """
    scope = scope_of(place, source, on, register)
    matter = Matter(scope, classification, text, source, channel, on, register)
    accused = recognise_accused(text, scope.chain, on, register)
    found = _statutory(matter, accused) or _proposed(matter) or _last_resort(matter)
    if accused is not None and accused.units:
        found = _without_interest(matter, found, accused)
    return _decision(matter, place, found, accused)


def _proposed(matter: Matter) -> Proposal | None:
    """By place and competence; by the common superior or the source where the place is open."""
    if not matter.scope.is_located:
        return _by_source(matter)
    if matter.scope.disputed:
        return _disputed(matter)
    return _competent(matter, matter.scope)


def _by_source(matter: Matter) -> Proposal | None:
    unit = matter.office_of(matter.scope.offices, PETITION, GOVERNMENT)
    if unit is None:
        return None
    if matter.scope.is_elsewhere:
        return Proposal(unit, Ground.FIRST_RESPONSIBILITY, "first_responsibility")
    return Proposal(unit, Ground.UNRESOLVED_PLACE, "unresolved_place")


def _disputed(matter: Matter) -> Proposal | None:
    """Several places: if one unit is in charge of all, it is that one; else their common superior decides (24)."""
    proposals = [_competent(matter, Scope(chain)) for chain in matter.scope.disputed]
    units = {p.unit.code: p.unit for p in proposals if p is not None}
    if len(units) == 1 and proposals[0] is not None:
        return proposals[0]
    unit = matter.office_of(matter.scope.offices, PETITION, GOVERNMENT)
    if unit is None:
        return None
    names = "、".join(full_name(chain) for chain in matter.scope.disputed)
    refused = tuple(("refused_disputed", u.name) for u in units.values() if u.code != unit.code)
    return Proposal(unit, Ground.COMMON_SUPERIOR, "common_superior", {"units": names}, refused)


def _competent(matter: Matter, scope: Scope) -> Proposal | None:
    """The lowest division whose level has the power; without a department there, its government (article 24)."""
    competences = matter.register.competences
    powers = competences.get(matter.classification.category) or competences.get("other") or {}
    offices = scope.offices
    start = next((i for i, d in enumerate(offices) if d.level in powers), 0)
    refused = tuple(("refused_lower", u.name) for d in offices[:start] if (u := matter.unit_of(d, GOVERNMENT)))
    for division in offices[start:]:
        department = powers.get(division.level, GOVERNMENT)
        unit, former = _in_charge(matter, division, department)
        if unit is not None:
            is_missing = unit.department != department and former is None
            proposal = _grounded(matter, scope, unit, is_missing=is_missing)
            if former is not None:
                proposal = Proposal(unit, Ground.SUCCESSOR, "successor", {"former": former.name})
            elif division is not offices[start]:
                proposal = replace(proposal, ground=Ground.TERRITORY, key="no_unit")
            return replace(proposal, refused=refused) if refused else proposal
    return None


def _in_charge(matter: Matter, division: Division, department: str) -> tuple[Unit | None, Unit | None]:
    """The department's unit, else the successor of the one that it had (and that one), else the government."""
    unit = matter.unit_of(division, department)
    if unit is not None:
        return unit, None
    for gone in matter.register.units_in(division.code):
        if gone.department == department and gone.valid_to <= matter.on:
            for code in gone.successors:
                successor = matter.register.unit(code, matter.on)
                if successor is not None:
                    return successor, gone
    return matter.unit_of(division, GOVERNMENT), None


def _grounded(matter: Matter, scope: Scope, unit: Unit, *, is_missing: bool) -> Proposal:
    """Why this unit: what it took over, the level that was skipped, its competence, or its territory."""
    if scope.former is not None:
        return Proposal(unit, Ground.SUCCESSOR, "successor", {"former": scope.former.name})
    if is_missing:
        return Proposal(unit, Ground.TERRITORY, "department_missing")
    source = matter.register.division(matter.source, matter.on)
    is_skipped = source is not None and _RANK[source.level] < _RANK[Level.COUNTY]
    if source is not None and is_skipped and _RANK[source.level] < _RANK[unit.level]:
        return Proposal(unit, Ground.LEVEL, "level")
    if matter.channel is Channel.ASSIGNED_FROM_ABOVE:
        return Proposal(unit, Ground.LEVEL, "level_assigned")
    if unit.department in {GOVERNMENT, PETITION}:
        return Proposal(unit, Ground.TERRITORY, "territory")
    return Proposal(unit, Ground.COMPETENCE, "competence")


def _statutory(matter: Matter, accused: Accused | None) -> Proposal | None:
    """Litigation and accusations leave the ordinary way: court, procuratorate or discipline body (22, 28, 30, 31)."""
    department = matter.register.statutory_channels.get(matter.classification.category)
    if department is None:
        return None
    if department == DISCIPLINE and accused is not None and accused.units:
        unit = _discipline_over(matter, accused)
    else:
        unit = _channel_unit(matter, department)
    if unit is None:
        return None
    key = f"statutory_channel_{matter.classification.category}"
    ordinary = _by_source(matter) if not matter.scope.is_located else _competent_government(matter)
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
            chain = tuple(d for d in matter.scope.offices if _RANK[d.level] <= _RANK[Level.COUNTY])
            prosecution = matter.office_of(chain, PROCURATORATE)
            if prosecution is not None:
                return prosecution
    return matter.office_of(tuple(d for d in matter.scope.offices if _RANK[d.level] <= _RANK[level]), department)


def _without_interest(matter: Matter, found: Proposal, accused: Accused) -> Proposal:
    """The unit complained about withdraws, and whoever stands under it: its superior or discipline (28, 30)."""
    if not _is_interested(matter, found.unit, accused):
        names = tuple(("refused_accused", unit.name) for unit in accused.units)
        return replace(found, refused=(*found.refused, *names))
    refused = tuple(("refused_accused", unit.name) for unit in accused.units)
    if accused.is_corruption:
        discipline = _discipline_over(matter, accused)
        if discipline is not None:
            key = "conflict_of_interest_discipline"
            return Proposal(discipline, Ground.CONFLICT_OF_INTEREST, key, refused=refused)
    superiors = (u for u in _over(matter, accused) if not _is_interested(matter, u, accused))
    unit = next(superiors, None)
    if unit is None:
        raise NoUnit("every unit of the register is complained about or stands under one that is")
    return Proposal(unit, Ground.CONFLICT_OF_INTEREST, "conflict_of_interest", refused=refused)


def _is_interested(matter: Matter, unit: Unit, accused: Accused) -> bool:
    """Whether a unit is complained about or has a superior that is."""
    codes = {u.code for u in accused.units}
    current: Unit | None = unit
    for _ in Level:
        if current is None:
            return False
        if current.code in codes:
            return True
        current = matter.register.unit(current.superior, matter.on) if current.superior else None
    return False


def _over(matter: Matter, accused: Accused) -> Iterator[Unit]:
    """Who may decide about the accused: the superiors, discipline, petition offices and governments upwards."""
    current: Unit | None = accused.units[0]
    while current is not None and current.superior:
        current = matter.register.unit(current.superior, matter.on)
        if current is not None:
            yield current
    chain = chain_of(accused.units[0].division, matter.on, matter.register)
    for department in (DISCIPLINE, PETITION, GOVERNMENT):
        yield from (u for d in chain if (u := matter.unit_of(d, department)))
    yield from _highest(matter)


def _discipline_over(matter: Matter, accused: Accused) -> Unit | None:
    """The discipline body by its authority (管理权限): beside a department, above a government and above itself."""
    unit = accused.units[0]
    chain = chain_of(unit.division, matter.on, matter.register)
    above = chain[1:] if unit.department in {GOVERNMENT, DISCIPLINE} else chain
    bodies = (u for d in above if (u := matter.unit_of(d, DISCIPLINE)))
    return next((u for u in bodies if not _is_interested(matter, u, accused)), None)


def _last_resort(matter: Matter) -> Proposal:
    unit = next(_highest(matter), None)
    if unit is None:
        raise NoUnit("the register has no unit on that day")
    return Proposal(unit, Ground.FIRST_RESPONSIBILITY, "last_resort")


def _highest(matter: Matter) -> Iterator[Unit]:
    """All units on that day, governments of the highest level first."""
    valid = (u for u in matter.register.units if u.is_valid_on(matter.on))
    yield from sorted(valid, key=lambda u: (_RANK[u.level], u.department != GOVERNMENT, u.code))


def _decision(matter: Matter, place: Place, found: Proposal, accused: Accused | None) -> JurisdictionDecision:
    """The proposal with its sentence in Chinese and English and its evidence; holds no word of the petition."""
    sentence, unit, kind = reason(found.key), found.unit, matter.classification
    source = matter.register.division(matter.source, matter.on)
    accused_units = accused.units if accused else ()
    fields = {
        "place": matter.scope.name,
        "unit": unit.name,
        "level": unit.level.label,
        "category": kind.category_name or "其他",
        "code": kind.category or "other",
        "source": source.name if source else "来源单位",
        "accused": "、".join(u.name for u in accused_units),
        **found.fields,
    }
    refused = [reason(key).zh.format(unit=name) for key, name in found.refused if name != unit.name]
    if found.ground is Ground.LEVEL and (office := _receiver(matter)) and office.code != unit.code:
        refused.append(reason("refused_source").zh.format(unit=office.name))
    return JurisdictionDecision(
        accountable_unit=unit.code,
        unit_name=unit.name,
        unit_level=unit.level,
        unit_division=unit.division,
        ground=found.ground,
        article=sentence.article,
        reason=sentence.zh.format_map(fields),
        reason_en=sentence.en.format_map(fields),
        evidence=tuple(_evidence(matter, place, accused)),
        refused=tuple(dict.fromkeys(refused)),
        accused_unit=accused_units[0].code if accused_units else "",
        also_accused=tuple(u.code for u in accused_units[1:]),
        register_version=matter.register.version,
    )


def _receiver(matter: Matter) -> Unit | None:
    """The petition office that received what belongs lower."""
    source = matter.register.division(matter.source, matter.on)
    return matter.office_of((source,), PETITION, GOVERNMENT) if source else None


def _evidence(matter: Matter, place: Place, accused: Accused | None) -> Iterator[str]:
    if matter.scope.is_located and place.confidence is not Confidence.NONE:
        yield f"地点：{matter.scope.name}（{place.confidence.label}）"
    kind = matter.classification
    if kind.category:
        yield f"类别：{kind.category_name}（{'、'.join(kind.terms[:5])}）"
    if accused is not None:
        names = "、".join(u.name for u in accused.units) or "村（社区）干部"
        yield f"被反映对象：{names}（{'、'.join(accused.acts[:3])}）"
    yield f"渠道：{matter.channel.label}"


_STATUTORY = tomllib.loads((files("processors.rules.lexicon") / "offices.toml").read_text("utf-8"))["statutory"]
_COURTS: dict[Level, list[str]] = {Level.PROVINCE: _STATUTORY["province"], Level.CITY: _STATUTORY["city"]}
_PROSECUTION: list[str] = _STATUTORY["procuratorate"]
