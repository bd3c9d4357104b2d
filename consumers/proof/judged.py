"""What people judged holds: each judgement reached every partition, and the cases are as it says. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from consumers.proof.account import Difference, Kind
from consumers.proof.rows import Filed, Judged
from schemas.terms import Opinion


@dataclass(slots=True)
class Judgements:
    """All copies of all judgements, as the topic holds them."""

    made: dict[str, Judged] = field(default_factory=dict)
    copies: Counter[str] = field(default_factory=Counter)

    @property
    def petitions(self) -> set[str]:
        """All that anybody judged about."""
        return {name for judged in self.made.values() for name in (judged.petition_id, judged.other_id)}

    def receive(self, judged: Judged) -> None:
        """One copy."""
        self.made[judged.judgement_id] = judged
        self.copies[judged.judgement_id] += 1


def unequal_judgements(found: Judgements, cases: Mapping[str, Filed], partitions: int) -> Iterator[Difference]:
    """Every copy is there, every pair is in one of the cases, and the latest judgement about each pair holds.

    Where people contradict one another over three petitions, what belongs together may stay apart: then the two
    cases name one another.
    """
    for name, copies in found.copies.items():
        if copies < partitions:
            yield Difference(Kind.JUDGEMENT_COPIES, name, f"{copies} of {partitions} partitions have it")
    holders = {m.petition_id: case for case in cases.values() if not case.is_merged for m in case.petitions}
    for judged in _latest(found.made.values()):
        one, other = holders.get(judged.petition_id), holders.get(judged.other_id)
        if one is None or other is None:
            yield Difference(Kind.JUDGEMENT_WAITS, judged.judgement_id, "a petition that it is about is in no case")
        elif judged.opinion == Opinion.NOT_SAME and one.case_id == other.case_id:
            yield Difference(Kind.JUDGED_APART, judged.judgement_id, f"both in case {one.case_id}")
        elif judged.opinion == Opinion.SAME and one.case_id != other.case_id and other.case_id not in one.kept_from:
            yield Difference(Kind.JUDGED_SAME, judged.judgement_id, f"in cases {one.case_id} and {other.case_id}")


def _latest(made: Iterable[Judged]) -> Iterable[Judged]:
    ordered = sorted(made, key=lambda one: (one.at, one.judgement_id))
    return {(one.petition_id, one.other_id): one for one in ordered}.values()
