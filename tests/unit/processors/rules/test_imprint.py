"""What a form letter exchanges, against what a copy, a scan, a supplement or a letter in other words changes."""

import pytest

from processors.rules.imprint import LENGTH, exchanged, imprint, imprints

FORM = (
    "我们是{}的业主，合同约定去年十月交房，开发商{}一直拖到现在，工地早已停工。首付和贷款都已经交清，每月还要还"
    "银行的钱，又要在外面租房。{}的业主多次维权没有结果，请求督促企业复工交房。"
)
ESTATE = FORM.format("丽泽新苑", "宏鼎置业有限公司", "丽泽新苑")
OTHERS = {
    "another estate and firm": FORM.format("金科雅居", "瑞邦地产有限公司", "金科雅居"),
    "another estate": FORM.format("紫荆名邸", "宏鼎置业有限公司", "紫荆名邸"),
    "an estate called in everyday words": FORM.format("人民公园", "宏鼎置业有限公司", "人民公园"),
    "two characters of a name": FORM.format("丽泽雅居", "宏鼎置业有限公司", "丽泽雅居"),
    "a longer name": FORM.format("盛世豪庭国际", "宏鼎置业有限公司", "盛世豪庭国际"),
}
COURT = "我与对方的买卖合同纠纷经法院{}判决，对方应付货款，申请执行两年只冻结了一个空账户，请求法院加大执行力度。"
ROAD = "{}一到晚上一片漆黑，路灯坏了大半没有人修，接孩子的老人摔了好几回，请求有关部门尽快检修。"
SAME = {
    "the same text": ESTATE,
    "another salutation": "尊敬的领导您好：" + ESTATE,
    "near-synonyms": ESTATE.replace("一直", "始终").replace("请求", "恳请").replace("多次", "好几次"),
    "a supplement": ESTATE + "上周来了几个工人刷外墙，三天后又走了。",
    "a shorter letter": ESTATE[:90],
    "a misspelt name": ESTATE.replace("丽泽", "丽择", 1),
    "a bad scan": ESTATE.replace("业主", "业王").replace("开发", "幵发").replace("银行", "银衍").replace("已", "己"),
    "an ending that is misread beside a name": ESTATE.replace("有限公司", "有限么司"),
    "another phrase": ESTATE.replace("工地早已停工", "现场冷冷清清塔吊生了锈看不到一个工人"),
    "nothing": "",
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_other_names_in_the_same_words_are_exchanged(other: str) -> None:
    assert exchanged(imprint(ESTATE), imprint(other)) == 1.0


@pytest.mark.parametrize("other", SAME.values(), ids=SAME.keys())
def test_a_copy_a_scan_or_a_supplement_exchanges_nothing(other: str) -> None:
    assert exchanged(imprint(ESTATE), imprint(other)) == 0.0


def test_a_file_number_and_a_road_are_names_too() -> None:
    files = (COURT.format(number) for number in ("（2023）豫1302民初1188号", "（2024）豫1325民初407号"))
    assert exchanged(*map(imprint, files)) == 1.0
    assert exchanged(*(imprint(ROAD.format(road)) for road in ("雪枫东路", "医圣北路"))) > 0.0


@pytest.mark.parametrize("other", [*OTHERS.values(), *SAME.values()])
def test_it_does_not_matter_which_letter_came_first(other: str) -> None:
    one, two = imprint(ESTATE), imprint(other)
    assert exchanged(one, two) == exchanged(two, one)


@pytest.mark.parametrize("body", ["", "水", "？！", "水" * 5_000, "\ud800坏字", "水\ua000水"])
def test_any_text_has_an_imprint_of_bounded_length(body: str) -> None:
    assert len(imprint(body)) < LENGTH


def test_a_letter_has_the_same_imprint_alone_and_among_others() -> None:
    bodies = ["", "水", *OTHERS.values(), *SAME.values(), "水" * 5_000, COURT.format("（2023）豫1302民初1188号")]
    assert imprints(bodies) == [imprint(body) for body in bodies]
    assert imprints([]) == []
