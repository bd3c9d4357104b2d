"""Who refuses cases, and who was wrong: the statistics of "not ours" over the index. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.terms import CaseStatus

MOST_UNITS = 1_000


@dataclass(frozen=True, slots=True)
class UnitRefusals:
    """One unit: in how many cases it refused, and in how many it was wrong, as the refusing or the sending one."""

    unit: str
    refused: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Refusals:
    """The refusals of all cases that were not merged into others."""

    cases: int
    refused_cases: int
    refusals: int
    irregular_cases: int
    unowned_cases: int
    """Cases without an accountable unit: there must be none."""
    units: tuple[UnitRefusals, ...]
    """Those that were wrong most often first."""


def refusals_body() -> dict[str, Any]:
    """The request body of the statistics."""
    refused = {"range": {"refusal_count": {"gt": 0}}}
    return {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"must_not": [{"term": {"status": CaseStatus.MERGED.value}}]}},
        "aggs": {
            "refusing": {"terms": {"field": "refusing_units", "size": MOST_UNITS}},
            "wrong": {"terms": {"field": "wrong_units", "size": MOST_UNITS}},
            "refused": {"filter": refused, "aggs": {"total": {"sum": {"field": "refusal_count"}}}},
            "irregular": {"filter": {"range": {"irregular_count": {"gt": 0}}}},
            "unowned": {"filter": {"bool": {"should": [{"term": {"unit": ""}}, _lacks("unit")]}}},
        },
    }


def refusals(answer: Mapping[str, Any]) -> Refusals:
    """What the index answered."""
    found = answer["aggregations"]
    refusing, wrong = (_counts(found[name]) for name in ("refusing", "wrong"))
    units = [UnitRefusals(unit, refusing.get(unit, 0), wrong.get(unit, 0)) for unit in {**refusing, **wrong}]
    return Refusals(
        cases=answer["hits"]["total"]["value"],
        refused_cases=found["refused"]["doc_count"],
        refusals=int(found["refused"]["total"]["value"]),
        irregular_cases=found["irregular"]["doc_count"],
        unowned_cases=found["unowned"]["doc_count"],
        units=tuple(sorted(units, key=lambda one: (-one.wrong, -one.refused, one.unit))),
    )


def _lacks(field: str) -> dict[str, Any]:
    return {"bool": {"must_not": [{"exists": {"field": field}}]}}


def _counts(terms: Mapping[str, Any]) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in terms["buckets"]}
