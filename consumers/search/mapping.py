"""The index of cases: strict mapping, and Chinese analysis from parts that every Elasticsearch has."""

from typing import Any, Final

from schemas.terms import ClockKind

KEYWORD: Final = {"type": "keyword"}
DATE: Final = {"type": "date", "format": "strict_date"}
INSTANT: Final = {"type": "date", "format": "strict_date_optional_time"}
COUNT: Final = {"type": "integer"}
FLAG: Final = {"type": "boolean"}
NAME: Final = {
    "type": "keyword",
    "ignore_above": 1_000,
    "fields": {"text": {"type": "text", "analyzer": "characters", "index_options": "positions"}},
}
"""A name that is counted as a whole and found by a part of it."""

ANALYSIS: Final = {
    "filter": {
        "pairs": {
            "type": "shingle",
            "min_shingle_size": 2,
            "max_shingle_size": 2,
            "output_unigrams": False,
            "output_unigrams_if_no_shingles": True,
            "token_separator": "",
        }
    },
    "analyzer": {
        # The standard tokenizer gives one token for each Han character: exact phrases of any length.
        "characters": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase"]},
        # Overlapping pairs of characters rank: what shares words comes before what shares characters.
        "pairs": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "pairs"]},
    },
}

TEXT: Final = {
    "type": "text",
    "analyzer": "characters",
    "position_increment_gap": 100,
    "fields": {"pairs": {"type": "text", "analyzer": "pairs", "index_options": "freqs"}},
}

PROPERTIES: Final[dict[str, Any]] = {
    "case_id": KEYWORD,
    "version": {"type": "long"},
    "status": KEYWORD,
    "is_open": FLAG,
    "merged_into": KEYWORD,
    "volume_of": KEYWORD,
    "takeover": FLAG,
    "home": KEYWORD,
    "unit": KEYWORD,
    "unit_name": NAME,
    "unit_level": KEYWORD,
    "unit_division": KEYWORD,
    "asked_unit": KEYWORD,
    "territories": KEYWORD,
    "accused_units": KEYWORD,
    "ground": KEYWORD,
    "article": KEYWORD,
    "reason": {"type": "text", "analyzer": "characters"},
    "assisting_units": KEYWORD,
    "place": KEYWORD,
    "place_path": KEYWORD,
    "place_name": NAME,
    "place_confidence": KEYWORD,
    "category": KEYWORD,
    "category_name": KEYWORD,
    "sector": KEYWORD,
    "sector_name": KEYWORD,
    "issue": KEYWORD,
    "issue_name": KEYWORD,
    "channels": KEYWORD,
    "sources": KEYWORD,
    "offices": NAME,
    "record_nos": KEYWORD,
    "petition_ids": KEYWORD,
    "verdicts": KEYWORD,
    "opened_at": INSTANT,
    "updated_at": INSTANT,
    "last_received_at": INSTANT,
    "due": {
        "properties": {kind.value: DATE for kind in ClockKind},
    },
    "next_due_on": DATE,
    "refusal_count": COUNT,
    "refusing_units": KEYWORD,
    "wrong_units": KEYWORD,
    "irregular_count": COUNT,
    "rating": KEYWORD,
    "kept": KEYWORD,
    "late": KEYWORD,
    # Units, because whoever received a transfer owes it to tell the petitioner, and not always who is accountable.
    "informed_by": KEYWORD,
    "informed_late_by": KEYWORD,
    "uninformed": {"properties": {"unit": DATE, "asked": DATE}},
    "passed": KEYWORD,
    "was_unowned": FLAG,
    "came_again": FLAG,
    "closed_in_last_hour": FLAG,
    # Imprints of the answers, and the matter that they were given in: its first volume. Neither is shown.
    "answers": KEYWORD,
    "matter": KEYWORD,
    "petition_count": COUNT,
    "repeat_count": COUNT,
    "joining_count": COUNT,
    "people": COUNT,
    "is_collective": FLAG,
    "titles": TEXT,
    "bodies": TEXT,
    # Each word of a case once, between blanks; which list knew them tells what else has to be searched by characters.
    "words": {"type": "text", "analyzer": "whitespace", "index_options": "docs"},
    "word_list": KEYWORD,
    "story": {"type": "object", "enabled": False},
}


def index_body(refresh_ms: int | None) -> dict[str, Any]:
    """Settings and mapping of a new index; a field that the mapping does not know is refused.

    Without `refresh_ms` Elasticsearch makes documents searchable every second while somebody searches, and not at all
    while nobody does: a refresh each second costs a busy index as much as half of its documents.
    """
    return {
        "settings": {
            "number_of_shards": 1,
            # No replica on one node, one as soon as there is a second.
            "auto_expand_replicas": "0-1",
            "analysis": ANALYSIS,
            **({} if refresh_ms is None else {"refresh_interval": f"{refresh_ms}ms"}),
        },
        "mappings": {"dynamic": "strict", "properties": PROPERTIES},
    }
