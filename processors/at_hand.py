"""Cases that were parsed or written lately, kept with their bytes: those in work come up again and again."""

from collections import OrderedDict
from itertools import accumulate, pairwise
from typing import NamedTuple

from schemas.events import Case

KEPT_AT_HAND = 2_048
MOST_BYTES_AT_HAND = 10_000_000
"""Of messages; what is parsed takes some ten times as much."""
_NO_PETITIONS = b'"petitions":[]'
"""Stands in a case without petitions once: within a text its quotation marks would be escaped."""


class AtHand(NamedTuple):
    """A case, and where its petitions stand in its bytes."""

    value: bytes
    case: Case
    begin: int = 0
    """Where the first one begins; 0 where nobody knows, because the case was read and not written."""
    lengths: tuple[int, ...] = ()


class CasesAtHand:
    """While the bytes of a case are the same, it is not parsed twice, nor is a petition in it written twice."""

    def __init__(self) -> None:
        self._cases: OrderedDict[str, AtHand] = OrderedDict()
        self._bytes = 0

    def case(self, case_id: str, value: bytes) -> Case:
        """The case that these bytes hold."""
        known = self._cases.get(case_id)
        if known is not None and known.value == value:
            self._cases.move_to_end(case_id)
            return known.case
        case = Case.from_bytes(value)
        self._keep(AtHand(value, case))
        return case

    def written(self, case: Case) -> bytes:
        """The same as `Case.to_bytes`, and remembered; petitions that stayed as they were are copied."""
        known = self._cases.get(case.case_id)
        copied = _petitions_of(known) if known is not None else {}
        petitions = [copied.get(id(one)) or one.to_bytes() for one in case.petitions]
        around = case.with_changes(petitions=()).to_bytes()
        begin = around.index(_NO_PETITIONS) + len(_NO_PETITIONS) - 1
        value = b"".join((around[:begin], b",".join(petitions), around[begin:]))
        self._keep(AtHand(value, case, begin, tuple(map(len, petitions))))
        return value

    def _keep(self, made: AtHand) -> None:
        """Remember a case together with its bytes; those that were not used longest make room."""
        before = self._cases.pop(made.case.case_id, None)
        self._cases[made.case.case_id] = made
        self._bytes += len(made.value) - (len(before.value) if before is not None else 0)
        while len(self._cases) > KEPT_AT_HAND or (self._bytes > MOST_BYTES_AT_HAND and len(self._cases) > 1):
            _, old = self._cases.popitem(last=False)
            self._bytes -= len(old.value)


def _petitions_of(known: AtHand) -> dict[int, bytes]:
    """The bytes of each petition by its identity: what is frozen and the same object is written in the same way."""
    ends = accumulate([length + 1 for length in known.lengths], initial=known.begin)
    spans = [known.value[start : end - 1] for start, end in pairwise(ends)]
    return {id(one): span for one, span in zip(known.case.petitions, spans, strict=False)}
