"""How well a search by its matter puts the cases of that matter first: sixty labelled queries, and their nDCG.

The generator of the demo knows what each letter is about: a case is right for a query where one of its petitions is
about a matter of the kind that is meant, and wrong else, also where it is of the same category.
"""

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from consumers.search import finder
from consumers.search.query_language import Query, parse_query
from consumers.search.reader import IndexReader
from consumers.search.words import NO_WORDS, WordList
from deploy.demo.truth import TruthRow

LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Graded:
    """How well one query did: 1.0 where no order of the cases would be better."""

    query: str
    ndcg: float
    reciprocal_rank: float
    """Of the first case that is right."""


@dataclass(frozen=True, slots=True)
class LabelledQuality:
    """The means over all labelled queries, and the queries themselves, the worst first."""

    ndcg: float
    mean_reciprocal_rank: float
    queries: tuple[Graded, ...]


def kinds_of(rows: Iterable[TruthRow]) -> dict[tuple[str, str], str]:
    """Source and record number → kind of matter, of the rows that were registered."""
    return {(row.source, row.record_no): row.kind for row in rows if row.kind}


def kinds_in(case: Mapping[str, Any], kinds: Mapping[tuple[str, str], str]) -> set[str]:
    """The kinds of matter that the petitions of a case are about; one, unless the linking was wrong."""
    numbers = ((source, number) for source in case["sources"] for number in case["record_nos"])
    return {kinds[number] for number in numbers if number in kinds}


def labelled_queries() -> dict[str, str]:
    """Query → kind of matter that is meant."""
    text = files("deploy.demo").joinpath("search_queries.toml").read_text("utf-8")
    found: dict[str, str] = tomllib.loads(text)["kinds"]
    return found


def labelled_quality(
    reader: IndexReader, rows: Iterable[TruthRow], *, today: date, words: WordList = NO_WORDS
) -> LabelledQuality:
    """Every labelled query whose kind of matter the index holds, which has the cases of these ledgers."""
    kinds = kinds_of(rows)
    held = Counter(kind for case in finder.walk(reader, Query(), today=today) for kind in kinds_in(case, kinds))
    graded = []
    for query, meant in labelled_queries().items():
        if not held[meant]:
            continue
        found = finder.search_kindly(reader, parse_query(query), today=today, size=LOOKED_AT, words=words)
        right = [meant in kinds_in(hit.case, kinds) for hit in found.hits]
        graded.append(Graded(query, ndcg(right, held[meant]), reciprocal_rank(right)))
    count = max(1, len(graded))
    return LabelledQuality(
        round(sum(one.ndcg for one in graded) / count, 3),
        round(sum(one.reciprocal_rank for one in graded) / count, 3),
        tuple(sorted(graded, key=lambda one: one.ndcg)),
    )


def ndcg(right: Sequence[bool], held: int) -> float:
    """Gain of the hits that are right, discounted by their places, over that of the best order of those `held`."""
    ideal = _gain([True] * min(held, LOOKED_AT))
    return _gain(right[:LOOKED_AT]) / ideal if ideal else 0.0


def reciprocal_rank(right: Sequence[bool]) -> float:
    """1 / place of the first hit that is right; 0 where none is."""
    return 1 / (right.index(True) + 1) if True in right else 0.0


def _gain(right: Sequence[bool]) -> float:
    return sum(1 / math.log2(place + 1) for place, is_right in enumerate(right, start=1) if is_right)
