"""Whoever is complained about withdraws, and whoever stands under it. Invented places and matters."""

import pytest

from schemas.terms import Ground
from tests.determined import decide
from tests.small_register import (
    CHENGDONG,
    CITY,
    HEYANG,
    LINQUAN,
    LIULIN,
    PINGSHAN,
    PROVINCE,
    SHANGWAN,
    SHIQIAO,
)


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
