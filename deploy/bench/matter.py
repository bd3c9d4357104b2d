"""What a petition costs the case desk when thousands of people bring one matter, without servers."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import mean
from typing import Any

from deploy.bench.letters import invented_records
from deploy.bench.state_cost import BATCH, PARTITIONS, Desks
from processors.at_hand import CasesAtHand
from processors.register_files import load_register
from processors.rulebook import Rulebook
from processors.shelf import Shelf
from schemas.events import Case
from schemas.keys import digest, petition_id, receipt
from schemas.petition import IntakeBatch, IntakeRecord
from schemas.topics import Topic

LETTERS = 200
"""So many are invented for one that names its township, as such letters do."""
APART = timedelta(minutes=7)


def measure_matter(petitioners: int, until: date, folder: Path) -> dict[str, Any]:
    """Volumes, the largest message, and CPU of a petition: in the mean, and in each tenth of the run."""
    register = load_register(None)
    desks = Desks(Rulebook(register), folder / "state")
    letters = invented_records(LETTERS, register, until, folder / "ledgers")
    pattern = next(one for one in letters if one.petitioner_ref and one.place_text and one.people == 1)
    spent = []
    for start in range(0, petitioners, BATCH):
        records = tuple(_brought_by(number, pattern) for number in range(start, min(start + BATCH, petitioners)))
        spent.append(desks.work_off([IntakeBatch(records=records).to_bytes()])[Topic.LINKED] / len(records))
    volumes = _volumes(desks, petition_id(pattern.source, _number(0)))
    desks.close()
    return {
        "petitioners": petitioners,
        "volumes": [len(case.petitions) for case in volumes],
        "largest_message_bytes": max(len(case.to_bytes()) for case in volumes),
        "cpu_us": round(1e6 * mean(spent)),
        "cpu_us_by_tenth": [round(1e6 * mean(part)) for part in _tenths(spent)],
    }


def _brought_by(number: int, pattern: IntakeRecord) -> IntakeRecord:
    """The same letter, brought by somebody else some minutes later."""
    return pattern.with_changes(
        record_no=_number(number),
        row=number + 1,
        receipt=receipt(pattern.delivery_id, number + 1),
        received_at=pattern.received_at + number * APART,
        petitioner_ref="R" + digest("matter", str(number)),
        content_hash=digest("matter-content", str(number)),
    )


def _number(number: int) -> str:
    return f"M{number:07}"


def _volumes(desks: Desks, founding: str) -> list[Case]:
    tables = [desks.tables[Topic.LINKED, number] for number in range(PARTITIONS)]
    for table in tables:
        shelf = Shelf(table, CasesAtHand())
        case = shelf.case_of(founding)
        if case is not None:
            first = shelf.volumes.first(case)
            return [first, *shelf.volumes.following(first)]
    return []


def _tenths(spent: Sequence[float]) -> list[Sequence[float]]:
    size = max(1, len(spent) // 10)
    return [spent[start : start + size] for start in range(0, len(spent), size)][:10]
