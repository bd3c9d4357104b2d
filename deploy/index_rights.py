"""Least rights at Elasticsearch: a role for each who signs in there; the others have no name there."""

from typing import Any

from deploy.topic_rights import OPERATOR, SETUP

FILLS = ["read", "index", "create_index", "manage", "view_index_metadata"]
"""Makes the index, keeps its fields up to date and writes documents; deletes none."""
LOOKS = ["read", "maintenance", "view_index_metadata"]
"""Searches; refreshes first where nobody has searched for a while."""


def index_roles(prefix: str) -> dict[str, dict[str, Any]]:
    """User → its role, in the form of Elasticsearch's file of roles and of its security interface."""
    cases, audit = [f"{prefix}-cases", f"{prefix}-cases-*"], [f"{prefix}-audit"]
    return {
        "search": _role((cases, FILLS)),
        "console": _role((cases, LOOKS), (audit, FILLS)),
        SETUP: _role((cases, FILLS), (audit, FILLS)),
        OPERATOR: _role((cases, ["all"])),
    }


def _role(*rights: tuple[list[str], list[str]]) -> dict[str, Any]:
    indices = [{"names": names, "privileges": privileges} for names, privileges in rights]
    return {"cluster": ["monitor"], "indices": indices}
