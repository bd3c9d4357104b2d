"""Which cases a petition belongs to: by its links, by evidence of the same matter, by what people judged."""

from collections.abc import Iterable

from processors.gathering import Family, Gathering
from processors.remarks import Remark
from processors.rules.relation import OTHER_PETITIONER, Trace, is_no_other_form, may_be_one_matter
from processors.shelf import Shelf
from processors.volumes import STRETCH, have_room
from schemas.events import Case, MovedPetition
from schemas.keys import case_id, meeting_home
from schemas.petition import LinkedPetition
from schemas.terms import Verdict


class Likely:
    """A petition and those of anybody that may be about its matter, each compared at most once."""

    def __init__(self, trace: Trace, others: list[Trace]) -> None:
        self.others = others
        self._trace = trace
        self._compared: dict[str, bool] = {}

    def fits(self, other: Trace) -> bool:
        """Whether the two are about one matter."""
        fits = self._compared.get(other.petition_id)
        if fits is None:
            found = may_be_one_matter(self._trace, other, OTHER_PETITIONER)
            fits = found is not None and is_no_other_form(self._trace, other, found, OTHER_PETITIONER)
            self._compared[other.petition_id] = fits
        return fits

    def look(self) -> None:
        """Compare until one fits: hardly ever a further one is asked for, because a case is found by one petition."""
        any(map(self.fits, self.others))


class Belonging:
    """Finds the family that a petition is filed with."""

    def __init__(self, shelf: Shelf, gathering: Gathering) -> None:
        self._shelf = shelf
        self._gathering = gathering

    def family(self, petition: LinkedPetition, likely: Likely, own: Case | None, remark: Remark) -> Family:
        """All that has to be looked at together with a petition.

        `own` is its case without it, where it was filed before.
        """
        owners: dict[str, str] = {}
        lost = [name for _, kept in remark.calls for name in kept]
        lost += petition.kept_with if isinstance(petition, MovedPetition) else ()
        for made in petition.links:
            if made.verdict is not Verdict.UNSURE:
                self._add(made.petition_id, owners, lost)
        linked = tuple(owners)
        self._add_same_matter(likely, owners, lost)
        cases = {own.case_id: own} if own is not None else {}
        for owner, name in sorted(owners.items()):
            case = self._shelf.case(owner) if owner not in cases else None
            if case is not None:
                cases.setdefault(case.case_id, case)
            elif owner not in cases:
                lost.append(name)
        made_about = self._shelf.remarks.judgements(petition.petition_id) if remark.judgements else ()
        first = self._take_volume(cases, linked, own)
        family = self._gathering.family(lost, cases.values(), made_about)
        if first is not None:
            family.volume_of, family.notes = first.case_id, first.notes
        self._add_where_from(family, petition, own, remark)
        return family

    def _add(self, name: str, owners: dict[str, str], lost: list[str]) -> str:
        """The case of a petition, which counts once; each that is in none here is lost, and is looked for."""
        owner = self._shelf.owner(name)
        if owner:
            owners.setdefault(owner, name)
        else:
            lost.append(name)
        return owner

    def _add_same_matter(self, likely: Likely, owners: dict[str, str], lost: list[str]) -> None:
        """Cases of anybody about the same matter.

        One petition that fits is enough for a case, so its others are not compared.
        """
        found_with = {name for owner in owners for name in self._members(owner)}
        for other in likely.others:
            name = other.petition_id
            if name not in found_with and likely.fits(other):
                owner = self._add(name, owners, lost)
                found_with |= {name, *self._members(owner)}

    def _members(self, owner: str) -> list[str]:
        case = self._shelf.case(owner)
        return [member.petition_id for member in case.petitions] if case is not None else []

    def _take_volume(self, cases: dict[str, Case], linked: Iterable[str], own: Case | None) -> Case | None:
        """Leave of the cases that evidence brings together only as many as one volume holds.

        Returns the first volume of the matter, where the petition opens a new one.
        """
        if not cases or have_room(cases.values()):
            return None
        theirs = [case for name in linked if (case := self._shelf.case(name)) is not None]
        kept = own or next((case for case in theirs if have_room([case], stretch=STRETCH)), None)
        taking = self._shelf.volumes.taking(cases.values())
        taker = kept or taking.case
        cases.clear()
        for other in taking.following:
            volume = self._shelf.as_further_volume(other, taking.first)
            if taker is not None and taker.case_id == other.case_id:
                taker = volume
        if taker is None:
            return taking.first
        cases[taker.case_id] = taker
        return None

    def _add_where_from(self, family: Family, petition: LinkedPetition, own: Case | None, remark: Remark) -> None:
        family.homes |= {home for home, _ in remark.calls}
        if remark.calls or remark.heard_at:
            family.away.pop(petition.petition_id, None)
            self._shelf.remarks.answered(petition.petition_id)
        if isinstance(petition, MovedPetition):
            family.homes.add(petition.meet_at)
            family.versions[case_id(petition.petition_id)] = petition.case_version
            family.notes = (*family.notes, *petition.notes)
        if remark.away_at and is_coming_back(petition, remark):
            family.away.pop(petition.petition_id, None)
            self._shelf.remarks.returns(petition.petition_id)
        elif own is None and remark.away_at:
            family.away[petition.petition_id] = remark.away_at


def was_seen(petition: LinkedPetition, own: Case | None, remark: Remark) -> bool:
    """Whether this revision was filed here, or sent on from here, before."""
    if own is not None:
        current = next(m for m in own.petitions if m.petition_id == petition.petition_id)
        return current.revision >= petition.revision
    return bool(remark.away_at) and remark.revision >= petition.revision and not is_coming_back(petition, remark)


def is_coming_back(petition: LinkedPetition, remark: Remark) -> bool:
    """A family only ever moves to a home that goes before; anything else on its way here is a repetition."""
    if not isinstance(petition, MovedPetition) or petition.meet_at == remark.away_at:
        return False
    return meeting_home({petition.meet_at, remark.away_at}) == petition.meet_at
