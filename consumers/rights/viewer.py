"""Roles and what each may do. Pure.

Administrators keep the list of users and see no case; auditors see what officials did and no case either. So nobody
can both give rights and use them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.terms import Role


class Right(StrEnum):
    """One thing that a role may do."""

    CASES = "cases"
    ALERTS = "alerts"
    EXPORT = "export"
    IDENTITY = "identity"
    AUDIT = "audit"
    USERS = "users"
    DECIDE = "decide"
    JUDGE = "judge"
    ACKNOWLEDGE = "acknowledge"
    FEEDS = "feeds"
    REPLAY = "replay"
    CONTEST = "contest"
    ANSWER = "answer"


_SEES_CASES: Final = frozenset({Right.CASES, Right.ALERTS, Right.IDENTITY, Right.DECIDE})
_SUPERVISES: Final = _SEES_CASES | {
    Right.EXPORT,
    Right.AUDIT,
    Right.JUDGE,
    Right.ACKNOWLEDGE,
    Right.FEEDS,
    Right.REPLAY,
}
RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    Role.HANDLER: _SEES_CASES,
    Role.SUPERVISOR: _SUPERVISES | {Right.CONTEST, Right.ANSWER},
    Role.PROVINCE: _SUPERVISES | {Right.ANSWER},
    Role.AUDITOR: frozenset({Right.AUDIT}),
    Role.ADMINISTRATOR: frozenset({Right.USERS}),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """One signed-in official at the moment of one request."""

    name: str
    role: Role
    unit: str
    """The unit that the official works in; empty for auditors and administrators only."""
    territory: str
    """Code of the division that is supervised, or that the unit belongs to."""
    superiors: frozenset[str] = frozenset()
    """All units above the official's own, by the register, and those that one of them or it carries on."""
    may_see_identities: bool = False
    """Given to the person beside the role, because most officials never need it."""
    moved: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    """Divisions that lie elsewhere today than their digits say → they and what contains them, by the register."""

    @property
    def rights(self) -> frozenset[Right]:
        """What the role gives, without identities where the person may not see them."""
        given = RIGHTS[self.role]
        return given if self.may_see_identities else given - {Right.IDENTITY}


def units_above(
    unit: str, superiors: Mapping[str, str], carried_on: Mapping[str, Collection[str]] = MappingProxyType({})
) -> frozenset[str]:
    """All units above one, and those that are gone and whose powers one of them or it carries on (article 24).

    `superiors` names for each unit the one above it, "" for the highest; `carried_on` those that it took over. A
    complaint about any of them is one about the unit itself (articles 28 and 30).
    """
    above = {unit: None}
    current = unit
    while (current := superiors.get(current, "")) and current not in above:
        above[current] = None
    waiting = list(above)
    while waiting:
        gone = [code for code in carried_on.get(waiting.pop(), ()) if code not in above]
        above |= dict.fromkeys(gone)
        waiting += gone
    return frozenset(above.keys() - {unit})
