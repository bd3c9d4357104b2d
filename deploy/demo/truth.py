"""What is true of every row of the generated ledgers: one line a row, written beside them."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from io import StringIO

from schemas.terms import Receipt


@dataclass(frozen=True, slots=True)
class TruthRow:
    """One row of one ledger. `petition` is its key: source and record number, `#2` for a number used again."""

    source: str
    file: str
    row: int
    record_no: str
    outcome: str
    """What becomes of the row: registered, resent, revised or rejected."""
    rejected: str = ""
    """Why it must be refused."""
    petition: str = ""
    person: str = ""
    """Number of the invented petitioner; empty for an anonymous petition."""
    matter: str = ""
    verdict: str = ""
    change: int = 0
    """Level of change from the first petition: 0 identical, 1 light, 2 shorter or longer, 3 reordered, 4 reworded,
    5 retold without a common sentence, 6 lightly edited and badly scanned."""
    place: str = ""
    """Code of the village or community; of the county where the letter names no place."""
    category: str = ""
    twin: str = ""
    """Another matter in the same words elsewhere, or with other names in the same place, which must stay apart."""
    kind: str = ""
    """What kind of matter it is, by `matters/*.toml`; the same kind is many matters."""


@dataclass(frozen=True, slots=True)
class Expected:
    """How many rows of each kind one county, or all of them, sent."""

    received: int
    registered: int
    resent: int
    revised: int
    rejected: int


def expected(rows: Iterable[TruthRow]) -> Expected:
    """Count the rows by outcome."""
    counts = Counter(row.outcome for row in rows)
    return Expected(counts.total(), *(counts[outcome.value] for outcome in Receipt))


def to_csv(rows: Iterable[TruthRow]) -> str:
    """The truth as a CSV file with a header."""
    out = StringIO()
    writer = csv.DictWriter(out, [field.name for field in fields(TruthRow)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return out.getvalue()


def from_csv(text: str) -> tuple[TruthRow, ...]:
    """Read the truth back."""
    rows = csv.DictReader(StringIO(text))
    return tuple(TruthRow(**{**row, "row": int(row["row"]), "change": int(row["change"])}) for row in rows)  # type: ignore[arg-type]
