"""What makes two petitions one matter, and what forbids it."""

from dataclasses import replace
from itertools import product

import msgspec
import pytest

from processors.rules.agreement import Agreement, agreement
from processors.rules.relation import (
    FACTS,
    OTHER_PETITIONER,
    SAME_PETITIONER,
    Trace,
    are_places_in_conflict,
    is_no_other_form,
    is_particular,
    likelihood,
    may_be_one_matter,
    relation,
)
from processors.rules.repeat import trace_of
from processors.rules.weighing import KINDS, Evidence, Weights, shipped_weights
from schemas.petition import Classification, Place
from schemas.terms import Confidence, Level
from tests.petitions import petition

MIXER = {"title": "丽泽新苑旁搅拌站噪音扰民", "body": "丽泽新苑小区旁边建了搅拌站，夜里噪音很大，粉尘飘进家里。"}
RETOLD = {"title": "丽泽新苑搅拌站粉尘", "body": "搅拌站离丽泽新苑不到百米，灰尘和噪音让人无法生活。"}
BUS = {"title": "丽泽新苑门口公交太少", "body": "门口只有一趟公交车，上班要等半个小时，建议增加线路。"}
CITY = Place(code="4110", name="河南省许昌市", level=Level.CITY, confidence=Confidence.CERTAIN)


def trace(letter: dict[str, str], place: Place = CITY) -> Trace:
    return trace_of(petition(**letter), place, Classification(), "4110")


def test_different_people_join_where_the_text_names_only_an_estate() -> None:
    assert relation(trace(MIXER), trace(RETOLD), OTHER_PETITIONER).score >= OTHER_PETITIONER.same


def test_other_trouble_at_the_same_estate_is_another_matter() -> None:
    assert relation(trace(MIXER), trace(BUS), OTHER_PETITIONER).score < OTHER_PETITIONER.same


def test_the_score_does_not_depend_on_which_petition_came_first() -> None:
    for weights in (SAME_PETITIONER, OTHER_PETITIONER):
        assert relation(trace(MIXER), trace(BUS), weights) == relation(trace(BUS), trace(MIXER), weights)


def test_no_likeness_outweighs_another_place() -> None:
    here = Place(code="411002", name="河南省许昌市魏都区", level=Level.COUNTY, confidence=Confidence.CERTAIN)
    there = Place(code="411003", name="河南省许昌市建安区", level=Level.COUNTY, confidence=Confidence.CERTAIN)
    assert relation(trace(MIXER, here), trace(MIXER, there), SAME_PETITIONER).is_vetoed
    assert not relation(trace(MIXER, here), trace(MIXER, CITY), SAME_PETITIONER).is_vetoed


@pytest.mark.parametrize(
    ("perhaps", "place", "is_conflict"),
    [
        (("411002", "411003"), "411003", False),
        (("411002", "411003"), "4110", False),
        (("411002", "411003"), "411081", True),
        ((), "411081", False),
    ],
)
def test_an_open_place_conflicts_with_what_it_cannot_be(
    perhaps: tuple[str, ...], place: str, is_conflict: bool
) -> None:
    open_place = msgspec.structs.replace(trace(MIXER), place="", perhaps=perhaps)
    known = msgspec.structs.replace(trace(MIXER), place=place)
    assert are_places_in_conflict(open_place, known) is are_places_in_conflict(known, open_place) is is_conflict


def test_the_evidence_is_told_with_the_version_of_the_weights() -> None:
    told = relation(trace(MIXER), trace(RETOLD), OTHER_PETITIONER).evidence
    assert any(words.startswith("专名相合") for words in told)
    assert told[-1] == f"权重{shipped_weights().other_petitioner.version}"


def test_evidence_for_never_counts_against_and_evidence_against_never_for() -> None:
    for weights in (SAME_PETITIONER, OTHER_PETITIONER):
        for kind, weight in zip(KINDS, weights.of, strict=True):
            assert (
                weight <= 0 if kind in {"exchanged", "one_village", "other_category", "no_anchor"} else weight >= 0
            ), kind


def test_weights_of_an_unknown_kind_are_refused() -> None:
    data = {"same": 0.5, "unsure": 0.4, "bias": -1.0, "handwriting": 2.0}
    with pytest.raises(ValueError, match="handwriting"):
        Weights.from_dict("t", data)


def test_a_score_is_a_probability() -> None:
    weights = Weights.from_dict("t", {"same": 0.5, "unsure": 0.4, "bias": 0.0, "names": 100.0})
    assert weights.score(Evidence()) == 0.5
    assert 0.99 < weights.score(Evidence(names=1.0)) <= 1.0


FORM = (
    "我们是{0}的业主，{1}物业公司进驻以后，楼道的灯坏了没有人换，垃圾堆到一楼门口，监控大半是坏的。谁不交费就停谁家"
    "的电梯卡，{0}的公共收益从来没有公示。请求住建部门责令整改，指导{0}成立业主委员会。"
)


@pytest.mark.parametrize("weights", [SAME_PETITIONER, OTHER_PETITIONER], ids=["one person", "two people"])
def test_a_form_filled_in_for_another_estate_is_another_matter(weights: Weights) -> None:
    one, other = (
        trace({"title": "物业只收费不服务", "body": FORM.format(*names)})
        for names in (("丽泽新苑", "鼎泰"), ("金科雅居", "瑞邦"))
    )
    found = relation(one, other, weights)
    assert found.text.containment > 0.5
    assert found.score < weights.same
    assert "用语相同而所指不同" in found.evidence
    assert relation(one, one, weights).score >= weights.same


VILLAGE = Place(
    code="411002100201", name="河南省许昌市魏都区某镇某村", level=Level.VILLAGE, confidence=Confidence.CERTAIN
)
ELSEWHERE = Place(code="411003", name="河南省许昌市建安区", level=Level.COUNTY, confidence=Confidence.CERTAIN)
OWED = {"title": "拖欠工资46万元", "body": "今年3月起工地拖欠二十三人工资46万元，共计163户受影响，请求追回。"}
LETTERS = (
    MIXER,
    RETOLD,
    BUS,
    OWED,
    {"title": "没有水", "body": "全村163户从今年3月起没有水吃，打井要46万元。"},
    *(
        {"title": "物业只收费不服务", "body": FORM.format(*names)}
        for names in (("丽泽新苑", "鼎泰"), ("金科雅居", "瑞邦"))
    ),
    {"title": "", "body": ""},
)
STRICT = (
    SAME_PETITIONER,
    OTHER_PETITIONER,
    replace(OTHER_PETITIONER, same=0.02),
    replace(OTHER_PETITIONER, same=0.99),
)


def is_one_matter(one: Trace, other: Trace, weights: Weights) -> bool:
    found = may_be_one_matter(one, other, weights)
    return found is not None and is_no_other_form(one, other, found, weights)


@pytest.mark.parametrize("weights", STRICT, ids=["one person", "two people", "lenient", "strict"])
def test_what_is_excluded_early_is_what_its_likelihood_excludes(weights: Weights) -> None:
    traces = [trace(letter, place) for letter, place in product(LETTERS, (CITY, VILLAGE, ELSEWHERE))]
    pairs = [pair for pair in product(traces, repeat=2) if is_particular(*pair, shared(*pair))]
    found = {
        (is_one_matter(one, other, weights), likelihood(one, other, weights) >= weights.same) for one, other in pairs
    }
    assert found == {(True, True), (False, False)}


TOWNSHIP = Place(code="411002100", name="河南省许昌市魏都区某镇", level=Level.TOWNSHIP, confidence=Confidence.CERTAIN)
NOWHERE = Place()
WELL = {"title": "机井打好两年不通电", "body": "村里新打的机井到现在没有通电，地里浇不上水，施工方和镇里互相推。"}
RETOLD_WELL = {
    "title": "机井不通电浇不上地",
    "body": "井房盖得好看，机井没有接通电源，天旱浇不上水，三家互相推，没人管。",
}


def shared(one: Trace, other: Trace) -> Agreement:
    return agreement(one.sketch, other.sketch, one.profile, other.profile)


@pytest.mark.parametrize(
    ("place", "other_place", "other", "is_enough"),
    [
        (VILLAGE, NOWHERE, RETOLD_WELL, False),
        (VILLAGE, NOWHERE, WELL, True),
        (VILLAGE, TOWNSHIP, RETOLD_WELL, False),
        (TOWNSHIP, TOWNSHIP, RETOLD_WELL, False),
        (VILLAGE, VILLAGE, RETOLD_WELL, True),
        (NOWHERE, NOWHERE, RETOLD_WELL, True),
        (CITY, ELSEWHERE, RETOLD_WELL, True),
    ],
)
def test_a_letter_that_does_not_say_in_which_village_needs_a_copy_or_facts(
    place: Place, other_place: Place, other: dict[str, str], is_enough: bool
) -> None:
    ones = trace(WELL, place), trace(other, other_place)
    for one, two in (ones, reversed(ones)):
        assert is_particular(one, two, shared(one, two)) is is_enough


def test_two_facts_in_common_are_as_good_as_a_village_but_not_for_a_letter_from_nowhere() -> None:
    told_again = {"title": "工资没有着落", "body": "从今年3月起，163户人家等着46万元，镇里没有人管。"}
    owed = trace(OWED, VILLAGE)
    for place, is_enough in ((TOWNSHIP, True), (NOWHERE, False)):
        other = trace(told_again, place)
        assert len(owed.anchors & other.anchors) >= FACTS
        assert is_particular(owed, other, shared(owed, other)) is is_enough


def test_only_weights_that_let_something_else_suffice_ask_for_no_name() -> None:
    nameless = Agreement(jaccard=1.0, containment=1.0, names=0.0, topics=1.0, gist=1.0, covered=0.0)
    assert not OTHER_PETITIONER.may_be_enough(nameless, is_one_place=False)
    assert SAME_PETITIONER.may_be_enough(nameless, is_one_place=False)
    assert replace(OTHER_PETITIONER, same=0.02).may_be_enough(nameless, is_one_place=False)
