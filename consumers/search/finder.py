"""Ask the index: search, and find one case by any of its names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from elasticsearch import Elasticsearch

from consumers.search.queries import Query, lookup_body, search_body

LONGEST_MERGE_CHAIN = 20


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


class NoSuchCase(LookupError):
    """Nothing in the index has this name."""


def search(client: Elasticsearch, alias: str, query: Query, *, today: date, **options: Any) -> Found:
    """One page of cases; `options` as for `search_body`."""
    answer = client.search(index=alias, **_arguments(search_body(query, today=today, **options))).body
    facets = {
        name: {bucket["key"]: bucket["doc_count"] for bucket in facet["buckets"]}
        for name, facet in answer.get("aggregations", {}).items()
    }
    return Found(answer["hits"]["total"]["value"], tuple(_hit(hit) for hit in answer["hits"]["hits"]), facets)


def find_cases(client: Elasticsearch, alias: str, name: str) -> list[Mapping[str, Any]]:
    """The cases with this case id, petition id or record number; a merged one is replaced by what took it over."""
    hits = client.search(index=alias, **_arguments(lookup_body(name))).body["hits"]["hits"]
    found = [_following(client, alias, hit["_source"]) for hit in hits]
    if not found:
        raise NoSuchCase(name)
    return list({case["case_id"]: case for case in found}.values())


def _following(client: Elasticsearch, alias: str, case: Mapping[str, Any]) -> Mapping[str, Any]:
    for _ in range(LONGEST_MERGE_CHAIN):
        if not case["merged_into"]:
            break
        following = client.options(ignore_status=404).get(index=alias, id=case["merged_into"]).body
        if not following.get("found"):
            break
        case = following["_source"]
    return case


def _arguments(body: dict[str, Any]) -> dict[str, Any]:
    """The client names one field otherwise, because it starts with an underscore."""
    return {name.removeprefix("_"): value for name, value in body.items()}


def _hit(hit: Mapping[str, Any]) -> Hit:
    fragments = [fragment for found in hit.get("highlight", {}).values() for fragment in found]
    return Hit(hit["_source"], tuple(fragments), tuple(hit["sort"]))
