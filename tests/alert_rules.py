"""The shipped table of alert rules with other values in some rows."""

from typing import Any

from consumers.alerts.table import RuleTable, load_rules


def rules_with(**rows: dict[str, Any]) -> RuleTable:
    """The table; of each named row these values."""
    told = load_rules().model_dump()
    return RuleTable.model_validate(told | {name: told[name] | row for name, row in rows.items()})
