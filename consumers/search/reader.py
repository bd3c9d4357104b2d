"""The one way to read the index of cases. What a viewer may not see is left out here, whatever the query says."""

from collections.abc import Mapping
from typing import Any, Final

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError, TransportError

from consumers.search.index import alias_of
from consumers.search.shared_answers import answers_body, answers_clause, wanted_answers, with_answers
from schemas.settings import Settings

KEEP_ALIVE: Final = "2m"
EVERYTHING: Final[Mapping[str, Any]] = {"match_all": {}}
_ALLOWED: Final = frozenset(
    {"query", "size", "sort", "search_after", "track_total_hits", "_source", "highlight", "aggs", "timeout"}
)
"""Parts of a request that see nothing beyond its query. A suggester, for one, would speak of the whole index."""
_BEYOND_THE_QUERY: Final = frozenset({"global"})


class IndexUnavailable(RuntimeError):
    """The index does not answer; come again later."""


class SearchRefused(IndexUnavailable):
    """The index answers, and will not be asked this: asking again later does not help."""


class PointLost(LookupError):
    """The moment that a result was paged through is no longer kept."""


class IndexReader:
    """Reads one index within one scope."""

    def __init__(self, client: Elasticsearch, alias: str, scope: Mapping[str, Any] = EVERYTHING) -> None:
        """`scope` is put around every query."""
        self._client = client
        self._alias = alias
        self._scope = scope

    def search(self, body: Mapping[str, Any], *, point: str = "") -> dict[str, Any]:
        """The answer to a request body; with `point` as of that moment. Raises `IndexUnavailable`, `PointLost`.

        A body that the index will not take, such as one with too many clauses, raises `SearchRefused`.
        Where it asks for answers that other matters were given too, those are looked up first, in the same scope.
        """
        names = wanted_answers(body)
        if names:
            clauses = {name: answers_clause(name, self._answer(answers_body(name), point)) for name in names}
            body = with_answers(body, clauses)
        return self._answer(body, point)

    def _answer(self, body: Mapping[str, Any], point: str) -> dict[str, Any]:
        target: dict[str, Any] = {"pit": {"id": point, "keep_alive": KEEP_ALIVE}} if point else {"index": self._alias}
        try:
            return dict(self._client.search(**target, **_arguments(self.scoped(body))).body)
        except NotFoundError:
            raise (PointLost if point else IndexUnavailable)(self._alias) from None
        except BadRequestError as error:
            raise SearchRefused(type(error).__name__) from None
        except (ApiError, TransportError) as error:
            raise IndexUnavailable(type(error).__name__) from None

    def open_point(self) -> str:
        """Keep the present moment for paging; it is forgotten two minutes after it was last used."""
        try:
            return str(self._client.open_point_in_time(index=self._alias, keep_alive=KEEP_ALIVE).body["id"])
        except (ApiError, TransportError) as error:
            raise IndexUnavailable(type(error).__name__) from None

    def close_point(self, point: str) -> None:
        """Forget that moment now."""
        try:
            self._client.options(ignore_status=404).close_point_in_time(id=point)
        except (ApiError, TransportError) as error:
            raise IndexUnavailable(type(error).__name__) from None

    def scoped(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as it is sent; raises `ValueError` for parts that see beyond the query."""
        foreign = set(body) - _ALLOWED
        if foreign or _names(body.get("aggs", {})) & _BEYOND_THE_QUERY:
            raise ValueError(f"a search may not use {', '.join(sorted(foreign)) or 'global counts'}")
        query = body.get("query", EVERYTHING)
        return {**body, "query": {"bool": {"must": [query], "filter": [self._scope]}}}


def all_cases(client: Elasticsearch, settings: Settings) -> IndexReader:
    """Every case, for the operator of the instance; officials read within their scope."""
    return IndexReader(client, alias_of(settings))


def _names(aggregations: Any) -> set[str]:
    """All names within aggregations, so that none reaches around the query at any depth."""
    if not isinstance(aggregations, Mapping):
        return set()
    return set(aggregations).union(*(_names(part) for part in aggregations.values()))


def _arguments(body: dict[str, Any]) -> dict[str, Any]:
    """The client names one field otherwise, because it starts with an underscore."""
    return {name.removeprefix("_"): value for name, value in body.items()}
