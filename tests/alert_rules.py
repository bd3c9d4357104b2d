"""The shipped table of alert rules with other values in some rows, and a watch by it."""

from collections.abc import Mapping
from typing import Any

from consumers.alerts.table import RuleTable, load_rules
from consumers.alerts.watch import Watch


def rules_with(**rows: dict[str, Any]) -> RuleTable:
    """The table; of each named row these values."""
    told = load_rules().model_dump()
    return RuleTable.model_validate(told | {name: told[name] | row for name, row in rows.items()})


class KeysInMemory:
    """Stand-in for `consumers.alerts.disk.KeysOnDisk`."""

    def __init__(self) -> None:
        self._values: Mapping[bytes, bytes] = {}

    def get(self, key: bytes) -> bytes | None:
        return self._values.get(key)

    def write(self, entries: Mapping[bytes, bytes | None]) -> None:
        known = self._values | entries
        self._values = {key: value for key, value in known.items() if value is not None}

    def within(self, first: bytes, end: bytes, most: int) -> list[bytes]:
        return sorted(key for key in self._values if first <= key < end)[:most]


def watching(expected_days: Mapping[str, int] | None = None, table: RuleTable | None = None) -> Watch:
    """A watch that has seen nothing."""
    return Watch(expected_days or {}, KeysInMemory(), table)
