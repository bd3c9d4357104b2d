"""Sends a family to the home at which it meets: its petitions travel and its cases forward.

The other desk files the petitions as if they had come there first. What is sent on is confirmed before this desk
forgets it, so a crash repeats the move and the other desk recognises it.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from schemas.events import Case, CasePetition, Decision, MeetingCall, MovedPetition
from schemas.keys import case_id
from schemas.life import CaseNote
from schemas.terms import CaseStatus


class Departure(NamedTuple):
    """Something for the desk of another home."""

    home: str
    what: MovedPetition | MeetingCall | Decision


def departing(
    members: Sequence[CasePetition],
    home: str,
    kept_with: Sequence[str],
    versions: dict[str, int],
    notes: Iterable[CaseNote],
) -> Iterator[Departure]:
    """The members of a family on their way, the earliest first; each note goes with the petition that it is about."""
    first = members[0].petition_id
    names = {case_id(member.petition_id): member.petition_id for member in members}
    about: dict[str, list[CaseNote]] = {}
    for note in notes:
        about.setdefault(names.get(note.case_id, first), []).append(note)
    for member in members:
        name = member.petition_id
        kept = kept_with if name == first else (*kept_with, first)
        yield Departure(home, _moved(member, home, tuple(kept), versions, tuple(about.get(name, ()))))


def _moved(
    member: CasePetition, home: str, kept: tuple[str, ...], versions: dict[str, int], notes: tuple[CaseNote, ...]
) -> MovedPetition:
    version = versions.get(case_id(member.petition_id), 0)
    return MovedPetition.grown_from(member, meet_at=home, kept_with=kept, case_version=version, notes=notes)


def arrived(moved: MovedPetition) -> CasePetition:
    """The petition as it was a member of its case at the other home."""
    return CasePetition.model_construct(**{name: getattr(moved, name) for name in CasePetition.model_fields})


def left_behind(case: Case, home: str) -> Case:
    """What stays of a case whose petitions were sent on to a home: its id, until that one takes it over."""
    names = tuple(member.petition_id for member in case.petitions)
    return emptied(case, case.case_id, case.version + 1, "").with_changes(sent_on=names, meet_at=home)


def emptied(case: Case, name: str, version: int, into: str) -> Case:
    """A case without petitions, under this id, that leads to another one."""
    return case.with_changes(
        case_id=name,
        version=version,
        status=CaseStatus.MERGED,
        merged_into=into,
        petitions=(),
        clocks=(),
        judgements=(),
        questions=(),
        kept_from=(),
        sent_on=(),
        volume_of="",
        tenures=(),
        refusals=(),
        irregularities=(),
    )
