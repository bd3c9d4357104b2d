"""A case is told in plain words, in the order in which its petitions came."""

from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest

from consumers.search.documents import document_bytes
from consumers.search.story import WORDS, tell
from schemas.events import Case
from schemas.life import CaseNote, CaseStep, Tenure
from schemas.terms import CaseStatus, Channel, ClockKind, Ground, StepKind, Verdict
from tests.fakes_consumers import ROAD, START, case, clock, petition

GIVEN = case(
    petition(
        "XF-1",
        clocks=(clock(ClockKind.INFORM, met=date(2026, 3, 5)),),
        steps=(
            CaseStep(step_id="t", kind=StepKind.TRANSFERRED, at=START, to_unit="411002-hrss"),
            CaseStep(step_id="a", kind=StepKind.ACCEPTED, at=START, unit="411002-hrss", is_dated=False),
        ),
        reported_status=CaseStatus.CONCLUDED,
        reported_status_at=datetime(2026, 4, 1, tzinfo=UTC),
    ),
    petition(
        "XF-2",
        row=2,
        channel=Channel.LETTER,
        verdict=Verdict.REPEAT,
        matched_petition_id="P0000000000000001",
        score=0.873,
        body=ROAD,
        revision=2,
        petitioner_ref="Rfeedfacefeedface",
    ),
    clocks=(clock(ClockKind.CONCLUDE, due=date(2026, 5, 1)),),
    notes=(CaseNote(at=START, text="转送责任单位", by="市信访局"),),
)


EARLY = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
"""Half past seven in the morning of the second, where the offices are."""
ASSISTED = Path(__file__).parents[3] / "samples" / "events" / "Case" / "assisted.json"


def told(language: str = "zh", *, with_texts: bool = True) -> list[str]:
    return list(tell(orjson.loads(document_bytes(GIVEN)), language, with_texts=with_texts))


@pytest.mark.parametrize(
    "line",
    [
        "属地：河南省许昌市魏都区西大街道（411002100）",
        "责任单位：魏都区人力资源和社会保障局（县级，411002-hrss）",
        "管辖依据：职能主管，《信访工作条例》第6条",
        "期限：办结（第22条）至 2026-05-01",
        "   县报：2026-03-02 转送，送 411002-hrss",
        "   县报：受理，411002-hrss（未报日期）",
        "   县报：2026-04-01 办结",
        "1. 2026-03-02 来访  初信初访  411002 第 XF-1 号",
        "   期限：书面告知（第22条）至 2026-03-17，已于 2026-03-05 完成",
        "2. 2026-03-02 来信  重复信访  411002 第 XF-2 号（更正 1 次）",
        "   与 P0000000000000001 相同，相似度 0.87",
        "2026-03-02  转送责任单位（市信访局）",
    ],
)
def test_the_story_says(line: str) -> None:
    assert line in told()


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("zh", "类别：劳动和社会保障 / 欠薪、劳动关系 / 拖欠工资"),
        ("zh", "同时反映：环境污染（依据：夜间施工、粉尘）"),
        ("zh", "协办单位：郑州市中牟县生态环境分局（410122-environment），信中同时反映“环境污染”类问题，由其协助"),
        ("en", "Also about: 环境污染 (words: 夜间施工、粉尘)"),
        ("en", "Assisting: 郑州市中牟县生态环境分局 (410122-environment). the letter is about 'environment', too"),
    ],
)
def test_the_story_tells_all_levels_and_who_assists(language: str, line: str) -> None:
    assisted = orjson.loads(document_bytes(Case.from_bytes(ASSISTED.read_bytes())))
    assert line in list(tell(assisted, language))


def test_the_story_never_names_the_petitioner() -> None:
    assert "Rfeedface" not in "\n".join(told())


def test_texts_are_left_out_on_demand() -> None:
    assert any(ROAD in line for line in told())
    assert not any(ROAD in line for line in told(with_texts=False))


def test_the_story_can_be_told_in_english() -> None:
    assert "Accountable unit: 魏都区人力资源和社会保障局 (county, 411002-hrss)" in told("en")
    assert "Reason: Labour matters belong to the county's department." in told("en")
    assert WORDS["en"].keys() == WORDS["zh"].keys()


def test_a_merged_case_says_where_it_went() -> None:
    lost = case(status=CaseStatus.MERGED, merged_into="C0000000000000009")
    assert "本案已并入 C0000000000000009。" in list(tell(orjson.loads(document_bytes(lost))))


def test_a_further_volume_names_the_first() -> None:
    further = case(volume_of="C0000000000000009")
    assert any("本案是 C0000000000000009 的分卷" in line for line in tell(orjson.loads(document_bytes(further))))


@pytest.mark.parametrize("language", sorted(WORDS))
def test_days_of_a_story_are_those_of_the_office_not_of_utc(language: str) -> None:
    matter = case(
        petition("XF-1", received_at=EARLY),
        notes=(CaseNote(at=EARLY, text="转送责任单位", by="市信访局"),),
        tenures=(Tenure(unit="411002-hrss", since=EARLY, ground=Ground.COMPETENCE),),
    )
    story = "\n".join(tell(orjson.loads(document_bytes(matter)), language))
    assert story.count("2026-03-02") == 3
    assert "2026-03-01" not in story


@pytest.mark.parametrize(
    ("kind", "met", "ending"),
    [
        (ClockKind.INFORM, date(2026, 3, 17), "，已于 2026-03-17 完成"),
        (ClockKind.INFORM, date(2026, 3, 18), "，已于 2026-03-18 逾期完成"),
        (ClockKind.OBJECT, date(2026, 3, 18), "，已于 2026-03-18 完成"),
    ],
    ids=["in time", "late", "a right"],
)
def test_a_period_that_was_met_late_is_told_as_late(kind: ClockKind, met: date, ending: str) -> None:
    given = case(petition("XF-1", clocks=(clock(kind, met=met, due=date(2026, 3, 17)),)))
    lines = list(tell(orjson.loads(document_bytes(given)), "zh"))
    assert [line for line in lines if line.endswith(ending)] != []
