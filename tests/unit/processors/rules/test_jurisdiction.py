"""Exactly one accountable unit for every matter, with ground and article. Invented places and matters."""

from dataclasses import replace
from datetime import date

import pytest

from processors.rulebook import Rulebook
from processors.rules.jurisdiction import MOST_KNOWN, Jurisdictions, determine_jurisdiction
from processors.rules.register import Division, NoUnit, Register
from schemas.petition import Classification, Place
from schemas.terms import Channel, Confidence, Ground, Level
from tests.determined import DAY, REGISTER, decide
from tests.small_register import (
    CHENGDONG,
    CITY,
    COMPETENCES,
    DAHE,
    GONE_COUNTY,
    GONE_TOWNSHIP,
    HEYANG,
    OTHER_CITY,
    PROVINCE,
    QINGCHUAN,
    SHANGWAN,
    SHIQIAO,
    SPLIT_COUNTY,
    SPLIT_TOWNSHIP,
)


@pytest.mark.parametrize(
    ("code", "category", "text", "unit", "article"),
    [
        (SHIQIAO, "litigation", "我与邻村的合同纠纷，一审判决后对方不履行", f"{HEYANG}-court", "28"),
        (DAHE, "litigation", "判决生效两年，申请强制执行没有结果", f"{QINGCHUAN}-court", "28"),
        (SHIQIAO, "litigation", "不服中级人民法院二审判决", f"{CITY}-court", "28"),
        (SHIQIAO, "litigation", "不服省高级人民法院再审裁定", f"{PROVINCE}-court", "28"),
        (SHIQIAO, "litigation", "不服不起诉决定", f"{HEYANG}-procuratorate", "28"),
        ("", "litigation", "不服一审判决", f"{HEYANG}-court", "28"),
        (SHANGWAN, "discipline", "举报村支书贪污低保款", f"{HEYANG}-discipline", "30"),
        (SHIQIAO, "discipline", "举报石桥镇镇长收受好处费", f"{HEYANG}-discipline", "30"),
        (SHIQIAO, "discipline", "检举县教育局局长受贿", f"{HEYANG}-discipline", "30"),
        (HEYANG, "discipline", "举报县长以权谋私", f"{CITY}-discipline", "30"),
        (HEYANG, "discipline", "县纪委包庇亲属，压案不查", f"{CITY}-discipline", "30"),
        (CITY, "discipline", "控告江州市政府领导受贿", f"{PROVINCE}-discipline", "30"),
    ],
)
def test_statutory_channels_come_first_at_the_level_that_has_the_authority(
    code: str, category: str, text: str, unit: str, article: str
) -> None:
    decision = decide(code, category, text)
    assert (decision.accountable_unit, decision.ground, decision.article) == (
        unit,
        Ground.STATUTORY_CHANNEL,
        article,
    )


def test_a_statutory_channel_tells_the_petitioner_which_and_why() -> None:
    decision = decide(SHIQIAO, "litigation", "不服一审判决")
    assert "河阳县人民法院" in decision.reason
    assert "告知信访人" in decision.reason
    assert decision.refused == ("石桥镇人民政府：应走法定途径，不由其办理",)


@pytest.mark.parametrize("code", ["", SHANGWAN, CHENGDONG, GONE_TOWNSHIP, SPLIT_COUNTY, OTHER_CITY, PROVINCE, "99"])
@pytest.mark.parametrize("text", ["", "镇政府不作为", "县政府、市政府和省政府都包庇", "举报县法院院长受贿"])
def test_there_is_always_one_unit_in_force_that_is_not_complained_about(code: str, text: str) -> None:
    for category in (*COMPETENCES, "unheard of"):
        decision = decide(code, category, text)
        unit = REGISTER.unit(decision.accountable_unit, DAY)
        assert unit is not None
        named = (decision.unit_name, decision.unit_level, decision.unit_division)
        assert (unit.name, unit.level, unit.division) == named
        assert decision.accountable_unit not in {decision.accused_unit, *decision.also_accused}
        assert decision.article
        assert decision.reason_en
        assert "{" not in decision.reason + decision.reason_en


@pytest.mark.parametrize("on", [date(1900, 1, 1), date(2024, 3, 1)])
def test_on_a_day_without_any_unit_it_is_the_root_of_the_province(on: date) -> None:
    late = replace(REGISTER, units=tuple(replace(u, valid_from=date(2025, 1, 1)) for u in REGISTER.units))
    decision = decide(SHIQIAO, "land", on=on, register=late)
    assert decision.accountable_unit == f"{PROVINCE}-government"
    assert (decision.ground, decision.article) == (Ground.FIRST_RESPONSIBILITY, "24")


def test_where_every_unit_is_complained_about_it_is_the_root_of_the_province() -> None:
    only = tuple(u for u in REGISTER.units if u.code in {f"{PROVINCE}-government", f"{SHIQIAO}-government"})
    decision = decide(SHIQIAO, "land", "镇政府和省政府都不作为", register=replace(REGISTER, units=only))
    assert {decision.accused_unit, *decision.also_accused} == {u.code for u in only}
    assert (decision.accountable_unit, decision.ground) == (f"{PROVINCE}-government", Ground.FIRST_RESPONSIBILITY)


def test_a_register_without_any_unit_is_refused_before_any_petition_comes() -> None:
    with pytest.raises(NoUnit, match="no unit"):
        Rulebook(Register("empty", REGISTER.divisions, (), {}))


def test_a_decision_says_which_register_and_repeats_no_word_of_the_petition() -> None:
    secret = "赵甲乙电话13800000000住河东巷三号，镇政府不作为"
    decision = decide(SHIQIAO, "land", secret)
    assert decision.register_version == "small-1"
    told = decision.model_dump_json()
    assert not any(part in told for part in ("赵甲乙", "13800000000", "河东巷"))


def test_the_same_matter_gets_the_same_decision() -> None:
    assert decide(SHIQIAO, "land", "镇政府不作为") == decide(SHIQIAO, "land", "镇政府不作为")


@pytest.mark.parametrize("most", [2, MOST_KNOWN])
def test_what_is_remembered_from_other_letters_changes_no_decision(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same matters in two orders, with a bounded memory of those before, and each alone."""
    monkeypatch.setattr("processors.rules.jurisdiction.MOST_KNOWN", most)
    kinds = [Classification(category=code, category_name=code, terms=(code,)) for code in ("", "land", "litigation")]
    places = [Place(code=code, confidence=Confidence.CERTAIN) for code in (SHANGWAN, SHIQIAO, GONE_TOWNSHIP, DAHE)]
    days = (date(2018, 6, 1), DAY)
    texts = ("镇政府不作为", "修路")
    matters = [
        (place, kind, text, source, Channel.LETTER, on)
        for place in (*places, Place())
        for kind in kinds
        for text in texts
        for source in (HEYANG, CITY)
        for on in days
    ]
    alone = [determine_jurisdiction(*matter, REGISTER) for matter in matters]
    desk = Jurisdictions(REGISTER)
    assert [desk.determine(*matter) for matter in matters] == alone
    assert [desk.determine(*matter) for matter in reversed(matters)] == alone[::-1]
    assert max(desk.held) <= most


def test_a_decision_names_levels_in_the_words_of_officials() -> None:
    decision = decide(SHIQIAO, "traffic")
    assert decision.unit_level is Level.COUNTY
    assert "甲江省江州市河阳县石桥镇" in decision.reason
    assert "县级" in decision.reason


RENUMBERED = (
    Division("810101105", "东沟乡", Level.TOWNSHIP, HEYANG, valid_to=date(2020, 1, 1), successors=("810101106",)),
    Division("810101106", "东沟乡", Level.TOWNSHIP, HEYANG, valid_from=date(2020, 1, 1)),
)
ABOVE = "甲江省江州市"


@pytest.mark.parametrize(
    ("code", "level", "before", "now"),
    [
        (SHIQIAO, Level.TOWNSHIP, f"{ABOVE}河阳县石桥镇", f"{ABOVE}河阳县石桥镇"),
        (GONE_TOWNSHIP, Level.TOWNSHIP, f"{ABOVE}河阳县北沟乡", f"{ABOVE}河阳县石桥镇（原北沟乡）"),
        (GONE_COUNTY, Level.COUNTY, f"{ABOVE}旧城县", f"{ABOVE}河阳县（原旧城县）"),
        (GONE_TOWNSHIP, Level.TOWNSHIP, f"{ABOVE}旧城县北沟乡", f"{ABOVE}河阳县石桥镇（原旧城县北沟乡）"),
        (SPLIT_TOWNSHIP, Level.TOWNSHIP, f"{ABOVE}河阳县双泉镇", f"{ABOVE}河阳县双泉镇"),
        ("810101105", Level.TOWNSHIP, f"{ABOVE}河阳县东沟乡", f"{ABOVE}河阳县东沟乡"),
    ],
)
def test_a_place_of_which_the_code_has_ended_bears_the_name_of_the_code_behind_the_present_one(
    code: str, level: Level, before: str, now: str
) -> None:
    register = replace(REGISTER, divisions=(*REGISTER.divisions, *RENUMBERED))
    place = Place(code=code, name=before, level=level, confidence=Confidence.CERTAIN)
    assert Jurisdictions(register).place_name(place, HEYANG, DAY) == now
