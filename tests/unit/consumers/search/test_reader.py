"""Nothing that a query says gets around the scope."""

from typing import Any

import pytest

from consumers.search.reader import IndexReader

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
