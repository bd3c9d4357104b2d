"""Labelled queries: each means a kind of matter that is invented, and the figures are those of the books."""

import pytest

from deploy.demo.corpus import corpus
from deploy.demo.truth import TruthRow
from deploy.labelled_search import kinds_in, kinds_of, labelled_queries, ndcg, reciprocal_rank

ROWS = (
    TruthRow("411302", "l.csv", 1, "1", "registered", kind="site-wages-unpaid", category="labour"),
    TruthRow("411302", "l.csv", 2, "2", "registered", kind="factory-wages-unpaid", category="labour"),
    TruthRow("411303", "l.csv", 1, "1", "registered", kind="lift-faults", category="housing"),
    TruthRow("411303", "l.csv", 2, "2", "rejected"),
)


def test_there_are_sixty_queries_and_every_kind_of_matter_is_meant_by_one() -> None:
    queries = labelled_queries()
    assert len(queries) == 60
    assert set(queries.values()) == {kind.code for kind in corpus().kinds}


@pytest.mark.parametrize(
    ("source", "numbers", "kinds"),
    [
        ("411302", ["1"], {"site-wages-unpaid"}),
        ("411302", ["1", "2"], {"site-wages-unpaid", "factory-wages-unpaid"}),
        ("411303", ["1"], {"lift-faults"}),
        ("411303", ["2"], set()),
    ],
)
def test_a_case_is_of_the_kinds_of_its_petitions(source: str, numbers: list[str], kinds: set[str]) -> None:
    assert kinds_in({"sources": [source], "record_nos": numbers}, kinds_of(ROWS)) == kinds


@pytest.mark.parametrize(
    ("right", "held", "expected"),
    [
        ([True, True, False], 2, 1.0),
        ([], 1, 0.0),
        ([False, True], 1, 0.631),
        ([True, False, True], 2, 0.920),
        ([True], 2, 0.613),
        ([False], 0, 0.0),
        ([True] * 10, 30, 1.0),
    ],
)
def test_ndcg_is_the_gain_over_that_of_the_best_order(right: list[bool], held: int, expected: float) -> None:
    assert ndcg(right, held) == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(
    ("right", "expected"), [([True], 1.0), ([False, False, True], 1 / 3), ([False], 0.0), ([], 0.0)]
)
def test_the_first_right_hit_gives_the_rank(right: list[bool], expected: float) -> None:
    assert reciprocal_rank(right) == expected
