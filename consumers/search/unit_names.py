"""Which units a name in a query means. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

MOST_UNITS: Final = 100
"""A part of a name that more units have means nothing."""


def units_named(name: str, units: Iterable[str], names: Mapping[str, str]) -> Sequence[str]:
    """The codes of the units of exactly this name, else of all that have it in theirs, unless those are too many."""
    known = {unit: names[unit] for unit in units if unit in names}
    exactly = [unit for unit, one in known.items() if one == name]
    found = exactly or [unit for unit, one in known.items() if name in one]
    return sorted(found) if len(found) <= MOST_UNITS else ()
