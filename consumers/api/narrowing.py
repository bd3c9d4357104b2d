"""A second query that has to hold beside the typed one: what a statistic counted, to be looked at."""

from consumers.api.backend import Backend
from consumers.api.errors import ApiProblem
from consumers.search.query_language import Query, QueryError


def narrower(backend: Backend, within: str) -> Query | None:
    """The second query; a mistake in it is told apart from one in the typed query."""
    try:
        return backend.query(within) if within else None
    except QueryError as error:
        raise ApiProblem(400, "bad_query", error.problem, field="within", at=error.at) from None
