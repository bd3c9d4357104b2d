"""Where the cases of one partition stand: found by id and by petition, written once for each step.

Keys of the table: a case under its id (in the changelog); derived from the cases and kept locally:
`p:` petition → case id, and what `candidates` and `volumes` keep.
"""

from collections.abc import Iterable

from processors.at_hand import CasesAtHand
from processors.candidates import Candidates
from processors.remarks import Remarks, remark_key, remark_of
from processors.rules.case_life import in_time
from processors.rules.relation import Trace
from processors.rules.repeat import trace_of
from processors.tables import BESIDE, Table
from processors.volumes import Volumes, remember_volume
from schemas.events import Case
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

    def owner(self, petition_id: str) -> str:
        """The id of the case that the petition was filed in; empty where it is not known here."""
        return self.owners((petition_id,))[0]

    def owners(self, petition_ids: Iterable[str]) -> list[str]:
        """The same of several petitions; far cheaper than asking for each."""
        values = self._table.get_many([_owner_key(name) for name in petition_ids])
        return [value.decode() if value is not None else "" for value in values]

    def expect(self, petitions: Iterable[LinkedPetition]) -> None:
        """Ask the table at once for what filing these petitions will ask for one by one; it keeps that at hand."""
        keys: list[bytes] = []
        for petition in petitions:
            name = petition.petition_id
            keys += (case_id(name).encode(), remark_key(name), _owner_key(name))
            keys += [_owner_key(made.petition_id) for made in petition.links]
        self._table.get_many(keys)

    def trace_of(self, petition_id: str) -> Trace:
        """What linking remembers of a petition of a case here; raises `LookupError` for any other."""
        known = self.candidates.trace(petition_id)
        if known is None:
            raise LookupError(f"no trace of {petition_id}, which is in a case")
        return known

    def put(self, case: Case) -> Case:
        """Keep a new version of a case until `finish`."""
        before = self.stored(case.case_id)
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

    def as_further_volume(self, other: Case, first: Case) -> Case:
        """A matter turns out to be another one: it is a further volume of that, and what was decided there counts.

        Place, category and unit follow from the first one before the step ends, see `outdated`.
        """
        notes = in_time((*other.notes, *first.notes))
        self._moved.add(first.case_id)
        return self.put(other.with_changes(volume_of=first.case_id, notes=notes, version=other.version + 1))

    def _in_turn(self) -> list[str]:
        """The changed cases; one that loses petitions behind those that gain them, as far as none exchange theirs."""
        losses = dict[str, set[str]]()
        gained_by = dict[str, str]()
        for name, case in self._changed.items():
            stored, now = self._found.get(name), {member.petition_id for member in case.petitions}
            before = {member.petition_id for member in stored.petitions} if stored is not None else set[str]()
            losses[name] = before - now
            gained_by |= dict.fromkeys(now - before, name)
        found = [name for name, lost in losses.items() if not lost]
        waiting = {name: None for name, lost in losses.items() if lost}

        def is_free(name: str) -> bool:
            return all(gained_by.get(lost, name) == name or gained_by[lost] not in waiting for lost in losses[name])

        while waiting:
            found.append(next(filter(is_free, waiting), next(iter(waiting))))
            del waiting[found[-1]]
        return found

    def outdated(self) -> list[Case]:
        """Further volumes whose first one has another place, category or beginning now; given once."""
        moved, self._moved = self._moved, set()
        leading = [case for name in sorted(moved) if (case := self.case(name)) is not None]
        return [volume for case in leading for volume in self.volumes.following(case)]

    def finish(self) -> None:
        """Put the changed cases into the table, each once however many petitions came for it.

        They are sent in this order, and a crash may cut it off anywhere: a case that loses petitions goes behind
        those that may have taken them over. What was found in the table is forgotten with it: before the next step
        another worker may have written.
        """
        for name in self._in_turn():
            self._table.put(name.encode(), self._at_hand.written(self._changed[name]))
        self._changed.clear()
        self._found.clear()


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
