"""What else a letter is about, beside its leading category. Invented matters."""

import pytest

from processors.rules.classification import Classifier

CLASSIFIER = Classifier()


@pytest.mark.parametrize(
    ("text", "leading", "also"),
    [
        ("包工头拖欠农民工工资。工地夜间施工噪音扰民，粉尘很大。", "labour", {"environment": ("噪音", "扰民")}),
        ("通村公路坑洼不平，道路破损。另外，自来水也经常停水。", "traffic", {"water": ("自来水", "停水")}),
        ("烧烤摊占道经营，每天到半夜。物业公司乱收物业费。", "urban_management", {"housing": ("物业公司", "物业费")}),
        ("征地补偿款没有发。此外村支书冒领低保。", "land", {"civil_affairs": ("低保",), "discipline": ("冒领",)}),
    ],
)
def test_another_matter_in_a_sentence_of_its_own_is_told_with_its_words(
    text: str, leading: str, also: dict[str, tuple[str, ...]]
) -> None:
    found = CLASSIFIER.classify("", text)
    assert found.category == leading
    assert {one.category for one in found.also} == set(also)
    for one in found.also:
        assert set(also[one.category]) <= set(one.terms)
        assert one.category_name


@pytest.mark.parametrize(
    "text",
    [
        "小学门口的道路坑洼不平，学生出行难。",
        "被打后报警，派出所出警了，住院花了两万元。",
        "开发商说配套有学校、医院、地铁站，购房合同签了却逾期交房。",
        "包工头拖欠工资。我们在工地睡不着。",
        "拆迁补偿没有到位。我们去过法院，也找过公安局。",
    ],
)
def test_what_is_only_mentioned_is_no_matter(text: str) -> None:
    assert CLASSIFIER.classify("", text).also == ()


def test_one_word_is_enough_only_where_the_letter_says_that_more_follows() -> None:
    assert CLASSIFIER.classify("", "通村公路坑洼不平。村里经常停水。").also == ()
    (one,) = CLASSIFIER.classify("", "通村公路坑洼不平。另外村里经常停水。").also
    assert (one.category, one.terms) == ("water", ("停水",))


def test_one_word_inside_another_is_one_word() -> None:
    assert CLASSIFIER.classify("", "通村公路坑洼不平。欠薪已久，征地补偿没有给。").also == ()


def test_where_two_matters_are_even_none_leads_and_both_are_told() -> None:
    found = CLASSIFIER.classify("", "砖厂冒黑烟，臭味难闻。另外镇上通村公路坑洼不平。")
    assert found.category == ""
    assert {one.category for one in found.also} == {"environment", "traffic"}


def test_more_than_two_others_are_not_named() -> None:
    text = "包工头拖欠工资。另外停水。此外路灯不亮。另外占道经营。另外物业费乱涨。"
    assert len(CLASSIFIER.classify("", text).also) == 2
