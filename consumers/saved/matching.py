"""Which cases a kept search finds: the owner's query, within what the owner may see now, among what is new. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from consumers.search.queries import filter_clauses
from consumers.search.query_language import Codes, no_codes, parse_query, query_terms
from consumers.search.words import NO_WORDS, WordList
from schemas.keys import digest
from schemas.search_events import SavedSearch, SearchHit

NEWS: Final = timedelta(hours=48)
"""What nothing has come to for so long is no news: a replay or a new index tells nothing of it."""
MOST_FOUND: Final = 1_000


_BY_DAYS_OR_OTHERS: Final = frozenset(
    {"overdue", "near_due", "unmet", "uninformed_by", "age", "same_answer", "answered_like"}
)


def is_of_the_case_alone(search: SavedSearch) -> bool:
    """Whether a case is found from its indexing on; with these filters days or other cases make it found later."""
    return _BY_DAYS_OR_OTHERS.isdisjoint(term.name for term in query_terms(search.query))


def match_body(
    search: SavedSearch,
    now: datetime,
    today: date,
    *,
    ids: Sequence[str] | None,
    words: WordList = NO_WORDS,
    codes: Codes = no_codes,
) -> dict[str, Any]:
    """The cases of a search to which something came since it was kept; with `ids` only among these.

    Old records that were taken over are never news. `updated_at` is when the latest petition or decision came, not
    when the document was written.
    """
    since = max(search.created_at, now - NEWS)
    filters: list[dict[str, Any]] = [
        {"range": {"updated_at": {"gte": since.isoformat()}}},
        {"term": {"takeover": False}},
    ]
    if ids is not None:
        filters.append({"terms": {"case_id": sorted(ids)}})
    clauses = filter_clauses(parse_query(search.query, codes), today, words)
    return {
        "query": {"bool": {"must": [{"bool": clauses}], "filter": filters}},
        "sort": [{"updated_at": "desc"}, "case_id"],
        "size": MOST_FOUND,
        "_source": ["case_id", "updated_at"],
    }


def hit(search: SavedSearch, case_id: str, at: datetime, *, is_late: bool = False) -> SearchHit:
    """The one word about a search and a case."""
    return SearchHit(
        hit_id="H" + digest("search-hit", search.search_id, case_id),
        search_id=search.search_id,
        case_id=case_id,
        at=at,
        is_late=is_late,
    )


def a_week(found: int, weeks: int) -> float:
    """How many cases a search would have told of in a week."""
    return round(found / weeks, 1)
