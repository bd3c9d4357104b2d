"""One answer text on several unrelated matters: which texts those are, of what a viewer may see. Pure.

No document can know it of itself: it takes the other cases. So a query says `same_answer:yes`, and whoever reads the
index asks first, within the same scope, which imprints stand on several matters (`IndexReader`). Nobody's number
follows from cases that he may not see.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from schemas.terms import CaseStatus, Verdict

MOST_TEXTS: Final = 10_000
"""Texts that stand on several matters, the most used first; cases of any further ones are not counted."""
_SHARED: Final[dict[str, Any]] = {"terms": {"answers": {"shared": True}}}
"""Stands for the shared imprints until they are known; the index refuses a query in which it was left."""
ONE_OR_SEVERAL: Final = {"field": "matter", "precision_threshold": 10, "execution_hint": "direct"}
"""It is enough to tell one matter from several. By its defaults Elasticsearch would keep a bit for each case of the
index and each text: six times as slow, and too much for a small heap."""
_UNSURE: Final = {"term": {"verdicts": Verdict.UNSURE.value}}
"""People are asked whether such a case is one matter with another: until they have judged it counts for none."""


def same_answer() -> dict[str, Any]:
    """The clause of cases whose answer stands on another matter as well."""
    return {"bool": {"filter": [_SHARED], "must_not": [_UNSURE]}}


def asks_for_shared(body: Any) -> bool:
    """Whether the shared imprints must be known to ask this."""
    match body:
        case Mapping():
            return body == _SHARED or any(asks_for_shared(part) for part in body.values())
        case list() | tuple():
            return any(asks_for_shared(part) for part in body)
    return False


def with_shared(body: Any, digests: Sequence[str]) -> Any:
    """The same request, with these imprints where it asks for the shared ones."""
    match body:
        case Mapping():
            if body == _SHARED:
                return {"terms": {"answers": list(digests)}}
            return {name: with_shared(part, digests) for name, part in body.items()}
        case list() | tuple():
            return [with_shared(part, digests) for part in body]
    return body


def shared_body() -> dict[str, Any]:
    """The request for the imprints that stand on several cases; volumes of one matter are one."""
    return {
        "query": {
            "bool": {
                "filter": [{"exists": {"field": "answers"}}],
                "must_not": [{"term": {"status": CaseStatus.MERGED.value}}, _UNSURE],
            }
        },
        "size": 0,
        "track_total_hits": False,
        "aggs": {
            "answers": {
                "terms": {"field": "answers", "min_doc_count": 2, "size": MOST_TEXTS},
                "aggs": {"matters": {"cardinality": ONE_OR_SEVERAL}},
            }
        },
    }


def shared(answer: Mapping[str, Any]) -> list[str]:
    """The imprints that stand on more than one matter."""
    found = answer["aggregations"]["answers"]["buckets"]
    return [bucket["key"] for bucket in found if bucket["matters"]["value"] > 1]
