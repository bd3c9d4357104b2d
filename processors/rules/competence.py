"""Who is in charge of a matter in its place: by territory, competence and level (articles 22 and 24)."""

from dataclasses import replace

from processors.rules.matter import GOVERNMENT, PETITION, RANK, Matter, Proposal
from processors.rules.register import Division, Unit
from processors.rules.scope import Chain, Scope, full_name
from schemas.terms import Channel, Ground, Level


def proposed(matter: Matter) -> Proposal | None:
    """By place and competence; by the common superior or the source where the place is open."""
    if not matter.scope.is_located:
        return by_source(matter)
    if matter.scope.disputed:
        return _disputed(matter)
    return competent(matter, matter.scope)


def by_source(matter: Matter) -> Proposal | None:
    unit = matter.office_of(matter.scope.offices, PETITION, GOVERNMENT)
    if unit is None:
        return None
    if matter.scope.is_elsewhere:
        return Proposal(unit, Ground.FIRST_RESPONSIBILITY, "first_responsibility")
    return Proposal(unit, Ground.UNRESOLVED_PLACE, "unresolved_place")


def _disputed(matter: Matter) -> Proposal | None:
    """Several places: if one unit is in charge of all, it is that one; else their common superior decides (24)."""
    proposals = [competent(matter, Scope(chain)) for chain in matter.scope.disputed]
    units = {p.unit.code: p.unit for p in proposals if p is not None}
    if len(units) == 1 and proposals[0] is not None:
        return proposals[0]
    unit = matter.office_of(matter.scope.offices, PETITION, GOVERNMENT)
    if unit is None:
        return None
    names = "、".join(full_name(chain) for chain in matter.scope.disputed)
    refused = tuple(("refused_disputed", u.name) for u in units.values() if u.code != unit.code)
    return Proposal(unit, Ground.COMMON_SUPERIOR, "common_superior", {"units": names}, refused)


def offices_of(matter: Matter, scope: Scope) -> Chain:
    """The divisions that may be in charge, lowest first: those above the place, or those that administer it."""
    return matter.register.administered(scope.offices, matter.classification.category, matter.on)


def competent(matter: Matter, scope: Scope) -> Proposal | None:
    """The lowest division whose level has the power; without a department there, its government (article 24)."""
    offices = offices_of(matter, scope)
    powers = matter.register.powers(matter.classification.category, offices, matter.on)
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
    is_skipped = source is not None and RANK[source.level] < RANK[Level.COUNTY]
    if source is not None and is_skipped and RANK[source.level] < RANK[unit.level]:
        return Proposal(unit, Ground.LEVEL, "level")
    if matter.channel is Channel.ASSIGNED_FROM_ABOVE:
        return Proposal(unit, Ground.LEVEL, "level_assigned")
    if unit.department in {GOVERNMENT, PETITION}:
        return Proposal(unit, Ground.TERRITORY, "territory")
    return Proposal(unit, Ground.COMPETENCE, "competence")
