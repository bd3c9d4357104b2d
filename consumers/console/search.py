"""Search as a page: the address says all of it, so it can be sent to somebody and the way back works."""

import re
from dataclasses import replace
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.cases import Search, found_page
from consumers.api.views import NAME
from consumers.console.entry import SEE_OTHER
from consumers.console.pages import Pages
from consumers.console.query_links import chosen, marked, taken_apart, with_filter
from consumers.rights.viewer import Right, Viewer
from consumers.search.query_language import MOST_CHARACTERS, QueryError
from schemas.cleaning import identifier

SIZE: Final = 20
RECORD: Final = re.compile(r"[\w(〔\[][\w()〔〕\[\]-]{2,63}")
"""What the number of a record in a county's system looks like, in its one form: 信访(2024)15号."""
FACETS: Final = ("status", "unit", "category", "issue", "channel", "ground", "sector", "county")
"""In the order of the page; each is a filter of the same name."""


def search_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The page of search."""
    routes = APIRouter()

    @routes.get("/search")
    def search_page(
        request: Request,
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.CASES))],
        q: Annotated[str, Query(max_length=MOST_CHARACTERS)] = "",
        sort: Literal["relevance", "newest", "oldest", "due"] = "relevance",
        within: Annotated[str, Query(max_length=MOST_CHARACTERS)] = "",
        cursor: Annotated[str, Query(max_length=8_000)] = "",
    ) -> Response:
        """Results with facets; only the further hits where a script asks for the next page."""
        number = "" if within or cursor else _number(backend, viewer, q)
        if number:
            return RedirectResponse(number, SEE_OTHER)
        is_part = bool(cursor) and "hx-request" in request.headers
        asked = Search(q, sort, SIZE, not is_part, cursor, within)
        shown: dict[str, Any] = {"q": q, "sort": sort, "within": within}
        try:
            found = found_page(backend, viewer, asked)
            shown |= {"found": found, "chosen": chosen(q), "facets": facets(q, found["facets"]), "wrong": None}
            shown["apart"] = None if found["total"] else _apart(backend, viewer, asked)
        except QueryError as error:
            shown |= {"found": None, "chosen": [], "facets": {}, "wrong": (error, marked(q, error.at))}
        may_export = Right.EXPORT in viewer.rights
        template = "hits.html" if is_part else "search.html"
        status = 400 if shown["wrong"] else 200
        return pages.page(request, template, viewer, status=status, may_export=may_export, **shown)

    return routes


def _number(backend: Backend, viewer: Viewer, q: str) -> str:
    """Where to go for who typed the number of a case, a petition or a county's record; empty for other words."""
    typed = q.strip()
    if NAME.fullmatch(typed):
        return f"/cases/{typed}"
    number = identifier(typed)
    if not RECORD.fullmatch(number) or not any(char.isdigit() for char in number):
        return ""
    by_record = with_filter("", "record", number)
    found = found_page(backend, viewer, Search(by_record, size=1))["total"]
    return f"/search?q={quote(by_record)}" if found else ""


def _apart(backend: Backend, viewer: Viewer, asked: Search) -> tuple[str, int] | None:
    """Where nothing was found: the same words not side by side, and how many cases have them; None where none has."""
    apart = taken_apart(asked.q)
    total = found_page(backend, viewer, replace(asked, q=apart, size=1))["total"] if apart != asked.q else 0
    return (apart, total) if total else None


def facets(q: str, counted: dict[str, dict[str, int]]) -> dict[str, list[tuple[str, int, str]]]:
    """Facet → value, count and the narrower query; without those that would not narrow anything."""
    taken = {(one.name, one.value) for one in chosen(q) if not one.is_excluded}
    found = {}
    for name in FACETS:
        values = [
            (value, count, with_filter(q, name, value))
            for value, count in counted.get(name, {}).items()
            if value and (name, value) not in taken
        ]
        if len(values) > 1 or (values and len(counted[name]) > 1):
            found[name] = values
    return found
