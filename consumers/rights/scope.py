"""The part of the index that an official may read, as one clause that is put around every query. Pure.

Nothing else decides it: no page, no endpoint and no facet. What the clause leaves out is neither found, counted,
suggested nor exported.
"""

from typing import Any

from consumers.rights.viewer import Viewer
from schemas.events import Alert
from schemas.terms import CaseStatus, Role

Clause = dict[str, Any]
NOTHING: Clause = {"match_none": {}}


def visible_cases(viewer: Viewer) -> Clause:
    """The cases that an official may read.

    The unit complained about sees nothing of the case, nor does any unit under it (articles 28 and 30). A case that
    was merged stands for nobody: the case that took it over may accuse a unit that the old one did not.
    A document that was written before there were rights has no `territories`, and nobody sees it until a reindex.
    """
    part = _part(viewer)
    if part == NOTHING:
        return NOTHING
    return {
        "bool": {
            "filter": [{"exists": {"field": "territories"}}, part],
            "must_not": [
                {"terms": {"accused_units": sorted({viewer.unit} | viewer.superiors)}},
                {"term": {"status": CaseStatus.MERGED.value}},
            ],
        }
    }


def cases_of(place: str) -> Clause:
    """The cases of a division, or all of them, for who runs the platform: as a supervisor there would count them.

    Matter or unit lie in the division. What was merged stands for nobody.
    """
    within = [{"term": {"territories": place}}] if place else []
    return {"bool": {"filter": within, "must_not": [{"term": {"status": CaseStatus.MERGED.value}}]}}


def of_receipt(source: str, record_no: str) -> Clause:
    """The cases that hold a petition of that source and number, for its petitioner."""
    return {
        "bool": {
            "filter": [{"term": {"sources": source}}, {"term": {"record_nos": record_no}}],
            "must_not": [{"term": {"status": CaseStatus.MERGED.value}}],
        }
    }


def visible_audit(viewer: Viewer) -> Clause:
    """The audit records that a superior may look up: those of officials within the own territory.

    Those about cases that `visible_cases` leaves out are left out beside this, because another index holds the cases.
    """
    match viewer.role:
        case Role.PROVINCE:
            return {"match_all": {}}
        case Role.SUPERVISOR | Role.AUDITOR if viewer.territory:
            return {"term": {"territories": viewer.territory}}
        case _:
            return NOTHING


def sees_division(viewer: Viewer, division: str) -> bool:
    """Whether what is about a division as a whole, such as a silent county, concerns the viewer."""
    match viewer.role:
        case Role.PROVINCE:
            return True
        case Role.SUPERVISOR:
            return bool(viewer.territory) and _lies_in(viewer, division, viewer.territory)
        case _:
            return False


def concerns(viewer: Viewer, county: str) -> bool:
    """Whether the viewer's numbers are incomplete while a county is silent."""
    territory = viewer.territory
    return _lies_in(viewer, county, territory) or _lies_in(viewer, territory, county)


def is_within_or_around(territory: str, county: str) -> bool:
    """Whether a county lies in a division, or the division in it."""
    return county.startswith(territory) or territory.startswith(county)


def stands_above(viewer: Viewer, division: str) -> bool:
    """Whether the viewer supervises a level above a division, and so may answer what it contests."""
    return sees_division(viewer, division) and viewer.territory != division


def sees_case(viewer: Viewer, alert: Alert) -> bool:
    """What `visible_cases` says, of an alert about a case that is not in the index yet."""
    if not viewer.unit or not viewer.superiors.isdisjoint(alert.accused_units) or viewer.unit in alert.accused_units:
        return False
    is_asked = alert.asked_unit == viewer.unit
    match viewer.role:
        case Role.PROVINCE:
            return True
        case Role.SUPERVISOR if viewer.territory:
            return is_asked or viewer.territory in alert.territories
        case Role.HANDLER:
            return is_asked or alert.unit == viewer.unit
        case _:
            return False


def _lies_in(viewer: Viewer, division: str, other: str) -> bool:
    """Whether a division is, or lies in, another one: by the register of today where it moved, else by its digits."""
    path = viewer.moved.get(division)
    return division.startswith(other) if path is None else other in path


def _part(viewer: Viewer) -> Clause:
    if not viewer.unit:
        return NOTHING
    asked = {"term": {"asked_unit": viewer.unit}}
    match viewer.role:
        case Role.HANDLER:
            return _either({"term": {"unit": viewer.unit}}, asked)
        case Role.SUPERVISOR if viewer.territory:
            return _either({"term": {"territories": viewer.territory}}, asked)
        case Role.PROVINCE:
            return {"match_all": {}}
        case _:
            return NOTHING


def _either(*clauses: Clause) -> Clause:
    """Who was asked to take a case over has to see it to answer; so it is seen until that unit has answered."""
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}
