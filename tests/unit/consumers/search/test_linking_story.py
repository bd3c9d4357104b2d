"""Every verdict and every judgement can be read in plain words, in Chinese and in English."""

import re

import orjson
import pytest

from consumers.search.documents import document_bytes
from consumers.search.english import in_english
from consumers.search.linking_story import WORDS
from consumers.search.story import tell
from processors.rules.relation import OTHER_PETITIONER, SAME_PETITIONER, relation
from processors.rules.repeat import trace_of
from schemas.events import Question
from schemas.terms import Opinion, Verdict
from tests.desks import judged
from tests.fakes_consumers import case, petition
from tests.petitions import ROAD, WAGES, linked

EVIDENCE = ("内容重合91%", "地点相同", "权重2026-11")
ASKED = Question(petition_id="P1", other_id="P9", score=0.35, evidence=EVIDENCE, is_left_open=True)
PARTED = case(judgements=(judged("1", "2", Opinion.NOT_SAME),), kept_from=("C2",), questions=(ASKED,))


def told(verdict: Verdict, language: str) -> list[str]:
    member = petition("XF-1", verdict=verdict, matched_petition_id="P1", score=0.9)
    given = case(member.with_changes(evidence=EVIDENCE))
    return list(tell(orjson.loads(document_bytes(given)), language, with_texts=False))


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("language", WORDS)
def test_each_verdict_is_a_sentence_with_its_score_evidence_and_weights(verdict: Verdict, language: str) -> None:
    lines = told(verdict, language)
    assert f"   {WORDS[language][verdict]}" in lines
    assert any("P1" in line and "0.90" in line for line in lines)
    assert any("2026-11" in line for line in lines)


def test_what_people_judged_and_what_is_open_is_told() -> None:
    document = orjson.loads(document_bytes(PARTED))
    chinese, english = ("\n".join(tell(document, language)) for language in ("zh", "en"))
    assert "不是同一事项，当面核实（市信访局 督查岗）" in chinese
    assert "经人工判定与 C2 分立。" in chinese
    assert "P1 与 P9 可能是同一事项，相似度 0.35（曾判定：暂不能判定）" in chinese
    assert "not same; 当面核实 (市信访局 督查岗)" in english
    assert "P1 and P9 may be one matter, score 0.35 (somebody could not tell)" in english


def test_all_evidence_that_the_rules_write_has_english_words() -> None:
    petitions = [linked(record_no="1"), linked(record_no="2", body=ROAD + WAGES), linked(record_no="3", body=WAGES)]
    traces = [trace_of(one, one.place, one.classification, one.home) for one in petitions]
    traces += [
        trace_of(petitions[0], petitions[0].place.with_changes(code="410105001"), petitions[0].classification, "")
    ]
    found = {
        text
        for one in traces
        for other in traces
        for weights in (SAME_PETITIONER, OTHER_PETITIONER)
        for text in relation(one, other, weights).evidence
    }
    assert found
    assert not [text for text in found if re.search(r"[\u4e00-\u9fff]", in_english(text))]


def test_both_languages_have_the_same_sentences() -> None:
    assert WORDS["zh"].keys() == WORDS["en"].keys()
