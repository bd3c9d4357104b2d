"""A matter of very many petitioners fills several volumes (分卷): each is a case, and all follow the first one.

A case is one message and one document, and each petition writes it anew. So a case that is full takes no more
petitions of other people: the next one opens a further volume. Why and what follows: docs/adr/0022-volumes.md.

Keys of the table, derived from the cases and kept locally: `v:` case → the volumes that follow it, in the order in
which they were opened.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from processors.tables import Table
from schemas.events import Case

MOST_PETITIONS = 500
MOST_CHARACTERS = 1_500_000
"""Letters of a volume together: in UTF-8, with all that is kept beside them, half of the largest message."""
STRETCH = 2
"""A petitioner's further letters stay with the earlier ones until a volume is so many times as full."""
_MOST_STEPS = 64
_MOST_TRIED = 2


class Taking(NamedTuple):
    """Where a petition goes whose matter fills more than one volume."""

    case: Case | None
    """The volume that takes it; None for a new one."""
    first: Case
    """The first volume of the matter."""
    following: tuple[Case, ...]
    """First volumes of other matters, which turn out to be this one: they follow from now on."""


class Volumes:
    """The volumes of the matters of one partition."""

    def __init__(self, table: Table, case: Callable[[str], Case | None]) -> None:
        """`case` finds a case by its id, or the one that took it over."""
        self._table = table
        self._case = case

    def first(self, case: Case) -> Case:
        """The first volume of a case's matter; the case itself where it follows none, or none that is here."""
        for _ in range(_MOST_STEPS):
            leading = self._case(case.volume_of) if case.volume_of else None
            if leading is None or leading.case_id == case.case_id:
                return case
            case = leading
        return case

    def following(self, case: Case) -> list[Case]:
        """All volumes that follow a first one."""
        found: dict[str, Case] = {case.case_id: case}
        waiting = _names(self._table, case.case_id)
        while waiting:
            volume = self._case(waiting.pop())
            if volume is not None and volume.case_id not in found:
                found[volume.case_id] = volume
                waiting += _names(self._table, volume.case_id)
        del found[case.case_id]
        return [found[name] for name in sorted(found)]

    def taking(self, found: Iterable[Case]) -> Taking:
        """Which volume takes a petition that belongs to cases which have no room for it together."""
        owners = list(found)
        first, *others = sorted(
            {leading.case_id: leading for leading in map(self.first, owners)}.values(),
            key=lambda leading: (leading.opened_at, leading.case_id),
        )
        with_room = [case for case in owners if have_room([case])] or self._open(first)
        fullest = max(with_room, key=lambda case: (len(case.petitions), case.case_id), default=None)
        return Taking(fullest, first, tuple(others))

    def _open(self, first: Case) -> list[Case]:
        latest = map(self._case, reversed(_names(self._table, first.case_id)[-_MOST_TRIED:]))
        return [case for case in (*latest, first) if case is not None and have_room([case])][:1]


def remember_volume(table: Table, case: Case) -> None:
    """Keep in a table which case this one follows, if any."""
    names = _names(table, case.volume_of) if case.volume_of else []
    if case.volume_of and case.case_id not in names:
        table.derive(_key(case.volume_of), "\n".join((*names, case.case_id)).encode())


def have_room(cases: Iterable[Case], *, stretch: int = 1) -> bool:
    """Whether one volume can hold all petitions of these cases and one more."""
    petitions = [petition for case in cases for petition in case.petitions]
    if len(petitions) >= MOST_PETITIONS * stretch:
        return False
    return sum(len(petition.body) for petition in petitions) < MOST_CHARACTERS * stretch


def _names(table: Table, case_id: str) -> list[str]:
    value = table.get(_key(case_id))
    return value.decode().split("\n") if value else []


def _key(case_id: str) -> bytes:
    return b"v:" + case_id.encode()
