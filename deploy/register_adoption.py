"""Changes of the register as files: read, checked, told in plain words before anybody adopts them."""

import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from processors.rules.register import Register
from processors.rules.register_review import Moved, moved, review
from processors.rules.territory.units import Template
from schemas.contract import faulty_field
from schemas.register_events import RegisterChange

MOST_LINES = 60


class BadChange(ValueError):
    """A file that is no change of a register; names the field."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a change would do, or why it is refused."""

    change: RegisterChange
    problems: tuple[str, ...]
    moved: tuple[Moved, ...] = ()
    after: Register | None = None


def read_change(path: Path, now: datetime) -> RegisterChange:
    """A change from TOML or JSON; the moment of adoption is now unless the file says otherwise."""
    try:
        text = path.read_text("utf-8")
        fields = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        return RegisterChange.model_validate({"adopted_at": now} | fields)
    except ValidationError as error:
        raise BadChange(f"{path.name}: {faulty_field(error)} is missing or wrong") from None
    except (ValueError, TypeError):
        raise BadChange(f"{path.name} is neither TOML nor JSON") from None


def examine(
    before: Register, template: Template, change: RegisterChange, adopted: Iterable[RegisterChange]
) -> Finding:
    """Check a change, and find what would change hands. An id is given once: it names the change for ever."""
    if any(change.change_id == one.change_id for one in adopted):
        taken = f"{change.change_id}: adopted already under this id; another change needs an id of its own"
        return Finding(change, (taken,))
    found = review(before, template, change)
    if found.after is None:
        return Finding(change, found.problems)
    return Finding(change, (), tuple(moved(before, found.after, change)), found.after)


def told(finding: Finding, before: Register) -> Iterator[str]:
    """The finding in lines: refused with its reasons, or place by place who takes over what from whom."""
    change = finding.change
    if finding.problems:
        yield f"refused as a whole, {len(finding.problems)} problems:"
        yield from (f"  {problem}" for problem in finding.problems[:MOST_LINES])
        return
    yield f"{change.change_id} from {change.effective_on}: {_counted(change)}"
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for row in finding.moved:
        grouped.setdefault((row.place, row.before.name, row.after.name), []).append(row.category or "none")
    for (place, old, new), categories in list(grouped.items())[:MOST_LINES]:
        division = before.division(place, change.effective_on)
        yield f"  {place} {division.name if division else ''}: {old} → {new}  ({', '.join(categories)})"
    if len(grouped) > MOST_LINES:
        yield f"  and {len(grouped) - MOST_LINES} more"


def as_values(finding: Finding) -> dict[str, object]:
    """The finding for programs."""
    rows = [
        {"place": r.place, "category": r.category, "before": r.before.code, "after": r.after.code}
        for r in finding.moved
    ]
    change = finding.change
    return {
        "change_id": change.change_id,
        "effective_on": change.effective_on.isoformat(),
        "problems": list(finding.problems),
        "moved": rows,
    }


def _counted(change: RegisterChange) -> str:
    counts = {
        "divisions end": len(change.ended_divisions),
        "divisions begin": len(change.begun_divisions),
        "units end": len(change.ended_units),
        "units begin": len(change.begun_units),
        "places administered elsewhere": len(change.administrations),
        "competences": len(change.exemptions),
    }
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)
