"""The imprint of an answer: the same for copies that were filled in anew, another for another text."""

import pytest

from producers.formats.answers import LEAST, imprint_of

ANSWER = (
    "您于2026年3月4日反映的问题收悉。经调查核实，情况已移交相关单位处理，相关工作正在有序推进之中，"
    "共投入12万元，感谢您对我们工作的理解与支持，祝您生活愉快。"
)
OTHER = "村南生产路已由镇政府组织修复，共铺设碎石并做了排水沟，现场经来信人查看确认，路面可以通行，请继续监督。"


@pytest.mark.parametrize(
    "copy",
    [
        ANSWER,
        "尊敬的石一山先生：您好！" + ANSWER,
        "尊敬的来信人：" + ANSWER,
        "石一山同志，您好。\n" + ANSWER,
        "答复意见：尊敬的网友，您好！" + ANSWER,
        ANSWER.replace("2026年3月4日", "二〇二五年十二月十九日"),
        ANSWER.replace("2026年3月4日", "2025-12-19").replace("12万元", "3 亿元"),
        ANSWER.replace("。", "!\r\n　"),
        ANSWER.replace("，", ","),
    ],
)
def test_copies_that_differ_in_what_is_filled_in_have_one_imprint(copy: str) -> None:
    assert imprint_of(copy) == imprint_of(ANSWER)


def test_the_petitioners_name_counts_nowhere_where_it_is_known() -> None:
    named = ANSWER.replace("经调查核实", "经向{}本人调查核实")
    one, other = (imprint_of(named.format(name), name) for name in ("石一山", "欧阳晓岚"))
    assert one == other != imprint_of(named.format("石一山"))


def test_another_text_has_another_imprint() -> None:
    found = [imprint_of(text) for text in (ANSWER, OTHER, OTHER.replace("镇政府", "县交通局"))]
    assert None not in found
    assert len(set(found)) == 3


@pytest.mark.parametrize(("count", "is_told"), [(LEAST - 1, False), (LEAST, True)])
def test_a_text_that_is_too_short_tells_no_answers_apart(count: int, is_told: bool) -> None:
    assert (imprint_of("路" * count + "1234，。 2026年3月") is not None) is is_told


@pytest.mark.parametrize("text", ["", "已办结", "已办结，感谢您的来信。", "1" * 500, "某某：您好！", "：" * 200])
def test_what_is_said_of_any_matter_has_no_imprint(text: str) -> None:
    assert imprint_of(text) is None


def test_an_imprint_says_how_much_text_it_stands_for_and_holds_none_of_it() -> None:
    found = imprint_of(ANSWER)
    assert found is not None
    assert found.length == len("您于反映的问题收悉经调查核实情况已移交相关单位处理相关工作正在有序推进之中") + len(
        "共投入感谢您对我们工作的理解与支持祝您生活愉快"
    )
    assert set(found.model_dump()) == {"digest", "length"}
