"""What matters are about, explained by the words that decided. Invented matters."""

import pytest

from processors.rules.classification import Classifier, read_lexicon, shipped_lexicon
from processors.rules.learned import Learned, to_bytes

CLASSIFIER = Classifier()


@pytest.mark.parametrize(
    ("title", "body", "category", "told"),
    [
        ("征地补偿款未发放", "我村修路征用耕地，补偿款至今没有发到村民手中。", "land", "征地"),
        ("宅基地被占", "邻居翻建时多占我家宅基地半米，要求重新丈量。", "land", "宅基地"),
        ("承包地被收回", "村里收回我的承包地，没有给新的承包合同，也没有流转费。", "agriculture", "承包"),
        ("买到假种子", "合作社卖的玉米种子不出苗，几十亩地绝收。", "agriculture", "种子"),
        ("物业不作为", "物业公司收费不服务，电梯经常故障，物业费照收不误。", "housing", "物业"),
        ("逾期交房", "开发商逾期一年没有交房，购房合同约定的违约金也不付。", "housing", "交房"),
        ("楼顶违建", "有人在楼顶加盖房屋，属于违章建筑，影响采光。", "construction", "违章建筑"),
        ("路灯不亮", "新修的市政道路路灯不亮，井盖缺失。", "construction", "路灯"),
        ("拖欠工资", "我们十几名农民工在工地干了半年，包工头拖欠工资不给。", "labour", "工资"),
        ("工伤认定", "上班时受伤，用人单位没有签劳动合同，不给申请工伤认定。", "labour", "工伤"),
        ("养老保险断缴", "企业多年未缴养老保险，现在无法办理退休手续。", "social_security", "养老保险"),
        ("道路坑洼", "村口的公路坑洼不平，大货车超载碾压，出行困难。", "traffic", "公路"),
        ("建议增加公交", "新区没有公交车，希望增加一条公交线路。", "public_transport", "公交"),
        ("化工厂异味", "村旁化工厂夜间偷排废气，气味刺鼻，河水发黑。", "environment", "废气"),
        ("养猪场污染", "养猪场污水直排沟里，臭味熏天，苍蝇成群。", "environment", "污水"),
        ("入学难", "孩子到了入学年龄，学区内的小学说没有学位，不给报名。", "education", "小学"),
        ("手术后感染", "在县里的医院做手术后感染，医生说是正常现象，要求看病历。", "health", "医院"),
        ("健身房跑路", "办理的预付卡，健身房关门跑路，要求退款。", "market", "预付卡"),
        ("落户问题", "离婚后户口一直迁不出来，派出所说材料不全。", "public_security", "户口"),
        ("被打无人管", "邻居持刀威胁并将我打伤，报警后没有立案。", "public_security", "打伤"),
        ("申请低保", "我家有两名残疾人，生活困难，申请低保没有批。", "civil_affairs", "低保"),
        ("停水多日", "全村停水三天，自来水公司没有回应，吃水困难。", "water", "停水"),
        ("灌溉渠被挖断", "施工队挖断灌溉渠，几十亩麦田浇不上水。", "water", "灌溉渠"),
        ("占道经营", "早市的流动摊贩占道经营，垃圾成堆，环卫也不清运。", "urban_management", "占道经营"),
        ("集资款取不回", "投资公司以高息非法集资，本金取不回来。", "finance", "集资"),
        ("账目不公开", "村支书贪污低保款，截留补助，账目不公开。", "discipline", "贪污"),
        ("不服判决", "我对法院一审判决不服，申请再审。", "litigation", "判决"),
        ("执行难", "判决生效两年，被执行人转移财产，执行局没有进展。", "litigation", "被执行人"),
    ],
)
def test_the_words_of_a_matter_decide_its_category_and_are_told(
    title: str, body: str, category: str, told: str
) -> None:
    found = CLASSIFIER.classify(title, body)
    assert found.category == category
    assert any(told in term or term in told for term in found.terms)
    assert found.category_name
    assert 0.1 <= found.score <= 1.0


@pytest.mark.parametrize(
    ("title", "body"),
    [("", ""), ("您好", "请问一下"), ("求助", "有件事想反映，请领导重视。"), ("🙂", "abc 123 \x00"), ("问", "")],
)
def test_where_words_do_not_decide_the_category_stays_empty(title: str, body: str) -> None:
    found = CLASSIFIER.classify(title, body)
    assert (found.category, found.category_name, found.terms) == ("", "", ())


def test_words_that_speak_for_two_matters_alike_decide_nothing() -> None:
    assert CLASSIFIER.classify("", "宅基地，低保").category == ""


def test_the_countys_own_category_decides_between_two() -> None:
    assert CLASSIFIER.classify("", "宅基地，低保", hint="民政类").category == "civil_affairs"
    assert CLASSIFIER.classify("", "宅基地，低保", hint="国土资源").category == "land"


def test_the_countys_own_category_does_not_overrule_the_text() -> None:
    body = "村旁化工厂夜间偷排废气，气味刺鼻，河水发黑。"
    assert CLASSIFIER.classify("化工厂异味", body, hint="教育").category == "environment"


def test_a_hint_alone_decides_nothing() -> None:
    assert CLASSIFIER.classify("求助", "", hint="教育").category == ""


def test_a_word_in_the_title_counts_twice() -> None:
    assert (
        CLASSIFIER.classify("低保", "宅基地").category == CLASSIFIER.classify("低保", "低保，宅基地").category != ""
    )


def test_only_words_of_the_lexicon_are_told() -> None:
    terms = {*shipped_lexicon().terms, *shipped_lexicon().learned.words}
    found = CLASSIFIER.classify("赵甲乙反映物业", "赵甲乙住河东巷三号，物业公司乱收物业费，电话13800000000")
    assert set(found.terms) <= terms
    assert not any("赵" in term or "138" in term for term in found.terms)


def test_a_word_is_told_once_even_inside_a_longer_one() -> None:
    found = CLASSIFIER.classify("", "征地补偿款一直没有发，征地时也没有公告。")
    assert found.terms.count("征地补偿款") == 1
    assert not any(a != b and a in b for a in found.terms for b in found.terms)


def test_a_letter_of_a_hundred_thousand_characters_is_read_at_its_beginning() -> None:
    assert CLASSIFIER.classify("", "拖欠农民工工资。" + "无" * 100_000).category == "labour"


def test_another_lexicon_gives_another_scheme() -> None:
    categories = (
        "[weights]\ndecisive = 3.0\ntypical = 1.0\nsupporting = 0.5\n"
        '[sea]\nname = "海事"\nlearned = "g"\nhints = []\ndecisive = ["渔船"]\ntypical = []\nsupporting = []\n'
        '[sky]\nname = "航空"\nlearned = ""\nhints = []\ndecisive = ["航班"]\ntypical = []\nsupporting = []\n'
    )
    learned = Learned.from_bytes(to_bytes(("g",), [-10], [("码头", True, 60, [100])]))
    classifier = Classifier(read_lexicon(categories, learned))
    assert classifier.classify("", "渔船在码头").terms == ("渔船", "码头")
    assert classifier.classify("", "航班延误").category == "sky"


def test_the_scheme_has_names_and_no_word_with_two_tiers() -> None:
    lexicon = shipped_lexicon()
    assert len(set(lexicon.codes)) == len(lexicon.codes) == len(lexicon.names) == 20
    assert all(lexicon.names)


def test_a_letter_is_classified_alike_alone_and_among_others() -> None:
    letters = [
        ("楼顶违建", "有人在楼顶加盖房屋，影响采光。", ""),
        ("", "", ""),
        ("求助", "", "民政类"),
        ("", "宅基地，低保", "国土资源"),
        ("化工厂异味", "村旁化工厂夜间偷排废气，河水发黑。" * 60, ""),
        ("\ud800", "🙂停水三天", "不存在"),
    ]
    assert CLASSIFIER.classify_all(letters) == [CLASSIFIER.classify(*letter) for letter in letters]
    assert CLASSIFIER.classify_all([]) == []
