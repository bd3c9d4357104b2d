"""The index of audit records. Pure."""

from typing import Any, Final

from consumers.search.mapping import COUNT, INSTANT, KEYWORD

PROPERTIES: Final[dict[str, Any]] = {
    "audit_id": KEYWORD,
    "kind": KEYWORD,
    "at": INSTANT,
    "by": KEYWORD,
    "role": KEYWORD,
    "unit": KEYWORD,
    "territories": KEYWORD,
    "case_id": KEYWORD,
    "petition_id": KEYWORD,
    "purpose": KEYWORD,
    "count": COUNT,
    "subject": KEYWORD,
}


def index_body() -> dict[str, Any]:
    """Settings and mapping of the index."""
    return {
        "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
        "mappings": {"dynamic": "strict", "properties": PROPERTIES},
    }
