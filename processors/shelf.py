"""Where the cases of one partition stand: found by id and by petition, written once for each step.

Keys of the table: a case under its id (in the changelog); derived from the cases and kept locally:
`p:` petition → case id, and what `candidates` and `volumes` keep.
"""

from collections.abc import Collection, Iterable, Mapping

from processors.at_hand import CasesAtHand
from processors.candidates import Candidates
from processors.remarks import Remarks, remark_key, remark_of
from processors.rules.case_life import in_time
from processors.rules.relation import Trace
from processors.rules.repeat import trace_of
from processors.rules.verdicts import order_of
from processors.tables import BESIDE, Table
from processors.volumes import Volumes, remember_volume
from schemas.events import Case, CasePetition
from schemas.keys import case_id
from schemas.petition import LinkedPetition
from schemas.terms import CaseStatus

_MOST_MERGES = 64


class Shelf:
    """The cases of one partition, as a table keeps them and as the step in work has changed them."""

    def __init__(self, table: Table, at_hand: CasesAtHand) -> None:
        """Desks of several partitions may share what is at hand."""
        self._table = table
        self._at_hand = at_hand
        self._changed: dict[str, Case] = {}
        self._found: dict[str, Case | None] = {}
        self._moved: set[str] = set()
        self.volumes = Volumes(table, self.case)
        self.remarks = Remarks(table)
        self.candidates = Candidates(table)

    def case(self, case_id: str) -> Case | None:
        """The case with this id, or the one that took it over."""
        found = self._end_of(case_id)
        return found if found is not None and found.status is not CaseStatus.MERGED else None

    def _end_of(self, case_id: str) -> Case | None:
        """The case to which an id leads; merged itself only where its petitions were sent on."""
        found = self.stored(case_id)
        for _ in range(_MOST_MERGES):
            if found is None or not found.merged_into:
                return found
            found = self.stored(found.merged_into)
        return None

    def stored(self, case_id: str) -> Case | None:
        """The case under this id, also one that was merged away."""
        changed = self._changed.get(case_id)
        if changed is not None:
            return changed
        if case_id in self._found:
            return self._found[case_id]
        value = self._table.get(case_id.encode())
        found = self._found[case_id] = self._at_hand.case(case_id, value) if value is not None else None
        return found

    def case_of(self, petition_id: str) -> Case | None:
        """The case that holds a petition; None where it is not here, or no longer.

        What tells that it was sent on is confirmed after the case was left behind: a crash between is made up for.
        """
        owner = self.owner(petition_id)
        if not owner or self.remarks.of(petition_id).away_at:
            return None
        found = self._end_of(owner)
        if found is None or found.status is not CaseStatus.MERGED:
            return found
        if petition_id in found.sent_on:
            self.remarks.was_sent_on(petition_id, found.meet_at)
        return None

    def holding(self, petition_id: str) -> Case | None:
        """The same for one that comes again: after a crash it may lead to a case that was made anew without it."""
        found = self.case_of(petition_id)
        is_in = found is not None and any(member.petition_id == petition_id for member in found.petitions)
        return found if is_in else None

    def owner(self, petition_id: str) -> str:
        """The id of the case that the petition was filed in; empty where it is not known here."""
        return self.owners((petition_id,))[0]

    def owners(self, petition_ids: Iterable[str]) -> list[str]:
        """The same of several petitions; far cheaper than asking for each."""
        values = self._table.get_many([_owner_key(name) for name in petition_ids])
        return [value.decode() if value is not None else "" for value in values]

    def expect(self, petitions: Iterable[LinkedPetition]) -> list[bool]:
        """Ask the table at once for what filing these petitions will ask for one by one; it keeps that at hand.

        Returns of which of them anything is known here.
        """
        keys: list[bytes] = []
        starts: list[int] = []
        for petition in petitions:
            name = petition.petition_id
            starts.append(len(keys))
            keys += (remark_key(name), _owner_key(name), case_id(name).encode())
            keys += [_owner_key(made.petition_id) for made in petition.links]
        values = self._table.get_many(keys)
        return [values[at] is not None or values[at + 1] is not None for at in starts]

    def trace_of(self, petition_id: str) -> Trace:
        """What linking remembers of a petition of a case here; raises `LookupError` for any other."""
        known = self.candidates.trace(petition_id)
        if known is None:
            raise LookupError(f"no trace of {petition_id}, which is in a case")
        return known

    def put(self, case: Case) -> Case:
        """Keep a new version of a case until `finish`."""
        before = self.stored(case.case_id)
        if before is not None and before.sent_on:
            self._note_sent_on(before, case)
        if case.volume_of:
            remember_volume(self._table, case)
        elif before is not None and _leads_elsewhere(before, case):
            self._moved.add(case.case_id)
        filed = {member.petition_id for member in before.petitions} if before is not None else set()
        self._changed[case.case_id] = case
        for member in case.petitions:
            if member.petition_id not in filed:
                self._table.derive(_owner_key(member.petition_id), case.case_id.encode())
        return case

    def _note_sent_on(self, before: Case, case: Case) -> None:
        """After a crash only the case that was left behind may tell of its petitions; here it becomes another one."""
        for name in sorted({*before.sent_on} - {member.petition_id for member in case.petitions}):
            self.case_of(name)

    def as_further_volume(self, other: Case, first: Case) -> Case:
        """A matter turns out to be another one: it is a further volume of that, and what was decided there counts.

        Place, category and unit follow from the first one before the step ends, see `outdated`.
        """
        notes = in_time((*other.notes, *first.notes))
        self._moved.add(first.case_id)
        return self.put(other.with_changes(volume_of=first.case_id, notes=notes, version=other.version + 1))

    def outdated(self) -> list[Case]:
        """Further volumes whose first one has another place, category or beginning now; given once."""
        moved, self._moved = self._moved, set()
        leading = [case for name in sorted(moved) if (case := self.case(name)) is not None]
        return [volume for case in leading for volume in self.volumes.following(case)]

    def finish(self) -> None:
        """Put the changed cases into the table, each once however many petitions came for it.

        They are sent in this order, and a crash may cut it off anywhere: a case that loses petitions goes behind
        those that take them over. What was found in the table is forgotten with it: before the next step another
        worker may have written.
        """
        lost = {name: self._lost(case) for name, case in self._changed.items()}
        order, exchanging = in_turn(lost, self._now_in()) if any(lost.values()) else (list(lost), [])
        for name in exchanging:
            case = self._changed[name]
            holding = case.with_changes(
                petitions=tuple(sorted((*case.petitions, *lost[name].values()), key=order_of))
            )
            self._table.put_first(name.encode(), self._at_hand.written(holding))
            self._changed[name] = case.with_changes(version=case.version + 1)
        for name in order:
            self._table.put(name.encode(), self._at_hand.written(self._changed[name]))
        self._changed.clear()
        self._found.clear()

    def _lost(self, case: Case) -> dict[str, CasePetition]:
        """The petitions that were in a case before this step and no longer are, by id."""
        before = self._found.get(case.case_id)
        if before is None:
            return {}
        now = {member.petition_id for member in case.petitions}
        return {member.petition_id: member for member in before.petitions if member.petition_id not in now}

    def _now_in(self) -> dict[str, str]:
        """For each petition of the changed cases the case that it is in now."""
        return {member.petition_id: name for name, case in self._changed.items() for member in case.petitions}


def in_turn(lost: Mapping[str, Collection[str]], now_in: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """In which order cases are written, so that those that lose petitions go behind those that these are in now.

    Also those that, because cases exchange petitions, have to be written before all others as if they lost none.
    """
    order = [name for name, gone in lost.items() if not gone]
    waiting = {name: None for name, gone in lost.items() if gone}
    exchanging: list[str] = []

    def is_free(name: str) -> bool:
        takers = {now_in[one] for one in lost[name] if one in now_in}
        return not any(taker in waiting and taker not in exchanging for taker in takers)

    while waiting:
        free = next(filter(is_free, waiting), None)
        if free is None:
            exchanging.append(next(name for name in waiting if name not in exchanging))
        else:
            order.append(free)
            del waiting[free]
    return order, exchanging


def rederive(table: Table, key: bytes, value: bytes) -> None:
    """Make the derived values of one case or remark again, after it was read back from the changelog."""
    if key.startswith(BESIDE):
        trace = remark_of(value).trace
        if trace is not None:
            Candidates(table).restore(trace)
        return
    case, candidates = Case.from_bytes(value), Candidates(table)
    remember_volume(table, case)
    for name in case.sent_on:
        if table.get(_owner_key(name)) is None:
            table.derive(_owner_key(name), case.case_id.encode())
    for member in case.petitions:
        table.derive(_owner_key(member.petition_id), case.case_id.encode())
        candidates.restore(trace_of(member, member.place, member.classification, member.home))


def _leads_elsewhere(before: Case, case: Case) -> bool:
    """Whether what the further volumes take from the first one is no longer the same."""
    led = (before.place, before.classification, [m.petition_id for m in before.petitions[:1]])
    return led != (case.place, case.classification, [m.petition_id for m in case.petitions[:1]])


def _owner_key(petition_id: str) -> bytes:
    return b"p:" + petition_id.encode()
