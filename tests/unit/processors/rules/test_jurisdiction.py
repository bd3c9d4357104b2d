"""Exactly one accountable unit for every matter, with ground and article. Invented places and matters."""

from dataclasses import replace
from datetime import date

import pytest

from processors.rules.jurisdiction import Jurisdictions, NoUnit, determine_jurisdiction
from processors.rules.register import Administration, Exemption, Register
from schemas.events import Classification, JurisdictionDecision, Place
from schemas.terms import Channel, Confidence, Ground, Level
from tests.small_register import (
    CHENGDONG,
    CITY,
    COMPETENCES,
    DAHE,
    GONE_COUNTY,
    GONE_TOWNSHIP,
    HEIRLESS,
    HEYANG,
    HUANGLING,
    LINQUAN,
    LIULIN,
    OTHER_CITY,
    PINGSHAN,
    PROVINCE,
    QINGCHUAN,
    SHANGWAN,
    SHIQIAO,
    SPLIT_COUNTY,
    SPLIT_TOWNSHIP,
    XIAWAN,
    small_register,
)

REGISTER = small_register()
DAY = date(2024, 3, 1)


def decide(
    code: str,
    category: str,
    text: str = "",
    *,
    source: str = HEYANG,
    channel: Channel = Channel.LETTER,
    others: tuple[str, ...] = (),
    on: date = DAY,
    register: Register = REGISTER,
) -> JurisdictionDecision:
    confidence = Confidence.AMBIGUOUS if others else Confidence.CERTAIN if code else Confidence.NONE
    place = Place(code=code, confidence=confidence, alternatives=others)
    kind = Classification(category=category, category_name=category)
    return determine_jurisdiction(place, kind, text, source, channel, on, register)


@pytest.mark.parametrize(
    ("code", "category", "unit", "ground"),
    [
        (SHANGWAN, "land", f"{SHIQIAO}-government", Ground.TERRITORY),
        (XIAWAN, "land", f"{LIULIN}-government", Ground.TERRITORY),
        (SHIQIAO, "construction", f"{SHIQIAO}-government", Ground.TERRITORY),
        (CHENGDONG, "", f"{CHENGDONG}-government", Ground.TERRITORY),
        (CHENGDONG, "other", f"{CHENGDONG}-government", Ground.TERRITORY),
        (HEYANG, "", f"{HEYANG}-petition", Ground.TERRITORY),
        (SHIQIAO, "a category that the register does not know", f"{SHIQIAO}-government", Ground.TERRITORY),
        (SHANGWAN, "traffic", f"{HEYANG}-transport", Ground.COMPETENCE),
        (SHIQIAO, "education", f"{HEYANG}-education", Ground.COMPETENCE),
        (LIULIN, "environment", f"{HEYANG}-environment", Ground.COMPETENCE),
        (CHENGDONG, "housing", f"{LINQUAN}-housing", Ground.COMPETENCE),
        (DAHE, "labour", f"{QINGCHUAN}-human_resources", Ground.COMPETENCE),
        (HEYANG, "land", f"{HEYANG}-natural_resources", Ground.COMPETENCE),
        (CITY, "water", f"{CITY}-water", Ground.COMPETENCE),
        (PROVINCE, "traffic", f"{PROVINCE}-transport", Ground.COMPETENCE),
    ],
)
def test_the_lowest_level_with_the_power_in_that_place_is_accountable(
    code: str, category: str, unit: str, ground: Ground
) -> None:
    decision = decide(code, category, source=DAHE[:6] if code == DAHE else HEYANG)
    assert (decision.accountable_unit, decision.ground, decision.article) == (unit, ground, "22")


def test_the_lower_government_is_named_with_the_reason_why_it_was_not_chosen() -> None:
    assert decide(SHIQIAO, "traffic").refused == ("石桥镇人民政府：该类事项的职权在上一级",)


@pytest.mark.parametrize(
    ("code", "category", "source", "channel", "unit"),
    [
        (SHIQIAO, "land", CITY, Channel.VISIT, f"{SHIQIAO}-government"),
        (SHIQIAO, "land", PROVINCE, Channel.LETTER, f"{SHIQIAO}-government"),
        (SHIQIAO, "traffic", CITY, Channel.ONLINE, f"{HEYANG}-transport"),
        (DAHE, "education", PROVINCE, Channel.LEADER_MAILBOX, f"{QINGCHUAN}-education"),
        (SHIQIAO, "traffic", HEYANG, Channel.ASSIGNED_FROM_ABOVE, f"{HEYANG}-transport"),
        (DAHE, "traffic", CITY, Channel.LETTER, f"{QINGCHUAN}-transport"),
        (CITY, "water", PROVINCE, Channel.LETTER, f"{CITY}-water"),
    ],
)
def test_what_skipped_a_level_goes_to_the_lowest_level_with_the_power(
    code: str, category: str, source: str, channel: Channel, unit: str
) -> None:
    decision = decide(code, category, source=source, channel=channel)
    assert (decision.accountable_unit, decision.ground, decision.article) == (unit, Ground.LEVEL, "22")
    assert "越过" in decision.reason
    assert "skipp" in decision.reason_en


@pytest.mark.parametrize("source", [HEYANG, LINQUAN, QINGCHUAN])
def test_a_county_that_passes_a_matter_on_skips_nothing(source: str) -> None:
    assert decide(SHIQIAO, "land", source=source).ground is Ground.TERRITORY


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


@pytest.mark.parametrize(
    ("code", "category", "text", "accused", "unit", "article"),
    [
        (
            SHIQIAO,
            "land",
            "我镇政府长期不作为，宅基地纠纷无人处理",
            f"{SHIQIAO}-government",
            f"{HEYANG}-government",
            "28",
        ),
        (LIULIN, "land", "乡政府强占我家耕地", f"{LIULIN}-government", f"{HEYANG}-government", "28"),
        (CHENGDONG, "construction", "街道办强拆我家围墙", f"{CHENGDONG}-government", f"{LINQUAN}-government", "28"),
        (SHIQIAO, "land", "多次到镇政府反映，一直推诿扯皮", f"{SHIQIAO}-government", f"{HEYANG}-government", "28"),
        (SHIQIAO, "land", "镇党委书记截留征地补偿款", f"{SHIQIAO}-government", f"{HEYANG}-discipline", "30"),
        (HEYANG, "public_security", "县公安局不予立案", f"{HEYANG}-public_security", f"{HEYANG}-government", "28"),
        (SHIQIAO, "public_security", "派出所民警殴打我", f"{HEYANG}-public_security", f"{HEYANG}-government", "28"),
        (HEYANG, "land", "县国土局违规发证", f"{HEYANG}-natural_resources", f"{HEYANG}-government", "28"),
        (HEYANG, "land", "县政府强行征收我村土地", f"{HEYANG}-government", f"{CITY}-government", "28"),
        (HEYANG, "traffic", "县政府和县交通局互相推诿", f"{HEYANG}-government", f"{CITY}-government", "28"),
        (PINGSHAN, "land", "平山市政府违法征地", f"{PINGSHAN}-government", f"{CITY}-government", "28"),
        (CITY, "water", "江州市水利局不作为", f"{CITY}-water", f"{CITY}-government", "28"),
        (SHIQIAO, "litigation", "县法院枉法裁判", f"{HEYANG}-court", f"{CITY}-court", "28"),
        (HEYANG, "", "县信访局推诿敷衍", f"{HEYANG}-petition", f"{HEYANG}-government", "28"),
        ("", "land", "县信访局推诿敷衍", f"{HEYANG}-petition", f"{HEYANG}-government", "28"),
        (HEYANG, "housing", "县住建局局长收受开发商好处费", f"{HEYANG}-housing", f"{HEYANG}-discipline", "30"),
        (PROVINCE, "traffic", "省政府不作为", f"{PROVINCE}-government", f"{PROVINCE}-discipline", "28"),
    ],
)
def test_the_unit_complained_about_never_handles_the_complaint(
    code: str, category: str, text: str, accused: str, unit: str, article: str
) -> None:
    decision = decide(code, category, text)
    assert decision.accused_unit == accused
    assert (decision.accountable_unit, decision.ground, decision.article) == (
        unit,
        Ground.CONFLICT_OF_INTEREST,
        article,
    )
    assert any("应当回避" in line for line in decision.refused)


@pytest.mark.parametrize(
    ("code", "category", "text", "accused", "unit", "ground"),
    [
        (
            SHIQIAO,
            "traffic",
            "镇政府推诿，道路无人修",
            f"{SHIQIAO}-government",
            f"{HEYANG}-transport",
            Ground.COMPETENCE,
        ),
        (
            SHIQIAO,
            "land",
            "县公安局不予立案，宅基地被占",
            f"{HEYANG}-public_security",
            f"{SHIQIAO}-government",
            Ground.TERRITORY,
        ),
        (LIULIN, "land", "被石桥镇政府强行占地", f"{SHIQIAO}-government", f"{LIULIN}-government", Ground.TERRITORY),
        (SHANGWAN, "land", "村支书违规多占宅基地", "", f"{SHIQIAO}-government", Ground.TERRITORY),
    ],
)
def test_a_unit_without_interest_keeps_the_matter_and_the_accused_unit_is_still_named(
    code: str, category: str, text: str, accused: str, unit: str, ground: Ground
) -> None:
    decision = decide(code, category, text)
    assert (decision.accused_unit, decision.accountable_unit, decision.ground) == (accused, unit, ground)


def test_every_unit_complained_about_is_named_and_none_of_them_handles_it() -> None:
    decision = decide(SHIQIAO, "land", "镇政府和县自然资源局勾结，违规征地")
    assert decision.accused_unit == f"{HEYANG}-natural_resources"
    assert decision.also_accused == (f"{SHIQIAO}-government",)
    assert decision.accountable_unit == f"{HEYANG}-government"


@pytest.mark.parametrize(
    ("codes", "category", "unit"),
    [
        ((HEYANG, LINQUAN), "traffic", f"{CITY}-petition"),
        ((SHIQIAO, LIULIN), "land", f"{HEYANG}-petition"),
        ((SHIQIAO, DAHE), "traffic", f"{PROVINCE}-petition"),
        ((HEYANG, LINQUAN, QINGCHUAN), "environment", f"{PROVINCE}-petition"),
        ((SHANGWAN, XIAWAN), "", f"{HEYANG}-petition"),
    ],
)
def test_between_several_places_their_common_superior_decides(
    codes: tuple[str, ...], category: str, unit: str
) -> None:
    decision = decide(codes[0], category, others=codes[1:])
    assert (decision.accountable_unit, decision.ground, decision.article) == (unit, Ground.COMMON_SUPERIOR, "24")
    assert len(decision.refused) == len(codes)


@pytest.mark.parametrize(
    ("codes", "category", "unit"),
    [
        ((SHIQIAO, LIULIN), "traffic", f"{HEYANG}-transport"),
        ((SHANGWAN, SHIQIAO), "land", f"{SHIQIAO}-government"),
        ((SHIQIAO, HEYANG), "education", f"{HEYANG}-education"),
    ],
)
def test_several_places_of_one_unit_are_no_dispute(codes: tuple[str, ...], category: str, unit: str) -> None:
    decision = decide(codes[0], category, others=codes[1:])
    assert decision.accountable_unit == unit
    assert decision.ground in {Ground.TERRITORY, Ground.COMPETENCE}


@pytest.mark.parametrize(
    ("code", "category", "on", "unit", "ground"),
    [
        (GONE_TOWNSHIP, "land", DAY, f"{SHIQIAO}-government", Ground.SUCCESSOR),
        (GONE_TOWNSHIP, "land", date(2018, 6, 1), f"{GONE_TOWNSHIP}-government", Ground.TERRITORY),
        (GONE_COUNTY, "traffic", DAY, f"{HEYANG}-transport", Ground.SUCCESSOR),
        (GONE_COUNTY, "traffic", date(2019, 12, 31), f"{GONE_COUNTY}-transport", Ground.COMPETENCE),
        (SPLIT_TOWNSHIP, "traffic", DAY, f"{HEYANG}-transport", Ground.COMPETENCE),
        (SPLIT_TOWNSHIP, "land", DAY, f"{HEYANG}-petition", Ground.COMMON_SUPERIOR),
        (SPLIT_COUNTY, "traffic", DAY, f"{CITY}-petition", Ground.COMMON_SUPERIOR),
        (HEIRLESS, "education", DAY, f"{HEYANG}-education", Ground.SUCCESSOR),
        (PINGSHAN, "housing", DAY, f"{PINGSHAN}-natural_resources", Ground.SUCCESSOR),
        (PINGSHAN, "housing", date(2021, 6, 1), f"{PINGSHAN}-housing", Ground.COMPETENCE),
        (HUANGLING, "traffic", date(2023, 6, 30), f"{PINGSHAN}-transport", Ground.COMPETENCE),
        (HUANGLING, "traffic", date(2023, 7, 1), f"{LINQUAN}-transport", Ground.COMPETENCE),
    ],
)
def test_who_carries_on_the_powers_on_that_day_is_accountable(
    code: str, category: str, on: date, unit: str, ground: Ground
) -> None:
    decision = decide(code, category, on=on)
    assert (decision.accountable_unit, decision.ground) == (unit, ground)


@pytest.mark.parametrize(
    ("code", "source", "unit", "ground", "article"),
    [
        ("", HEYANG, f"{HEYANG}-petition", Ground.UNRESOLVED_PLACE, "22"),
        ("", CITY, f"{CITY}-petition", Ground.UNRESOLVED_PLACE, "22"),
        ("", SHIQIAO, f"{SHIQIAO}-government", Ground.UNRESOLVED_PLACE, "22"),
        ("", GONE_COUNTY, f"{HEYANG}-petition", Ground.UNRESOLVED_PLACE, "22"),
        ("990101", HEYANG, f"{HEYANG}-petition", Ground.FIRST_RESPONSIBILITY, "23"),
        ("", "unknown", f"{PROVINCE}-government", Ground.FIRST_RESPONSIBILITY, "24"),
        ("990101", "unknown", f"{PROVINCE}-government", Ground.FIRST_RESPONSIBILITY, "24"),
    ],
)
def test_an_open_place_stays_with_the_office_that_was_asked_first(
    code: str, source: str, unit: str, ground: Ground, article: str
) -> None:
    decision = decide(code, "land", source=source)
    assert (decision.accountable_unit, decision.ground, decision.article) == (unit, ground, article)


@pytest.mark.parametrize(
    ("code", "category", "unit"),
    [
        (QINGCHUAN, "water", f"{QINGCHUAN}-government"),
        (DAHE, "water", f"{QINGCHUAN}-government"),
        (PROVINCE, "urban_management", f"{PROVINCE}-government"),
    ],
)
def test_where_a_department_is_missing_the_government_of_that_place_is_accountable(
    code: str, category: str, unit: str
) -> None:
    decision = decide(code, category)
    assert (decision.accountable_unit, decision.ground, decision.article) == (unit, Ground.TERRITORY, "24")


def test_a_place_without_any_unit_is_its_superiors() -> None:
    units = tuple(u for u in REGISTER.units if not u.division.startswith(HEYANG))
    bare = Register("bare", REGISTER.divisions, units, COMPETENCES)
    decision = decide(SHIQIAO, "traffic", register=bare)
    assert (decision.accountable_unit, decision.article) == (f"{CITY}-transport", "24")


def test_an_empty_register_is_an_error_that_says_so() -> None:
    with pytest.raises(NoUnit, match="no unit"):
        decide(SHIQIAO, "land", register=Register("empty", REGISTER.divisions, (), {}))


def test_a_register_without_competences_still_names_one_unit() -> None:
    plain = Register("plain", REGISTER.divisions, REGISTER.units, {})
    assert decide(SHANGWAN, "traffic", register=plain).accountable_unit == f"{SHIQIAO}-government"


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


def test_a_decision_says_which_register_and_repeats_no_word_of_the_petition() -> None:
    secret = "赵甲乙电话13800000000住河东巷三号，镇政府不作为"
    decision = decide(SHIQIAO, "land", secret)
    assert decision.register_version == "small-1"
    told = decision.model_dump_json()
    assert not any(part in told for part in ("赵甲乙", "13800000000", "河东巷"))


def test_the_same_matter_gets_the_same_decision() -> None:
    assert decide(SHIQIAO, "land", "镇政府不作为") == decide(SHIQIAO, "land", "镇政府不作为")


def test_a_zone_administers_a_township_of_another_county_from_its_day_on() -> None:
    row = Administration(LIULIN, LINQUAN, frozenset({"traffic"}), date(2024, 1, 1))
    register = replace(REGISTER, administrations=(row,))
    assert decide(LIULIN, "traffic", register=register).accountable_unit == f"{LINQUAN}-transport"
    assert decide(XIAWAN, "traffic", register=register).accountable_unit == f"{LINQUAN}-transport"
    assert decide(LIULIN, "education", register=register).accountable_unit == f"{HEYANG}-education"
    before = decide(LIULIN, "traffic", register=register, on=date(2023, 12, 31))
    assert before.accountable_unit == f"{HEYANG}-transport"
    assert decide(SHIQIAO, "traffic", register=register).accountable_unit == f"{HEYANG}-transport"


@pytest.mark.parametrize(
    ("level", "department", "unit"),
    [
        (Level.COUNTY, "transport", f"{HEYANG}-transport"),
        (Level.COUNTY, "", f"{CITY}-water"),
        (Level.TOWNSHIP, "government", f"{SHIQIAO}-government"),
    ],
)
def test_a_place_may_be_exempted_from_the_table_of_competences(level: Level, department: str, unit: str) -> None:
    register = replace(REGISTER, exemptions=(Exemption(HEYANG, "water", level, department, date(2024, 1, 1)),))
    assert decide(SHIQIAO, "water", register=register).accountable_unit == unit
    assert decide(SHIQIAO, "water", register=register, on=date(2023, 6, 1)).accountable_unit == f"{HEYANG}-water"
    assert decide(CHENGDONG, "water", register=register).accountable_unit == f"{LINQUAN}-water"


def test_what_is_remembered_from_other_letters_changes_no_decision() -> None:
    """The same matters in two orders, each with a memory of those before it, and each alone."""
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


def test_a_decision_names_levels_in_the_words_of_officials() -> None:
    decision = decide(SHIQIAO, "traffic")
    assert decision.unit_level is Level.COUNTY
    assert "甲江省江州市河阳县石桥镇" in decision.reason
    assert "县级" in decision.reason
