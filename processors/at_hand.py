"""Cases that were parsed lately, kept with their bytes: those that are worked on come up again and again."""

from collections import OrderedDict

from schemas.events import Case

KEPT_AT_HAND = 2_048
MOST_BYTES_AT_HAND = 10_000_000
"""Of messages; what is parsed takes some ten times as much."""


class CasesAtHand:
    """While the bytes of a case are the same, it is not parsed twice."""

    def __init__(self) -> None:
        self._cases: OrderedDict[str, tuple[bytes, Case]] = OrderedDict()
        self._bytes = 0

    def case(self, case_id: str, value: bytes) -> Case:
        """The case that these bytes hold."""
        known = self._cases.get(case_id)
        if known is not None and known[0] == value:
            self._cases.move_to_end(case_id)
            return known[1]
        case = Case.from_bytes(value)
        self.keep(value, case)
        return case

    def keep(self, value: bytes, case: Case) -> None:
        """Remember a case together with its bytes; those that were not used longest make room."""
        before = self._cases.pop(case.case_id, None)
        self._cases[case.case_id] = (value, case)
        self._bytes += len(value) - (len(before[0]) if before is not None else 0)
        while len(self._cases) > KEPT_AT_HAND or (self._bytes > MOST_BYTES_AT_HAND and len(self._cases) > 1):
            _, (old, _) = self._cases.popitem(last=False)
            self._bytes -= len(old)
