"""The query language, and the searches it becomes. Pure: a query string in, a request body out.

A query is a list of terms; all of them must hold.
    拖欠工资            this phrase, character by character, in a title or a text
    "third ring road"   the same for a phrase with spaces
    -保安               not this phrase
    place:4110          a filter, by code; `place:建安区` by a part of the name
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from schemas.terms import CaseStatus, Channel, Ground, Level, Term

QUOTES: Final = {'"': '"', "“": "”", "「": "」", "『": "』"}
TEXT_FIELDS: Final = ("titles^3", "bodies")
NAME_FIELDS: Final = ("place_name.text", "unit_name.text")
FACETS: Final = {
    "status": "status",
    "category": "category_name",
    "unit": "unit_name",
    "channel": "channels",
    "county": "home",
    "ground": "ground",
}
SORTS: Final[dict[str, list[Any]]] = {
    "relevance": ["_score", {"opened_at": "desc"}, "case_id"],
    "newest": [{"last_received_at": "desc"}, "case_id"],
    "oldest": [{"opened_at": "asc"}, "case_id"],
    "due": [{"next_due_on": {"order": "asc", "missing": "_last"}}, "case_id"],
}
_FILTER = re.compile(r"([a-z_]+):")


class QueryError(ValueError):
    """A query that cannot be understood: what is wrong, and at which character (the first is 1)."""

    def __init__(self, problem: str, at: int) -> None:
        """Keep the place beside the message."""
        super().__init__(f"{problem} (at character {at})")
        self.problem = problem
        self.at = at


@dataclass(frozen=True, slots=True)
class Phrase:
    """Characters that must (or must not) follow one another somewhere in the text."""

    text: str
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for."""

    phrases: tuple[Phrase, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Filter name → values, any of which will do."""

    def narrowed(self, filters: Mapping[str, Iterable[str]]) -> "Query":
        """The same with more filters, as the options of a command give them; values are checked as in a query."""
        merged = dict(self.filters)
        for name, values in filters.items():
            checked = tuple(_checked(name, value, 1) for value in values)
            if checked:
                merged[name] = merged.get(name, ()) + checked
        return Query(self.phrases, merged)


def parse_query(text: str) -> Query:
    """Read a query; a wrong one raises `QueryError`, which says where."""
    phrases: list[Phrase] = []
    filters: dict[str, tuple[str, ...]] = {}
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        named = _FILTER.match(text, at)
        if named:
            value, end = _value(text, named.end())
            name = named.group(1)
            filters[name] = (*filters.get(name, ()), _checked(name, value, at + 1))
        else:
            is_excluded = text[at] in "-－"
            value, end = _value(text, at + is_excluded)
            phrases.append(Phrase(value, is_excluded))
        at = end
    return Query(tuple(phrases), filters)


def search_body(
    query: Query,
    *,
    today: date,
    size: int = 10,
    sort: str = "relevance",
    after: list[Any] | None = None,
    with_facets: bool = False,
) -> dict[str, Any]:
    """The request body of a search; merged cases stay out unless they are asked for by status."""
    if sort not in SORTS:
        raise QueryError(f"unknown order {sort}, known are: {', '.join(SORTS)}", 1)
    body: dict[str, Any] = {
        "query": {"bool": _clauses(query, today)},
        "size": size,
        "sort": SORTS[sort],
        "track_total_hits": True,
        "_source": {"excludes": ["bodies", "story"]},
        "highlight": {
            "pre_tags": ["【"],
            "post_tags": ["】"],
            "fields": {
                "titles": {"number_of_fragments": 1},
                "bodies": {"fragment_size": 60, "number_of_fragments": 2},
            },
        },
    }
    if after is not None:
        body["search_after"] = after
    if with_facets:
        body["aggs"] = {name: {"terms": {"field": source, "size": 20}} for name, source in FACETS.items()}
    return body


def lookup_body(name: str) -> dict[str, Any]:
    """Find the case that a case id, a petition id or a county's record number belongs to."""
    fields = ("case_id", "petition_ids", "record_nos")
    return {
        "query": {"bool": {"should": [{"term": {field: name}} for field in fields], "minimum_should_match": 1}},
        # A merged case still lists its petitions: the one that took them over comes first.
        "sort": [{"merged_into": {"order": "asc", "missing": "_first"}}, "case_id"],
        "size": 20,
    }


def _value(text: str, at: int) -> tuple[str, int]:
    """The word or quoted phrase that starts at a position, and where it ends."""
    if at < len(text) and text[at] in QUOTES:
        end = text.find(QUOTES[text[at]], at + 1)
        if end < 0:
            raise QueryError("the quotation is not closed", at + 1)
        value, end = text[at + 1 : end].strip(), end + 1
    else:
        end = next((i for i in range(at, len(text)) if text[i].isspace() or text[i] in QUOTES), len(text))
        value = text[at:end]
    if not any(char.isalnum() for char in value):
        raise QueryError("a word is missing", at + 1)
    return value, end


def _one_of(terms: type[Term], value: str, at: int) -> str:
    found = next((term.value for term in terms if value in (term.value, term.label)), None)
    if found is None:
        raise QueryError(f"unknown value, known are: {', '.join(term.value for term in terms)}", at)
    return found


def _checked(name: str, value: str, at: int) -> str:
    """The value in the form that the index holds, if the filter exists and can have it."""
    if name in ("from", "to"):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise QueryError(f"{name}: is not a day, write it like 2026-03-31", at) from None
    if name in _CLOSED:
        return _one_of(_CLOSED[name], value, at)
    if name in _FLAGS:
        if value not in ("yes", "no"):
            raise QueryError(f"{name}: is either yes or no", at)
        return value
    if name not in _OPEN:
        known = ", ".join([*_OPEN, *_CLOSED, *_FLAGS, "from", "to"])
        raise QueryError(f"there is no filter {name}: (known are {known}); quote it to search for the words", at)
    return value


_CLOSED: Final[dict[str, type[Term]]] = {"status": CaseStatus, "channel": Channel, "ground": Ground, "level": Level}
_FLAGS: Final = ("overdue", "collective", "open", "refused", "irregular")
_OPEN: Final[dict[str, tuple[str, str]]] = {
    "unit": ("unit", "unit_name.text"),
    "place": ("place_path", "place_name.text"),
    "category": ("category", "category_name"),
    "county": ("home", "place_name.text"),
    "record": ("record_nos", "record_nos"),
    "source": ("sources", "sources"),
    "wrong": ("wrong_units", "wrong_units"),
}
"""Filter → field of the code, field of the name."""
_FIELD_OF_CLOSED: Final = {"status": "status", "channel": "channels", "ground": "ground", "level": "unit_level"}


def _clauses(query: Query, today: date) -> dict[str, Any]:
    wanted = [_phrase(phrase.text) for phrase in query.phrases if not phrase.is_excluded]
    excluded = [_phrase(phrase.text) for phrase in query.phrases if phrase.is_excluded]
    if "status" not in query.filters:
        excluded.append({"term": {"status": CaseStatus.MERGED.value}})
    words = " ".join(phrase.text for phrase in query.phrases if not phrase.is_excluded)
    ranked = {"multi_match": {"query": words, "fields": ["titles.pairs^2", "bodies.pairs"], "type": "most_fields"}}
    return {
        "must": wanted or [{"match_all": {}}],
        "must_not": excluded,
        "should": [ranked] if words else [],
        "filter": [_filter(name, values, today) for name, values in sorted(query.filters.items())],
    }


def _phrase(text: str) -> dict[str, Any]:
    return {"multi_match": {"query": text, "type": "phrase", "fields": [*TEXT_FIELDS, *NAME_FIELDS]}}


def _filter(name: str, values: tuple[str, ...], today: date) -> dict[str, Any]:
    if name in ("from", "to"):
        bound = {"gte": max(values)} if name == "from" else {"lte": min(values)}
        return {"range": {"last_received_at": bound | {"time_zone": "+08:00"}}}
    if name in _FLAGS:
        return _flag(name, today) if values[-1] == "yes" else {"bool": {"must_not": [_flag(name, today)]}}
    if name in _FIELD_OF_CLOSED:
        return {"terms": {_FIELD_OF_CLOSED[name]: list(values)}}
    return {"bool": {"should": [_named(name, value) for value in values], "minimum_should_match": 1}}


def _flag(name: str, today: date) -> dict[str, Any]:
    match name:
        case "overdue":
            return {"range": {"next_due_on": {"lt": today.isoformat()}}}
        case "collective":
            return {"term": {"is_collective": True}}
        case "refused":
            return {"range": {"refusal_count": {"gt": 0}}}
        case "irregular":
            return {"range": {"irregular_count": {"gt": 0}}}
        case _:
            return {"term": {"is_open": True}}


def _named(name: str, value: str) -> dict[str, Any]:
    code_field, name_field = _OPEN[name]
    if value.isascii() or code_field == name_field:
        return {"term": {code_field: value}}
    return {"match_phrase": {name_field: value}}
