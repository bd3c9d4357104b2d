"""Queries that a click makes: one more filter, or one less. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from consumers.search.query_language import QUOTES, QueryTerm, query_terms

_PHRASE: Final = re.compile(r"(?:[\u4e00-\u9fff]{2}){2,4}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """One filter of a query, and the query without it."""

    name: str
    value: str
    without: str
    is_excluded: bool = False


def with_filter(query: str, name: str, value: str) -> str:
    """The query narrowed by one more filter."""
    return f"{query} {name}:{_quoted(value)}".strip()


def without_filter(query: str, name: str) -> str:
    """The query without the filters of a name that choose; those that exclude stay."""
    for term in reversed(list(query_terms(query))):
        if term.name == name and not term.is_excluded:
            query = _without(query, term)
    return query


def chosen(query: str) -> list[Chosen]:
    """The filters of a query in their order; raises `QueryError`."""
    return [
        Chosen(term.name, term.value, _without(query, term), term.is_excluded)
        for term in query_terms(query)
        if term.name
    ]


def marked(query: str, at: int) -> tuple[str, str, str]:
    """A wrong query in three parts: before the place where it is wrong, the word there, and after it."""
    start = min(at - 1, len(query))
    end = next((place for place in range(start, len(query)) if query[place].isspace()), len(query))
    return query[:start], query[start:end], query[end:]


def taken_apart(query: str) -> str:
    """The query with phrases of four, six or eight characters as words of two, which need not stand side by side."""
    apart = query
    for term in reversed(list(query_terms(query))):
        written = query[term.start : term.end]
        if not term.name and not term.is_excluded and _PHRASE.fullmatch(written):
            words = " ".join(written[at : at + 2] for at in range(0, len(written), 2))
            apart = apart[: term.start] + words + apart[term.end :]
    return apart


def _without(query: str, term: QueryTerm) -> str:
    return " ".join(_parts(query[: term.start].strip(), query[term.end :].strip()))


def _parts(*texts: str) -> Iterator[str]:
    yield from (text for text in texts if text)


def _quoted(value: str) -> str:
    """Quoted where the value would end too early otherwise."""
    is_one_word = not any(char.isspace() or char in QUOTES or char in QUOTES.values() for char in value)
    return value if is_one_word else f'"{value}"'
