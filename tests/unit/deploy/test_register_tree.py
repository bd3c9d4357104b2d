"""A division as a tree: departments with their categories, places with their units."""

from dataclasses import replace
from datetime import date

from deploy.register_tree import tree
from processors.rules.register import Administration
from tests.small_register import HEYANG, LINQUAN, LIULIN, SHIQIAO, small_register

DAY = date(2024, 3, 1)


def test_each_category_stands_behind_the_department_in_charge_and_each_place_before_its_unit() -> None:
    lines = list(tree(small_register(), HEYANG, DAY))
    assert lines[0] == f"河阳县 {HEYANG}  2024-03-01"
    assert f"├─ 河阳县交通运输局  {HEYANG}-transport  traffic" in lines
    assert f"├─ 石桥镇 {SHIQIAO} → 石桥镇人民政府 {SHIQIAO}-government, 1 below" in lines
    assert lines[-1] == f"└─ 柳林乡 {LIULIN} → 柳林乡人民政府 {LIULIN}-government, 1 below"


def test_the_day_decides_what_lies_below_and_who_administers_it() -> None:
    row = Administration(LIULIN, LINQUAN, frozenset(), date(2024, 1, 1))
    register = replace(small_register(), administrations=(row,))
    assert "administered by 临泉区" in list(tree(register, HEYANG, DAY))[-1]
    before = list(tree(register, HEYANG, date(2018, 6, 1)))
    assert not any("administered" in line for line in before)
    assert any("北沟乡" in line for line in before)


def test_a_code_that_the_day_does_not_know_has_no_tree() -> None:
    assert list(tree(small_register(), "99", DAY)) == []
