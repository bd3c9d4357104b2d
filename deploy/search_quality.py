"""How well a case is found again by what a clerk remembers of it: known items, and the mean reciprocal rank.

Each query is made from one letter of one case by a fixed seed: fragments of the text at random places, never chosen
by what would be found. The case that the letter is in is the one right answer.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from consumers.search import finder
from consumers.search.query_language import parse_query
from consumers.search.reader import IndexReader
from consumers.search.words import NO_WORDS, WordList

LOOKED_AT = 20
"""Beyond so many hits nobody looks: the reciprocal rank is 0."""
SHORT, LONG = 3, 4
_CLAUSE = re.compile(r"[\u4e00-\u9fff]{4,}")
_LAST_NAME = re.compile(r"[\u4e00-\u9fff]{2,}?(?:街道|[省市县区镇乡村])")

Letter = tuple[str, str, str]
"""Title, text, place."""


@dataclass(frozen=True, slots=True)
class SearchQuality:
    """The mean reciprocal rank of one kind of query."""

    kind: str
    queries: int
    mean_reciprocal_rank: float
    found: float
    """Share of the queries that had the case among the first hits."""


def search_quality(
    reader: IndexReader, *, sample: int, seed: int, today: date, words: WordList = NO_WORDS
) -> list[SearchQuality]:
    """Every kind of query over a random sample of the index, and all kinds together."""
    cases = _sample(reader, sample, seed)
    ranks: dict[str, list[float]] = {}
    chance = random.Random(seed)
    for number, case in enumerate(cases):
        letter, other = _letter(case, chance), _letter(cases[number - 1], chance)
        for kind, make in KINDS.items():
            remembered = " ".join(make(letter, other, chance))
            if remembered:
                found = finder.search_kindly(
                    reader, parse_query(remembered), today=today, size=LOOKED_AT, words=words
                )
                ranks.setdefault(kind, []).append(_reciprocal_rank(found, case["case_id"]))
    ranks["all"] = [rank for of_kind in ranks.values() for rank in of_kind]
    return [_quality(kind, found) for kind, found in ranks.items()]


def _title_and_text(letter: Letter, other: Letter, chance: random.Random) -> list[str]:
    return [*_fragments(letter[0], LONG, 1, chance), *_fragments(letter[1], SHORT, 2, chance)]


def _of_the_text(letter: Letter, other: Letter, chance: random.Random) -> list[str]:
    return _fragments(letter[1], SHORT, 3, chance)


def _place_and_matter(letter: Letter, other: Letter, chance: random.Random) -> list[str]:
    names = _LAST_NAME.findall(letter[2])
    return [names[-1], *_fragments(letter[0] or letter[1], LONG, 1, chance)] if names else []


def _one_word_wrong(letter: Letter, other: Letter, chance: random.Random) -> list[str]:
    right = _fragments(letter[1], SHORT, 3, chance)
    return [*right, *_fragments(other[1], SHORT, 1, chance)] if len(right) == 3 else []


KINDS: Mapping[str, Callable[[Letter, Letter, random.Random], list[str]]] = {
    "a fragment of the title and two of the text": _title_and_text,
    "three fragments of the text": _of_the_text,
    "place and a fragment of the title": _place_and_matter,
    "three fragments, and one that is wrong": _one_word_wrong,
}


def _sample(reader: IndexReader, size: int, seed: int) -> list[Mapping[str, Any]]:
    """Cases at random, the same ones for the same seed and index."""
    drawn = {
        "function_score": {
            "query": {"bool": {"must_not": [{"term": {"status": "merged"}}]}},
            "random_score": {"seed": seed, "field": "case_id"},
            "boost_mode": "replace",
        }
    }
    body = {"query": drawn, "size": size, "sort": ["_score", "case_id"]}
    return [hit["_source"] for hit in reader.search(body)["hits"]["hits"]]


def _letter(case: Mapping[str, Any], chance: random.Random) -> Letter:
    number = chance.randrange(len(case["titles"]))
    return case["titles"][number], case["bodies"][number], case["place_name"]


def _fragments(text: str, length: int, count: int, chance: random.Random) -> list[str]:
    """Fragments of Chinese characters, each from a place of its own; fewer where the text is short."""
    return list(_drawn(_CLAUSE.findall(text), length, count, chance))


def _drawn(clauses: Sequence[str], length: int, count: int, chance: random.Random) -> Iterator[str]:
    for clause in chance.sample(clauses, min(count, len(clauses))):
        start = chance.randrange(max(1, len(clause) - length + 1))
        yield clause[start : start + length]


def _reciprocal_rank(found: finder.Found, case_id: str) -> float:
    ids = [hit.case["case_id"] for hit in found.hits]
    return 1 / (ids.index(case_id) + 1) if case_id in ids else 0.0


def _quality(kind: str, ranks: Sequence[float]) -> SearchQuality:
    found = sum(rank > 0 for rank in ranks)
    return SearchQuality(kind, len(ranks), round(sum(ranks) / len(ranks), 3), round(found / len(ranks), 3))
