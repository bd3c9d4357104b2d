"""Puts a family together: as one case, as several where people part it, or at another home where it meets."""

from collections.abc import Callable, Iterable

from processors.gathering import Family
from processors.moving import Departure, departing, emptied, left_behind
from processors.rules.case_life import (
    Draft,
    canonical_id,
    in_time,
    merged_away,
    united,
)
from processors.rules.family import parted
from processors.rules.judgements import ever_same, needs_parting
from processors.rules.verdicts import order_of
from processors.shelf import Shelf
from schemas.events import Case, CasePetition, MeetingCall, MovedPetition
from schemas.keys import case_id
from schemas.petition import LinkedPetition

Close = Callable[[Draft, int], Case]
"""Makes a case of a draft, under a version."""


class Settling:
    """Decides where a family lives and which cases it is; what goes to other homes gathers in `departures`."""

    def __init__(self, shelf: Shelf, close: Close, is_here: Callable[[str], bool]) -> None:
        """`is_here` tells whether the cases of a home live in this partition."""
        self._shelf = shelf
        self._close = close
        self._remarks = shelf.remarks
        self._is_here = is_here
        self.departures: list[Departure] = []

    def settle(
        self, family: Family, petition: LinkedPetition | None = None, member: CasePetition | None = None
    ) -> tuple[Case, ...]:
        """Put a family together: at another home, as one case, or as several where people part it."""
        home = family.meets_at
        if petition is not None and member is not None:
            where = family.away.get(petition.petition_id, home)
            if where != home:
                return self._send_after(petition, member, where, family)
        # After a crash amidst a step a petition may stand in the case that took it over and in the one that it left.
        filed: dict[str, CasePetition] = {}
        for one in (m for case in family.cases.values() for m in case.petitions):
            known = filed.setdefault(one.petition_id, one)
            if known.revision < one.revision:
                filed[one.petition_id] = one
        if member is not None:
            filed[member.petition_id] = member
        if not filed:
            return ()
        members = list(filed.values())
        members.sort(key=order_of)
        self._call_in(family, home, members[0].petition_id)
        if home and not self._is_here(home):
            return self._depart(family, members, home)
        draft = _drafted(family, tuple(members), home, petition)
        if family.judgements:
            self._call_judged(family, home, members)
            if needs_parting((m.petition_id for m in members), family.judgements):
                return self._part(draft, family)
        return self._file(draft, family)

    def _send_after(
        self, petition: LinkedPetition, member: CasePetition, where: str, family: Family
    ) -> tuple[Case, ...]:
        """A revision goes to where its petition was sent on, and from there with it to where the family meets.

        Ahead of it, it would be replaced by the older one, or that one would come too late with what was decided.
        """
        name, notes = case_id(petition.petition_id), petition.notes if isinstance(petition, MovedPetition) else ()
        self._remarks.leaves(self._shelf.trace_of(petition.petition_id), petition.revision, where)
        kept_with = [other for other, at in family.away.items() if at == where]
        self.departures += departing([member], where, kept_with, {name: self._next_version(name, family) - 1}, notes)
        if family.cases:
            return self.settle(family)
        self._call_in(family, family.meets_at, petition.petition_id)
        return ()

    def _call_in(self, family: Family, home: str, first: str) -> None:
        """Ask for those of the family that are at other homes than the one where it meets."""
        for name, where in family.away.items():
            if where != home:
                call = MeetingCall(petition_id=name, meet_at=home, kept_with=(first,))
                self.departures.append(Departure(where, call))

    def _call_judged(self, family: Family, home: str, members: list[CasePetition]) -> None:
        """Where people said that others meet whom they brought together with these, it is told where these are."""
        names = {member.petition_id for member in members}
        judged = {name for pair in ever_same(family.judgements) for name in pair} & names
        together, judgements = self._remarks.brought_together(judged)
        elsewhere = sorted({made.meet_at for made in judgements.values()} - {home})
        here = next((member.petition_id for member in members if member.petition_id in judged), "")
        for there in sorted(together - names - family.away.keys()) if here else ():
            for where in elsewhere:
                call = MeetingCall(petition_id=there, meet_at=home, kept_with=(here,))
                if self._remarks.ask(there, where, call):
                    self.departures.append(Departure(where, call))

    def _depart(self, family: Family, members: list[CasePetition], home: str) -> tuple[Case, ...]:
        left = tuple(self._shelf.put(left_behind(case, home)) for case in family.cases.values())
        versions = {}
        for member in members:
            named = self._shelf.stored(case_id(member.petition_id))
            versions[case_id(member.petition_id)] = named.version if named else 0
            self._remarks.leaves(self._shelf.trace_of(member.petition_id), member.revision, home)
        for name, version in family.versions.items():
            versions[name] = max(version, versions.get(name, 0))
        kept_with = [name for name, where in family.away.items() if where == home]
        notes = in_time((*family.notes, *(note for case in family.cases.values() for note in case.notes)))
        self.departures += departing(members, home, kept_with, versions, notes)
        return left

    def _file(self, draft: Draft, family: Family) -> tuple[Case, ...]:
        named = case_id(draft.members[0].petition_id)
        case = self._shelf.put(self._close(draft, self._next_version(named, family)))
        away = [self._shelf.put(merged_away(old, named)) for old in family.cases.values() if old.case_id != named]
        return (case, *away, *self._led(case, family.versions, family))

    def _part(self, draft: Draft, family: Family) -> tuple[Case, ...]:
        """The cases of a family that people part; ids lead to where the petition is after which they are named."""
        parts = parted(draft.members, self._shelf.trace_of, draft.judgements)
        names = [canonical_id(part) for part in parts]
        changed: list[Case] = []
        for name, part in zip(names, parts, strict=True):
            others = tuple(sorted(other for other in names if other != name))
            case = self._renewed(name, _share(draft, part, others), family)
            changed += [case] if case is not None else []
        for name, part in zip(names, parts, strict=True):
            kept = self._shelf.stored(name)
            older = [case_id(m.petition_id) for m in part if case_id(m.petition_id) not in names]
            changed += self._led(kept, older, family) if kept is not None else ()
        return tuple(changed)

    def _renewed(self, name: str, draft: Draft, family: Family) -> Case | None:
        """The case as it is now; None where nothing of it has changed."""
        before = self._shelf.stored(name)
        made = self._close(draft, self._next_version(name, family))
        if before is not None and made.with_changes(version=before.version) == before:
            return None
        return self._shelf.put(made)

    def _led(self, case: Case, names: Iterable[str], family: Family) -> list[Case]:
        """Ids of cases that ever were named after its petitions lead to it."""
        led = []
        for name in names:
            known = self._shelf.stored(name)
            is_known = known is not None or family.versions.get(name, 0) > 0
            if name == case.case_id or not is_known:
                continue
            # The version that it had elsewhere has to be outdone even where it is known here that it leads on.
            is_newest = known is not None and known.version >= family.versions.get(name, 0)
            if known is not None and known.merged_into == case.case_id and is_newest:
                continue
            led.append(self._shelf.put(emptied(known or case, name, self._next_version(name, family), case.case_id)))
        return led

    def _next_version(self, name: str, family: Family) -> int:
        known = self._shelf.stored(name)
        return max(known.version if known else 0, family.versions.get(name, 0)) + 1


def _drafted(family: Family, members: tuple[CasePetition, ...], home: str, petition: LinkedPetition | None) -> Draft:
    """A family that stays together, with the petition that is filed, if one is; `home` is where it meets."""
    if family.cases:
        draft = united(family.cases.values())
    else:
        assert petition is not None, "a family without a case is that of the petition that is filed"
        draft = Draft(petition.home, (), volume_of=family.volume_of)
    return draft._replace(
        home=home or draft.home,
        members=members,
        changed=draft.changed | {petition.petition_id} if petition is not None else draft.changed,
        notes=in_time((*draft.notes, *family.notes)) if family.notes else draft.notes,
        judgements=family.judgements,
        kept_from=(),
        meet_at=home,
    )


def _share(draft: Draft, part: tuple[CasePetition, ...], others: tuple[str, ...]) -> Draft:
    """One case of a parted family: its petitions, and what was decided and judged about them."""
    names = {m.petition_id for m in part}
    cases = {case_id(m.petition_id) for m in draft.members}
    own = {case_id(name) for name in names}
    is_leading = draft.members[0].petition_id in names
    notes = tuple(n for n in draft.notes if n.case_id in own or (is_leading and n.case_id not in cases))
    return draft._replace(
        members=part,
        notes=notes,
        before=None,
        changed=frozenset(names),
        judgements=tuple(made for made in draft.judgements if not names.isdisjoint(made.pair)),
        kept_from=others,
        volume_of=draft.volume_of if is_leading else "",
    )
