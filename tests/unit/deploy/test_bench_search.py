"""The bench of searches: documents as they are indexed, questions as officials ask, honest figures."""

import random
from itertools import cycle
from typing import Any

import orjson
import pytest

from consumers.search.mapping import PROPERTIES
from consumers.search.query_language import parse_query
from consumers.search.words import WordList
from deploy.bench.many_cases import Material
from deploy.bench.questions import KINDS, PAGES, TURNED, questions
from deploy.bench.searching import told
from tests.fakes_consumers import case, merged, petition

WORDS = WordList((), ["拖欠工资", "路灯"])
WAGES = case(petition("A-1", title="拖欠工资", body="工地拖欠工资三个月。多次催要没有结果。请求查处。"))
LAMPS = case(petition("A-2", title="路灯不亮", body="村口路灯不亮已有半年。老人夜里摔倒。希望维修。"))
GONE = merged(case(petition("A-3", title="已并案", body="这一件已经并入别的案件。")), WAGES)
COUNT = 40


def made(seed: int = 7) -> list[tuple[str, dict[str, Any]]]:
    found = Material([WAGES, LAMPS, GONE], WORDS, seed).documents(COUNT)
    return [(name, orjson.loads(content)) for name, content in found]


def test_each_document_is_a_case_of_its_own_that_the_mapping_knows() -> None:
    documents = made()
    assert len({name for name, _ in documents}) == COUNT
    for name, document in documents:
        assert document["case_id"] == name
        assert set(document) <= set(PROPERTIES)


def test_texts_are_put_together_from_halves_of_letters_and_their_words_are_known() -> None:
    sentences = {
        f"{sentence}。" for one in (WAGES, LAMPS) for sentence in one.petitions[0].body.rstrip("。").split("。")
    }
    for _, document in made():
        (body,), (title,) = document["bodies"], document["titles"]
        assert {f"{sentence}。" for sentence in body.rstrip("。").split("。")} <= sentences
        assert ("拖欠工资" in document["words"].split()) is ("拖欠工资" in title + body)


def test_cases_that_were_merged_away_are_no_material() -> None:
    assert not any("并" in document["titles"][0] + document["bodies"][0] for _, document in made())


def test_the_same_seed_makes_the_same_documents() -> None:
    assert made(7) == made(7) != made(8)


def test_questions_come_in_turn_of_their_kinds_and_can_be_asked() -> None:
    letters = [one.petitions[0].body for one in (WAGES, LAMPS)]
    asked = questions(cycle(letters), 3 * len(KINDS), seed=7)
    assert [one.kind for one in asked] == [*KINDS] * 3
    for one in asked:
        for phrase in parse_query(one.search.q).wanted:
            assert any(phrase.text in letter for letter in letters)
        assert one.pages == (PAGES if one.kind == TURNED else 1)


@pytest.mark.parametrize(("slower", "ratio"), [(1.0, 1.0), (1.5, 1.5), (3.0, 3.0)])
def test_the_ratio_is_that_of_the_percentiles_of_both_ways(slower: float, ratio: float) -> None:
    samples = [(slower * seconds, seconds) for seconds in (0.010, 0.020, 0.030, 0.040)]
    random.Random(7).shuffle(samples)
    figures = told(samples)
    assert figures["requests"] == 4
    assert figures["elasticsearch_ms"] == {"p50": 20.0, "p95": 40.0}
    assert figures["ratio_p95"] == figures["ratio_p50"] == ratio
