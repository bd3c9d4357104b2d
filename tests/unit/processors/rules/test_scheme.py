"""Three levels of what a matter is about, as data: sector, category, issue. Invented matters."""

import pytest

from processors.rules.classification import Classifier, shipped_lexicon
from processors.rules.scheme import read_scheme, shipped_scheme
from schemas.petition import Classification

CLASSIFIER = Classifier()
LEXICON = shipped_lexicon()


def levels(found: Classification) -> tuple[str, str, str]:
    return found.sector, found.category, found.issue


@pytest.mark.parametrize(
    ("text", "sector", "issue"),
    [
        ("村里征地补偿款拖了两年，青苗费也没有发。", "land_resources", "land.requisition"),
        ("邻居一户多宅，又占了我家宅基地。", "land_resources", "land.homestead"),
        ("土地流转三年，流转费一分没有给。", "rural", "agriculture.transfer"),
        ("开发商逾期交房，楼盘成了烂尾楼。", "urban_rural", "housing.delivery"),
        ("物业公司乱涨物业费，业委会成立不了。", "urban_rural", "housing.property"),
        ("楼顶加盖房屋，属于违章建筑。", "urban_rural", "construction.illegal_building"),
        ("包工头拖欠工资，我们的血汗钱要不回来。", "labour_security", "labour.wages"),
        ("单位不给申请工伤认定。", "labour_security", "labour.injury"),
        ("居民医保报销比例算错，异地就医不给报。", "labour_security", "social_security.medical"),
        ("通村公路坑洼不平，年年说修路。", "transport", "traffic.road"),
        ("地铁站出口离小区太远。", "transport", "public_transport.metro"),
        ("养猪场臭味熏天，粪水直流。", "ecology", "environment.odour"),
        ("学区划片不公，孩子入学没有学位。", "education_culture", "education.admission"),
        ("健身房收了预付卡就跑路。", "economy", "market.prepaid"),
        ("低保评议不公，五保户也被取消。", "welfare", "civil_affairs.allowance"),
        ("被执行人是老赖，申请执行没有结果。", "politics_law", "litigation.enforcement"),
    ],
)
def test_the_words_of_a_letter_name_sector_category_and_issue(text: str, sector: str, issue: str) -> None:
    found = CLASSIFIER.classify("", text)
    assert levels(found) == (sector, issue.split(".")[0], issue)
    assert found.sector_name
    assert found.issue_name


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("医院的医生态度差，住院住了半个月，护士没人管。", "health"),
        ("开发商逾期交房，物业公司还催物业费。", "housing"),
    ],
)
def test_where_words_name_no_issue_or_several_it_stays_open(text: str, category: str) -> None:
    found = CLASSIFIER.classify("", text)
    assert (found.category, found.issue, found.issue_name) == (category, "", "")
    assert found.sector


def test_where_the_category_is_open_so_are_the_other_levels() -> None:
    assert levels(CLASSIFIER.classify("", "有件事想反映，请领导重视。")) == ("", "", "")


def test_every_category_is_in_one_sector_and_its_issues_share_no_word() -> None:
    scheme = shipped_scheme()
    assert sorted(scheme.sectors) == sorted(LEXICON.codes)
    words = {
        code: {LEXICON.terms[i] for i, row in enumerate(LEXICON.weights) if any(c == number for c, _ in row)}
        for number, code in enumerate(LEXICON.codes)
    }
    for category, issues in scheme.issues.items():
        named = [word for issue in issues for word in issue.words]
        assert len(named) == len(set(named))
        assert words[category].issuperset(named)


def test_another_province_has_another_scheme() -> None:
    scheme = read_scheme(
        '[sectors]\nmoney = { name = "钱款", categories = ["labour"] }\n'
        '[issues.labour]\nunpaid = { name = "没有给钱", words = ["拖欠工资"] }\n'
    )
    found = Classifier(LEXICON, scheme).classify("", "包工头拖欠工资。")
    assert (found.sector_name, found.issue_name) == ("钱款", "没有给钱")
