"""A whole family, gathered from wherever a change begins: its cases, who is away, what people judged.

A family is what evidence or people ever brought together. Mostly it is one case. Where people part it, its cases
name one another (`kept_from`); where it lives at another home, its petitions are known to be away.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from processors.remarks import Remarks
from processors.rules.judgements import ever_same, in_order
from schemas.events import Case, Judgement
from schemas.keys import case_id, meeting_home
from schemas.life import CaseNote

CaseOf = Callable[[str], Case | None]


@dataclass(slots=True)
class Family:
    """All that has to be looked at together."""

    cases: dict[str, Case] = field(default_factory=dict)
    away: dict[str, str] = field(default_factory=dict)
    """Petition that was sent on → the home where it is."""
    homes: set[str] = field(default_factory=set)
    """Where judgements and petitions on their way ask the matter to meet."""
    judgements: tuple[Judgement, ...] = ()
    versions: dict[str, int] = field(default_factory=dict)
    """Case that another home kept → the version it had there."""
    notes: tuple[CaseNote, ...] = ()
    """What people decided at another home."""
    volume_of: str = ""
    """The first volume of the matter, for a petition that opens a further one."""

    @property
    def meets_at(self) -> str:
        """The home at which the family is put together; empty where it stays where it is."""
        return meeting_home({*self.homes, *self.away.values()} - {""})


class Gathering:
    """Follows siblings and judgements until nothing more belongs to the family."""

    def __init__(self, remarks: Remarks, case_of: CaseOf, case: CaseOf) -> None:
        """`case_of` finds by petition, `case` by case id."""
        self._remarks = remarks
        self._case_of = case_of
        self._case = case

    def family(
        self,
        petitions: Iterable[str],
        cases: Iterable[Case] = (),
        judgements: Iterable[Judgement] = (),
        *,
        with_strays: bool = False,
    ) -> Family:
        """The family of some petitions and cases; `judgements` are those about petitions that are not filed yet.

        Strays are other live cases that are named after petitions of these: only a crash amidst a step leaves any.
        """
        found = Family(judgements=in_order(judgements))
        asked: set[str] = set()
        waiting = list(cases)
        names = {*petitions, *self._together(found, found.judgements, asked)}
        while waiting or names:
            for name in sorted(names):
                self._place(name, found, waiting)
            names = set()
            for case in waiting:
                names |= self._take(case, found, asked)
            near = [*self._siblings(waiting), *(self.named_after(waiting) if with_strays else ())]
            waiting = [case for case in near if case.case_id not in found.cases]
        return found

    def is_whole(self, family: Family) -> bool:
        """Whether each petition leads to the case that holds it, and cases that are kept apart name one another."""
        cases = family.cases.values()
        if any(named.case_id != case.case_id for case in cases for named in self.named_after([case])):
            return False
        return all(case.case_id in sibling.kept_from for case in cases for sibling in self._siblings([case]))

    def named_after(self, cases: Iterable[Case]) -> list[Case]:
        """The cases to which the ids lead that were named after the petitions of these."""
        found = (self._case(case_id(member.petition_id)) for case in cases for member in case.petitions)
        return [case for case in found if case is not None]

    def _place(self, name: str, found: Family, waiting: list[Case]) -> None:
        case = self._case_of(name)
        if case is not None:
            waiting.append(case)
            return
        known = self._remarks.of(name)
        if known.away_at or known.heard_at:
            found.away[name] = known.away_at or known.heard_at

    def _take(self, case: Case, found: Family, asked: set[str]) -> set[str]:
        if case.case_id in found.cases:
            return set()
        found.cases[case.case_id] = case
        found.homes.add(case.meet_at)
        if not case.judgements:
            return set()
        found.judgements = in_order((*found.judgements, *case.judgements))
        return self._together(found, case.judgements, asked) - {m.petition_id for m in case.petitions}

    def _together(self, found: Family, judgements: Iterable[Judgement], asked: set[str]) -> set[str]:
        names = {name for pair in ever_same(judgements) for name in pair} - asked
        if not names:
            return names
        together, judged = self._remarks.brought_together(names)
        asked |= together
        found.homes |= {made.meet_at for made in judged.values()}
        return together

    def _siblings(self, cases: Iterable[Case]) -> list[Case]:
        found = (self._case(name) for case in cases for name in case.kept_from)
        return [case for case in found if case is not None]
