"""Which units the further letters of a case complain about.

The unit complained about never handles the complaint and never sees it (articles 28 and 30), whichever letter of the
matter says so: a repeat often complains about the office that has the case. What the first letter says belongs to the
decision itself (`jurisdiction`); what the others say is kept with each of them, so that a case of many letters is not
read anew with every one that comes.
"""

from collections.abc import Callable, Iterable

from schemas.events import Case, CasePetition
from schemas.petition import Place

AccusedIn = Callable[[CasePetition, Place], tuple[str, ...]]
"""The codes of the units that a petition complains about, where the matter is at a place."""


def read_for_accusations(
    members: tuple[CasePetition, ...],
    place: Place,
    before: Case | None,
    changed: frozenset[str],
    accused_in: AccusedIn,
    *,
    is_first_apart: bool,
) -> tuple[CasePetition, ...]:
    """The petitions, each with what it complains about; only those are read of which it is not known yet.

    `before` is the case as it was, `changed` are petitions that are new or revised. Where `is_first_apart`, the
    decision reads the first one, and nothing is kept with it.
    """
    is_same_place = before is not None and _is_same(before.place, place)
    found = []
    for number, member in enumerate(members):
        if number == 0 and is_first_apart:
            accused = None
        elif is_same_place and member.petition_id not in changed and member.accused_units is not None:
            accused = member.accused_units
        else:
            accused = accused_in(member, place)
        found.append(member if member.accused_units == accused else member.with_changes(accused_units=accused))
    return tuple(found)


def _is_same(before: Place, place: Place) -> bool:
    """Whether it is the same place, perhaps under the name that a change of the register gave it."""
    return before == place or before.with_changes(name=place.name) == place


def accused_in_any(petitions: Iterable[CasePetition]) -> frozenset[str]:
    """The units that any of these petitions was found to complain about."""
    return frozenset(code for petition in petitions for code in petition.accused_units or ())
