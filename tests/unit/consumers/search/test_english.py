"""What rules write in Chinese is told in English; what people wrote stays as they wrote it."""

import re
from datetime import date

import orjson
import pytest

from consumers.search.documents import document_bytes
from consumers.search.english import ENGLISH, in_english, note_in_english
from consumers.search.life_story import tell_life
from consumers.search.story import tell
from processors.rules.case_life import decide
from processors.rules.jurisdiction import determine_jurisdiction
from processors.rules.reasons import _TABLE, reason
from processors.rules.relation import told
from processors.rules.tenure import _verdict
from processors.rules.weighing import Evidence
from schemas.events import Decision
from schemas.life import CaseNote, Refusal
from schemas.petition import Classification, Place
from schemas.terms import Channel, Confidence, DecisionKind, Level, Rating
from tests.fakes_consumers import START, case, petition
from tests.small_register import HEYANG, LIULIN, SHIQIAO, small_register

CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
TOWN = Place(code=SHIQIAO, name="甲江省江州市河阳县石桥镇", level=Level.TOWNSHIP, confidence=Confidence.CERTAIN)
OPEN = TOWN.with_changes(confidence=Confidence.AMBIGUOUS, alternatives=(SHIQIAO, LIULIN))
HOUSING = Classification(category="housing", category_name="住房", terms=("漏水", "房屋"))
REFUSAL = Refusal(
    step_id="S1",
    at=START,
    unit="A",
    sender="B",
    article="24",
    due_on=date(2026, 3, 1),
    is_in_time=True,
    wrong_unit="",
    reason="",
)


def test_all_that_links_two_petitions_has_english_words() -> None:
    everything = told(Evidence(*(1.0 for _ in Evidence._fields)))
    assert len(everything) == 10
    assert [text for text in everything if CHINESE.search(in_english(text))] == []


@pytest.mark.parametrize(
    ("place", "text", "source"),
    [
        (TOWN, "房屋漏水。", HEYANG),
        (TOWN, "河阳县住建局推诿扯皮不作为，我要投诉住建局。", HEYANG),
        (TOWN, "法院判决不公，我要上诉。", HEYANG),
        (TOWN, "房屋漏水。", "81"),
        (OPEN, "房屋漏水。", HEYANG),
        (Place(reason="文中地名“金陵”不在本省"), "房屋漏水。", HEYANG),
        (Place(reason="“金陵”有3处同名", confidence=Confidence.AMBIGUOUS), "房屋漏水。", HEYANG),
    ],
)
@pytest.mark.parametrize("channel", [Channel.LETTER, Channel.ASSIGNED_FROM_ABOVE])
def test_why_a_unit_is_accountable_has_english_words_around_its_names(
    place: Place, text: str, source: str, channel: Channel
) -> None:
    found = determine_jurisdiction(place, HOUSING, text, source, channel, date(2024, 3, 1), small_register())
    assert found.evidence
    for piece in (*found.evidence, *found.refused):
        assert re.match(r"(place|category|statutory channel|complained about|channel): |.+: [a-z]", in_english(piece))
        assert "：" not in in_english(piece)


@pytest.mark.parametrize("key", [key for key in _TABLE if key.startswith("refused_")])
def test_each_sentence_about_a_unit_that_was_not_chosen_has_english_words(key: str) -> None:
    assert not CHINESE.search(in_english(reason(key).zh.format(unit="X")))


@pytest.mark.parametrize(
    ("refusal", "rightful"),
    [
        (REFUSAL, "A"),
        (REFUSAL.with_changes(article=""), "C"),
        (REFUSAL.with_changes(is_in_time=False), "C"),
        (REFUSAL.with_changes(sender="A"), "C"),
        (REFUSAL, "C"),
    ],
)
def test_each_finding_about_a_refusal_has_english_words(refusal: Refusal, rightful: str) -> None:
    wrong, found = _verdict(refusal, rightful)
    matter = case(refusals=(refusal.with_changes(wrong_unit=wrong, reason=found),))
    english = list(tell_life(orjson.loads(document_bytes(matter)), "en"))
    assert (CHINESE.search(found) is not None, CHINESE.search(english[-1])) == (True, None)


@pytest.mark.parametrize("kind", DecisionKind)
def test_each_kind_of_note_is_named_in_english_and_its_reason_stays(kind: DecisionKind) -> None:
    made = Decision(
        decision_id="D1", kind=kind, case_id="C1", home="4110", by="市信访局", at=START, reason="依据：会议纪要"
    )
    (note,) = decide(case(petition("XF-1")), made).notes
    assert note_in_english(note.text) == f"{kind.value.replace('_', ' ')}: 依据：会议纪要"


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("名录变更重新确定：民政部批复，自2025-07-01起", "redetermine: 民政部批复, from 2025-07-01"),
        *((f"满意度评价：{one.label}", f"rate: {one.value.replace('_', ' ')}") for one in Rating),
        ("转送责任单位", "转送责任单位"),
        ("请尽快：三日内答复", "请尽快：三日内答复"),
    ],
)
def test_what_rules_put_into_a_note_is_told_in_english_and_nothing_else(chinese: str, english: str) -> None:
    assert note_in_english(chinese) == english


def test_a_story_in_english_holds_no_sentence_of_a_rule_in_chinese() -> None:
    matter = case(
        petition("XF-1").with_changes(evidence=("用语相同而所指不同",)),
        notes=(
            CaseNote(at=START, text="满意度评价：不满意", by="信访人", decision_id="D1", kind=DecisionKind.RATE),
            CaseNote(at=START, text="办结：已支付", by="市信访局", decision_id="D2", kind=DecisionKind.CONCLUDE),
        ),
    )
    decision = matter.jurisdiction.with_changes(evidence=("渠道：来访",), refused=("区住建局：未设主管部门",))
    matter = matter.with_changes(jurisdiction=decision)
    lines = list(tell(orjson.loads(document_bytes(matter)), "en", with_texts=False))
    assert {
        "  evidence: channel: visit",
        "  not chosen: 区住建局: has no department for it",
        "   evidence: the same words about something else",
        "2026-03-02  rate: dissatisfied (the petitioner)",
        "2026-03-02  conclude: 已支付 (市信访局)",
    } <= set(lines)


@pytest.mark.parametrize(("chinese", "english"), ENGLISH)
def test_a_translation_keeps_the_names_and_figures(chinese: str, english: str) -> None:
    groups = {f"\\{number}" for number in range(1, re.compile(chinese).groups + 1)}
    assert set(re.findall(r"\\\d", english)) == groups
