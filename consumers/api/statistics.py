"""Numbers of what the viewer may see, with their definitions and the searches behind them."""

from datetime import date
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.completeness import completeness_of
from consumers.rights.viewer import Right, Viewer
from consumers.search.days import today
from consumers.search.query_language import MOST_CHARACTERS
from consumers.statistics.numbers import NUMBERS, statistics, statistics_body

By = Literal["", "unit", "county", "city", "category", "channel", "accused", "refusing", "month"]
"""How the numbers are split up; not at all by nothing."""


class Figure(BaseModel):
    """One number."""

    name: str
    value: int
    within: str
    """Given to a search or an export beside the same query, it finds exactly the cases that were counted."""


class Group(BaseModel):
    """The numbers of one unit, county, category, channel or month."""

    key: str
    figures: list[Figure]


class Definition(BaseModel):
    """What a number means."""

    name: str
    label: str
    definition: str
    definition_en: str


class SilentCounty(BaseModel):
    """A county, and for how many days in a row nothing was reported."""

    county: str
    days: int


class CountyWithGaps(BaseModel):
    """A county, and days of which it has said nothing, not even that there was nothing."""

    county: str
    days: list[date]


class CompletenessBody(BaseModel):
    """Whether every county that concerns the viewer has reported what it received."""

    is_complete: bool
    """False also where nobody can tell."""
    first: date
    last: date
    counties: int
    """How many have to report; with 0 nobody can tell."""
    silent: list[SilentCounty]
    late: list[SilentCounty]
    missing: list[CountyWithGaps]
    """Of the others those that have left days out."""


class StatisticsBody(BaseModel):
    """The numbers of a set of cases."""

    completeness: CompletenessBody
    total: list[Figure]
    groups: list[Group] = []
    definitions: list[Definition]


def statistics_routes(backend: Backend) -> APIRouter:
    """The route of statistics."""
    routes = APIRouter()

    @routes.get("/statistics", response_model=StatisticsBody)
    def numbers(
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.CASES))],
        q: Annotated[str, Query(max_length=MOST_CHARACTERS)] = "",
        by: By = "",
    ) -> Response:
        """Every number of the cases that a query finds; `by` splits them up."""
        found = numbers_of(backend, viewer, q, by) | {"completeness": completeness_of(backend, viewer, q)}
        return Response(orjson.dumps(found), media_type="application/json")

    return routes


def numbers_of(backend: Backend, viewer: Viewer, q: str = "", by: str = "") -> dict[str, Any]:
    """The numbers of the visible cases that a query finds, with their definitions; raises `QueryError`."""
    options: dict[str, Any] = {"words": backend.spelling.words, "codes": backend.units_named}
    answer = backend.cases(viewer).search(statistics_body(q, by, today(), **options))
    return statistics(answer, by) | {"definitions": DEFINITIONS}


def figures_of(backend: Backend, viewer: Viewer, q: str) -> list[dict[str, Any]]:
    """The numbers of all visible cases that a query finds; raises `QueryError`."""
    total: list[dict[str, Any]] = numbers_of(backend, viewer, q)["total"]
    return total


DEFINITIONS = [
    {"name": one.name, "label": one.label, "definition": one.definition, "definition_en": one.definition_en}
    for one in NUMBERS
]
