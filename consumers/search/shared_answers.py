"""One answer text on several unrelated matters: which texts those are, of what a viewer may see. Pure.

No document can know it of itself: it takes the others. So a query says `same_answer:yes`, or `answered_like:` with
a case, and whoever reads the index asks first, in the same scope, which imprints are meant (`IndexReader`). No number
follows from cases that its viewer may not see.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from schemas.terms import CaseStatus, Verdict

MOST_TEXTS: Final = 10_000
"""Texts that stand on several matters, the most used first; cases of any further ones are not counted."""
ANY_OTHER: Final = "*"
"""In the place of a case: the texts that stand on several matters, whichever."""
ONE_OR_SEVERAL: Final = {"field": "matter", "precision_threshold": 10, "execution_hint": "direct"}
"""It is enough to tell one matter from several. By its defaults Elasticsearch would keep a bit for each case of the
index and each text: six times as slow, and too much for a small heap."""
_UNSURE: Final = {"term": {"verdicts": Verdict.UNSURE.value}}
"""People are asked whether such a case is one matter with another: until they have judged it counts for none."""


def same_answer() -> dict[str, Any]:
    """The clause of cases whose answer stands on another matter as well."""
    return answered_like(ANY_OTHER)


def answered_like(case_id: str) -> dict[str, Any]:
    """The clause of the other matters that were answered with a text of this case."""
    return {"bool": {"filter": [_left_open(case_id)], "must_not": [_UNSURE]}}


def wanted_answers(body: Any) -> set[str]:
    """The cases, or `ANY_OTHER`, whose imprints must be known to ask this."""
    match body:
        case {"terms": {"answers": {"of": str(name)}}}:
            return {name}
        case Mapping():
            return set[str]().union(*map(wanted_answers, body.values()))
        case list() | tuple():
            return set[str]().union(*map(wanted_answers, body))
    return set()


def with_answers(body: Any, clauses: Mapping[str, Any]) -> Any:
    """The same request with these clauses where imprints were left open."""
    match body:
        case {"terms": {"answers": {"of": str(name)}}}:
            return clauses[name]
        case Mapping():
            return {name: with_answers(part, clauses) for name, part in body.items()}
        case list() | tuple():
            return [with_answers(part, clauses) for part in body]
    return body


def answers_body(name: str) -> dict[str, Any]:
    """The request for the imprints of one case, or for those that stand on several; volumes of one matter are one."""
    known = {
        "filter": [{"exists": {"field": "answers"}}],
        "must_not": [{"term": {"status": CaseStatus.MERGED.value}}, _UNSURE],
    }
    if name != ANY_OTHER:
        known["filter"].append({"term": {"case_id": name}})
        return {"query": {"bool": known}, "size": 1, "_source": ["answers", "matter"]}
    texts = {"field": "answers", "min_doc_count": 2, "size": MOST_TEXTS}
    return {
        "query": {"bool": known},
        "size": 0,
        "track_total_hits": False,
        "aggs": {"answers": {"terms": texts, "aggs": {"matters": {"cardinality": ONE_OR_SEVERAL}}}},
    }


def answers_clause(name: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """The clause that the answer to such a request stands for; it finds nothing where nothing is known."""
    if name == ANY_OTHER:
        found = answer["aggregations"]["answers"]["buckets"]
        return _with_one_of([bucket["key"] for bucket in found if bucket["matters"]["value"] > 1])
    sources = [hit["_source"] for hit in answer["hits"]["hits"]]
    if not sources:
        return _with_one_of([])
    return {
        "bool": {
            "filter": [_with_one_of(sources[0]["answers"])],
            "must_not": [{"term": {"matter": sources[0]["matter"]}}],
        }
    }


def _left_open(name: str) -> dict[str, Any]:
    """Stands for imprints until they are known; the index refuses a query in which it was left."""
    return {"terms": {"answers": {"of": name}}}


def _with_one_of(digests: Sequence[str]) -> dict[str, Any]:
    return {"terms": {"answers": list(digests)}}
