"""Figures of a letter are written in one way, whoever tells the matter."""

import pytest

from processors.rules.anchors import FIGURE, LIMIT, anchors, has_name
from processors.rules.figures import MOST, figures


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("欠我家14.74万元", "拖欠147400元"),
        ("欠款9万块", "欠款90000块钱"),
        ("去年9月份停的水", "2025年9月起停水"),
        ("前年12月动工", "2024年12月份动工"),
        ("163户受淹", "我们163家的墙都裂了"),
        ("堤脚塌了11.50米", "塌方11.5米"),
    ],
)
def test_the_same_figure_is_recognised_however_it_is_written(one: str, other: str) -> None:
    assert figures(one, 2026) == figures(other, 2026) != []


@pytest.mark.parametrize(
    "text",
    ["拨打12345热线", "今年58岁", "来访3次", "家里5口人，一家3户", "2025年", "100%", "2019/2/28 11:25"],
)
def test_what_every_letter_may_say_is_no_figure(text: str) -> None:
    assert figures(text, 2026) == []


def test_a_number_is_read_whole() -> None:
    assert figures("共1234567.5元和12.345.67元", 2026) == ["1234567.5元"]


def test_the_year_of_the_letter_decides_what_last_year_means() -> None:
    assert figures("去年9月", 2025) == figures("前年9月", 2026) != figures("去年9月", 2026)


def test_figures_and_names_are_told_apart_among_anchors() -> None:
    assert all(anchor & FIGURE for anchor in anchors("163户每家14.74万元", 2026))
    assert not has_name(anchors("163户每家14.74万元", 2026))
    assert has_name(anchors("163户住在丽泽小区", 2026))
    assert has_name(anchors("法院（2023）豫1302民初1188号判决", 2026))


def test_there_are_few_anchors_however_long_the_letter_is() -> None:
    text = "".join(f"{number}户在{chr(0x4E00 + number)}{chr(0x4F00 + number)}小区，" for number in range(10, 99))
    assert len(figures(text, 2026)) == MOST
    assert len(anchors(text, 2026)) == LIMIT
