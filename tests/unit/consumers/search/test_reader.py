"""Nothing that a query says gets around the scope."""

from datetime import date
from typing import Any

import pytest
from elasticsearch import BadRequestError

from consumers.search.queries import filter_clauses
from consumers.search.query_language import parse_query
from consumers.search.reader import IndexReader, SearchRefused
from consumers.statistics.numbers import statistics_body

SCOPE = {"term": {"territories": "411002"}}


class Client:
    """Keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def search(self, **arguments: Any) -> Any:
        self.asked = arguments
        return type("Answer", (), {"body": {}})


def asked(body: dict[str, Any], point: str = "") -> dict[str, Any]:
    client = Client()
    IndexReader(client, "cases", SCOPE).search(body, point=point)  # type: ignore[arg-type]
    return client.asked


@pytest.mark.parametrize(
    "body", [{}, {"query": {"match_all": {}}}, {"query": {"bool": {"should": [{"match_all": {}}]}}}]
)
@pytest.mark.parametrize("point", ["", "kept"])
def test_the_scope_is_a_filter_around_every_query(body: dict[str, Any], point: str) -> None:
    found = asked(body, point)
    assert found["query"]["bool"]["filter"] == [SCOPE]
    assert found["query"]["bool"]["must"] == [body.get("query", {"match_all": {}})]
    assert ("index" in found) is not bool(point)


@pytest.mark.parametrize(
    "body",
    [
        {"suggest": {}},
        {"post_filter": {}},
        {"knn": {}},
        {"retriever": {}},
        {"aggs": {"x": {"global": {}}}},
        {"aggs": {"x": {"terms": {"field": "unit"}, "aggs": {"y": {"global": {}}}}}},
    ],
)
def test_parts_of_a_request_that_see_beyond_the_query_are_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="may not use"):
        asked(body)


def test_what_the_index_will_not_take_is_told_apart_from_an_index_that_is_away() -> None:
    meta: Any = None

    class Refusing:
        def search(self, **arguments: Any) -> Any:
            raise BadRequestError("too_many_clauses", meta, {})

    with pytest.raises(SearchRefused):
        IndexReader(Refusing(), "cases", SCOPE).search({})  # type: ignore[arg-type]


class SharingClient:
    """Knows two imprints that stand on several cases; of one these are volumes of one matter."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def search(self, **arguments: Any) -> Any:
        self.asked.append(arguments)
        buckets = [{"key": "a", "matters": {"value": 2}}, {"key": "b", "matters": {"value": 1}}]
        found = {"aggregations": {"answers": {"buckets": buckets}}} if len(self.asked) == 1 else {}
        return type("Answer", (), {"body": found})


@pytest.mark.parametrize("point", ["", "kept"])
def test_shared_answers_are_those_of_several_matters_in_the_same_scope_at_the_same_moment(point: str) -> None:
    client = SharingClient()
    clauses = filter_clauses(parse_query("same_answer:yes open:no"), date(2026, 4, 1))
    IndexReader(client, "cases", SCOPE).search({"query": {"bool": clauses}}, point=point)  # type: ignore[arg-type]
    first, second = client.asked
    assert [asked["query"]["bool"]["filter"] for asked in client.asked] == [[SCOPE], [SCOPE]]
    assert first.get("pit") == second.get("pit")
    assert {"terms": {"answers": ["a"]}} in second["query"]["bool"]["must"][0]["bool"]["filter"][1]["bool"]["filter"]


def test_statistics_ask_once_for_all_their_groups() -> None:
    client = SharingClient()
    body = statistics_body("", "county", date(2026, 4, 1))
    IndexReader(client, "cases", SCOPE).search(body)  # type: ignore[arg-type]
    assert len(client.asked) == 2
    assert str(client.asked[1]).count("{'terms': {'answers': ['a']}}") == 2
    assert "'of'" not in str(client.asked[1])


class OneCaseClient(SharingClient):
    """Sees one case, which was given two answers."""

    def __init__(self, *hits: dict[str, Any]) -> None:
        super().__init__()
        self._hits = [{"_source": hit} for hit in hits]

    def search(self, **arguments: Any) -> Any:
        self.asked.append(arguments)
        return type("Answer", (), {"body": {"hits": {"hits": self._hits}} if len(self.asked) == 1 else {}})


@pytest.mark.parametrize(
    ("hits", "found"),
    [
        (
            [{"answers": ["a", "b"], "matter": "C1"}],
            {
                "bool": {
                    "filter": [{"terms": {"answers": ["a", "b"]}}],
                    "must_not": [{"term": {"matter": "C1"}}],
                }
            },
        ),
        ([], {"terms": {"answers": []}}),
    ],
    ids=["seen", "not-seen"],
)
def test_like_a_case_are_answers_of_other_matters_where_the_case_can_be_seen(
    hits: list[dict[str, Any]], found: dict[str, Any]
) -> None:
    client = OneCaseClient(*hits)
    clauses = filter_clauses(parse_query("answered_like:C2"), date(2026, 4, 1))
    IndexReader(client, "cases", SCOPE).search({"query": {"bool": clauses}})  # type: ignore[arg-type]
    first, second = client.asked
    assert {"term": {"case_id": "C2"}} in first["query"]["bool"]["must"][0]["bool"]["filter"]
    assert first["query"]["bool"]["filter"] == [SCOPE]
    (like,) = second["query"]["bool"]["must"][0]["bool"]["filter"][0]["bool"]["should"]
    assert like["bool"]["filter"] == [found]


def test_what_does_not_ask_for_shared_answers_is_one_request() -> None:
    client = SharingClient()
    clauses = filter_clauses(parse_query("came_again:yes"), date(2026, 4, 1))
    IndexReader(client, "cases", SCOPE).search({"query": {"bool": clauses}})  # type: ignore[arg-type]
    assert len(client.asked) == 1
