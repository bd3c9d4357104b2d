"""Steps in the life of a case, and the table of which may follow where (`steps.toml`)."""

import tomllib
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from schemas.terms import CaseStatus, StepKind

PASSED_ON = frozenset({StepKind.TRANSFERRED, StepKind.ASSIGNED, StepKind.REASSIGNED})
"""Steps that name the unit to which the matter goes."""


class Step(NamedTuple):
    """One step in the order of the case: when, its rank among steps of one moment, what and by whom."""

    at: datetime
    rank: int
    step_id: str
    kind: StepKind
    unit: str = ""
    to_unit: str = ""
    article: str = ""
    by: str = ""
    is_dated: bool = True
    """Whether its day was stated; a clock does not start on a day that nobody stated."""


class Move(NamedTuple):
    """One transition: where it leads, and whether the step is in order."""

    to: CaseStatus
    is_regular: bool
    where: str = ""
    """What must hold besides; see `life.py`."""


class Table(NamedTuple):
    """The transitions of `steps.toml`."""

    moves: dict[tuple[StepKind, CaseStatus], tuple[Move, ...]]
    """(step, standing) → the transitions in the order of the file, of which the first one counts that holds."""
    ranks: dict[StepKind, int]


def rank_of(kind: StepKind) -> int:
    """The place of a step among those of one moment."""
    return table().ranks[kind]


@cache
def table() -> Table:
    """The table that is shipped."""
    rows = tomllib.loads((files("processors.rules") / "steps.toml").read_text("utf-8"))["step"]
    moves: dict[tuple[StepKind, CaseStatus], tuple[Move, ...]] = {}
    ranks: dict[StepKind, int] = {}
    for rank, row in enumerate(rows):
        kind = StepKind(row["kind"])
        ranks.setdefault(kind, rank)
        for name, leads, is_regular in (("from", row.get("to"), True), ("odd_from", row.get("odd_to"), False)):
            for standing in map(CaseStatus, row.get(name, ())):
                move = Move(CaseStatus(leads) if leads else standing, is_regular, row.get("where", ""))
                moves[kind, standing] = (*moves.get((kind, standing), ()), move)
    return Table(moves, ranks)
