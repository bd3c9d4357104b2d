"""Ask the index: search, page through a result, and find one case by any of its names."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from consumers.search.queries import foreign_body, lookup_body, search_body, standing_body
from consumers.search.query_language import Query
from consumers.search.reader import IndexReader

LONGEST_MERGE_CHAIN = 20
PAGE = 500
LEAST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """One found case: its document without the texts, and where the words were found."""

    case: Mapping[str, Any]
    highlights: tuple[str, ...]
    sort: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a search."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]
    missing: int = 0
    """How many of the words a hit may lack, because no case has all of them."""


class NoSuchCase(LookupError):
    """Nothing in the index has this name."""


def search(reader: IndexReader, query: Query, *, today: date, point: str = "", **options: Any) -> Found:
    """One page of cases, with `point` as of that moment; `options` as for `search_body`."""
    answer = reader.search(search_body(query, today=today, **options), point=point)
    facets = {
        name: {bucket["key"]: bucket["doc_count"] for bucket in facet["buckets"]}
        for name, facet in answer.get("aggregations", {}).items()
    }
    return Found(answer["hits"]["total"]["value"], tuple(_hit(hit) for hit in answer["hits"]["hits"]), facets)


def search_kindly(reader: IndexReader, query: Query, **options: Any) -> Found:
    """As `search`; where nothing has all words and there are three or more, one of them may be missing.

    A clerk remembers a word too many. `Found.missing` says so, so that nobody takes it for what was asked.
    """
    found = search(reader, query, **options)
    if found.total or len(query.wanted) < LEAST_WORDS:
        return found
    return replace(search(reader, query, missing=1, **options), missing=1)


def walk(reader: IndexReader, query: Query, **options: Any) -> Iterator[Mapping[str, Any]]:
    """Every case that a search finds, the oldest first, as of one moment, without the texts."""
    point = reader.open_point()
    try:
        after: tuple[Any, ...] | None = None
        while True:
            page = search(reader, query, point=point, size=PAGE, sort="oldest", after=after, **options)
            yield from (hit.case for hit in page.hits)
            if len(page.hits) < PAGE:
                return
            after = page.hits[-1].sort
    finally:
        reader.close_point(point)


def find_cases(reader: IndexReader, name: str) -> list[Mapping[str, Any]]:
    """The cases with this case id, petition id or record number; a merged one is replaced by what took it over."""
    hits = reader.search(lookup_body(name))["hits"]["hits"]
    found = [_following(reader, hit["_source"]) for hit in hits]
    if not found:
        raise NoSuchCase(name)
    return list({case["case_id"]: case for case in found}.values())


def cases_seen(reader: IndexReader, names: Collection[str]) -> set[str]:
    """Which of these cases the reader can see; so few as fit into one request."""
    if not names:
        return set()
    hits = reader.search(foreign_body(names))["hits"]["hits"]
    return {hit["_source"]["case_id"] for hit in hits}


def standings(reader: IndexReader, names: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Whether these cases are open and what they owe next; of those that the reader can see, as `cases_seen`."""
    if not names:
        return {}
    hits = reader.search(standing_body(names))["hits"]["hits"]
    return {hit["_source"]["case_id"]: hit["_source"] for hit in hits}


def _following(reader: IndexReader, case: Mapping[str, Any]) -> Mapping[str, Any]:
    for _ in range(LONGEST_MERGE_CHAIN):
        if not case["merged_into"]:
            break
        hits = reader.search({"query": {"ids": {"values": [case["merged_into"]]}}})["hits"]["hits"]
        if not hits:
            break
        case = hits[0]["_source"]
    return case


def _hit(hit: Mapping[str, Any]) -> Hit:
    fragments = [fragment for found in hit.get("highlight", {}).values() for fragment in found]
    return Hit(hit["_source"], tuple(fragments), tuple(hit["sort"]))
