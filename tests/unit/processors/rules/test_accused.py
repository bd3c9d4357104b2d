"""Which offices a text complains about, and which it only names. Invented places and matters."""

from datetime import date

import pytest

from processors.rules.accused import Accused, recognise_accused
from tests.small_register import CITY, HEYANG, LINQUAN, LIULIN, PINGSHAN, SHANGWAN, SHIQIAO, small_register

REGISTER = small_register()
DAY = date(2024, 3, 1)


def accused(text: str, code: str = SHANGWAN) -> Accused | None:
    return recognise_accused(text, tuple(REGISTER.ancestors(code, DAY)), DAY, REGISTER)


def codes(found: Accused | None) -> tuple[str, ...]:
    return tuple(u.code for u in found.units) if found else ()


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("我镇政府长期不作为", f"{SHIQIAO}-government"),
        ("石桥镇人民政府违规发包", f"{SHIQIAO}-government"),
        ("被柳林乡政府强行占地", f"{LIULIN}-government"),
        ("镇长打人", f"{SHIQIAO}-government"),
        ("镇干部带人强拆", f"{SHIQIAO}-government"),
        ("多次到镇政府反映，一直推诿", f"{SHIQIAO}-government"),
        ("找了镇政府，工作人员互相推，没有结果", f"{SHIQIAO}-government"),
        ("举报石桥镇政府违规", f"{SHIQIAO}-government"),
        ("实名控告镇党委书记", f"{SHIQIAO}-government"),
        ("由于镇政府违规签订合同", f"{SHIQIAO}-government"),
        ("县公安局有案不立", f"{HEYANG}-public_security"),
        ("派出所民警殴打群众", f"{HEYANG}-public_security"),
        ("河阳县国土局违规发证", f"{HEYANG}-natural_resources"),
        ("临泉区教育局乱收费", f"{LINQUAN}-education"),
        ("法院枉法裁判", f"{HEYANG}-court"),
        ("江州市中级人民法院枉法裁判", f"{CITY}-court"),
        ("县信访局敷衍了事", f"{HEYANG}-petition"),
        ("县委书记包庇亲属", f"{HEYANG}-government"),
        ("市政府强征土地", f"{CITY}-government"),
    ],
)
def test_an_office_is_complained_about_where_a_word_of_wrongdoing_or_stalling_follows(text: str, unit: str) -> None:
    assert codes(accused(text)) == (unit,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "请镇政府查处违规建房",
        "请石桥镇政府查处开发商违法占地",
        "希望县政府督促镇政府不要推诿",
        "镇政府附近的砖厂违规排放",
        "投诉镇政府旁边的饭店油烟扰民",
        "县公安局家属院的物业违规收费",
        "向县公安局举报有人赌博",
        "建议县交通局整治违法停车",
        "县住建局备案的开发商违规预售",
        "镇政府已经答复，感谢",
        "开发商违规施工，老板打人",
        "我们找到镇政府。包工头拖欠工资",
        "县自然资源局调查认定该户违法占地",
    ],
)
def test_an_office_that_is_only_named_or_asked_to_act_is_not_complained_about(text: str) -> None:
    assert accused(text) is None


def test_a_villages_cadres_are_no_unit_of_the_register() -> None:
    found = accused("村支书贪污低保款，村主任打人")
    assert found is not None
    assert (found.units, found.is_village, found.is_corruption) == ((), True, True)


def test_offices_that_act_together_are_all_complained_about_highest_first() -> None:
    found = accused("镇政府和县自然资源局勾结征地")
    assert codes(found) == (f"{HEYANG}-natural_resources", f"{SHIQIAO}-government")


@pytest.mark.parametrize(
    ("text", "is_corruption"),
    [("镇长收受好处费", True), ("镇政府截留补偿款", True), ("举报镇长受贿", True), ("镇政府不作为", False)],
)
def test_money_makes_it_corruption(text: str, is_corruption: bool) -> None:
    found = accused(text)
    assert found is not None
    assert found.is_corruption is is_corruption


def test_the_city_government_of_a_county_level_city_is_the_countys() -> None:
    assert codes(accused("市政府违法征地", PINGSHAN)) == (f"{PINGSHAN}-government",)
    assert codes(accused("江州市政府违法征地", PINGSHAN)) == (f"{CITY}-government",)


def test_without_a_place_nobody_in_particular_is_complained_about() -> None:
    assert recognise_accused("镇政府不作为", (), DAY, REGISTER) is None


def test_only_words_of_the_lexicon_are_kept() -> None:
    found = accused("镇长赵甲乙收受钱某好处费")
    assert found is not None
    assert not any("赵" in act or "钱某" in act for act in found.acts)


def test_a_very_long_text_is_read_at_its_beginning() -> None:
    assert codes(accused("镇政府不作为" + "无" * 100_000)) == (f"{SHIQIAO}-government",)
    assert accused("无" * 100_000 + "镇政府不作为") is None
