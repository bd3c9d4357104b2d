"""Where a matter is, on an invented province: every rule of reading a place, as tables."""

from datetime import date

import pytest

from processors.rules.territory.gazetteer import Gazetteer
from schemas.terms import Confidence, Level
from tests.fakes_territory import small_register

BEFORE = date(2016, 6, 1)
AFTER = date(2024, 6, 1)
CERTAIN, LIKELY, AMBIGUOUS, NONE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.AMBIGUOUS, Confidence.NONE


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(small_register())


@pytest.mark.parametrize(
    ("text", "code", "confidence"),
    [
        ("云岭省砚山市桑田县枣林镇梨花沟村", "990222101202", CERTAIN),
        ("砚山市桑田县枣林镇", "990222101", CERTAIN),
        ("桑田县枣林镇", "990222101", CERTAIN),
        ("桑田枣林镇", "990222101", CERTAIN),
        ("桑田县枣林", "990222101", LIKELY),
        ("桑田县，枣林镇", "990222101", CERTAIN),
        ("桑田县枣林乡", "990222101", CERTAIN),
        ("桑田县桑田县枣林镇枣林镇梨花沟村", "990222101202", CERTAIN),
        ("桑田县", "990222", CERTAIN),
        ("桑田", "990222", LIKELY),
        ("澄州市", "9901", CERTAIN),
        ("枣林镇", "990222101", LIKELY),
        ("枣林镇高台村", "990222101201", CERTAIN),
        ("桑田县高台村", "990222101201", LIKELY),
        ("青桐区柳荫街道办事处书院路社区", "990101001001", CERTAIN),
        ("梨花沟村", "990222101202", LIKELY),
    ],
)
def test_a_name_leads_to_its_division_as_surely_as_it_is_written(
    gazetteer: Gazetteer, text: str, code: str, confidence: Confidence
) -> None:
    place = gazetteer.locate(text, AFTER)
    assert (place.code, place.confidence) == (code, confidence)


@pytest.mark.parametrize(
    ("text", "on", "code"),
    [
        ("澄州县", BEFORE, "990121"),
        ("澄州县", AFTER, "990102"),
        ("临澄区", BEFORE, "990121"),
        ("临澄区", AFTER, "990102"),
        ("澄州县石磨乡", BEFORE, "990121200"),
        ("澄州县石磨乡", AFTER, "990102100"),
        ("临澄区石磨镇", BEFORE, "990121200"),
        ("临澄区石磨乡高台村", AFTER, "990102100201"),
    ],
)
def test_old_and_new_names_lead_to_what_is_valid_on_the_day(
    gazetteer: Gazetteer, text: str, on: date, code: str
) -> None:
    assert gazetteer.locate(text, on).code == code


def test_a_village_lies_under_the_county_of_the_day(gazetteer: Gazetteer) -> None:
    assert "澄州县石磨乡" in gazetteer.locate("临澄区石磨镇高台村", BEFORE).name
    assert "临澄区石磨镇" in gazetteer.locate("澄州县石磨乡高台村", AFTER).name


def test_a_split_county_is_left_open_with_its_successors_and_their_city(gazetteer: Gazetteer) -> None:
    place = gazetteer.locate("合并县", AFTER)
    assert (place.code, place.confidence) == ("9902", AMBIGUOUS)
    assert set(place.alternatives) == {"990221", "990222"}


@pytest.mark.parametrize(
    ("text", "near", "code", "confidence"),
    [
        ("城关镇", "", "9902", AMBIGUOUS),
        ("城关镇", "990221", "990221100", LIKELY),
        ("城关镇", "990222", "990222100", LIKELY),
        ("城关镇", "990101", "9902", AMBIGUOUS),
        ("高台村", "990221", "990221100201", LIKELY),
        ("桑田县来信：城关镇道路破损", "990221", "990222100", LIKELY),
        ("枣林镇", "990222", "990222101", CERTAIN),
        ("枣林镇", "990221", "990222101", LIKELY),
        ("枣林镇", "990101", "", AMBIGUOUS),
    ],
)
def test_the_source_decides_between_equal_names_after_the_text_did(
    gazetteer: Gazetteer, text: str, near: str, code: str, confidence: Confidence
) -> None:
    place = gazetteer.locate(text, AFTER, near)
    assert (place.code, place.confidence) == (code, confidence)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("我是桑田县枣林镇人，反映位于青桐区柳荫街道的噪音问题", "990101001"),
        ("家住青桐区柳荫街道，在桑田县枣林镇工地干活被欠薪", "990222101"),
        ("我是桑田县枣林镇梨花沟村村民", "990222101202"),
        ("桑田县枣林镇道路问题，多次到澄州市上访", "990222101"),
        ("向砚山市信访局反映桑田县枣林镇河道污染", "990222101"),
    ],
)
def test_the_place_of_the_matter_goes_before_the_petitioners_home_and_the_office(
    gazetteer: Gazetteer, text: str, code: str
) -> None:
    assert gazetteer.locate(text, AFTER).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("云岭省师范学校宿舍旁装了变压器，离青桐区一小不到十米", "990101"),
        ("澄州市万境桑田县小区墙壁开裂", "9901"),
        ("澄州市青桐区汇金路万境桑田县小区没有通水", "990101"),
        ("砚山市的桑田县道路破损", "990222"),
    ],
)
def test_the_province_and_a_county_of_another_city_than_the_text_names_are_mostly_parts_of_names(
    gazetteer: Gazetteer, text: str, code: str
) -> None:
    assert gazetteer.locate(text, AFTER).code == code


def test_two_places_with_equal_standing_are_left_open(gazetteer: Gazetteer) -> None:
    place = gazetteer.locate("青桐区柳荫街道和桑田县枣林镇两处", AFTER)
    assert place.confidence is AMBIGUOUS
    assert set(place.alternatives) == {"990101001", "990222101"}


def test_a_home_alone_is_never_certain(gazetteer: Gazetteer) -> None:
    assert gazetteer.locate("我是桑田县枣林镇人", AFTER).confidence is LIKELY


def test_a_zones_township_under_the_county_around_it_is_likely(gazetteer: Gazetteer) -> None:
    place = gazetteer.locate("澄州市青桐区星河街道", AFTER)
    assert (place.code, place.confidence) == ("990171001", LIKELY)


def test_a_township_that_the_county_never_had_is_not_guessed(gazetteer: Gazetteer) -> None:
    assert gazetteer.locate("青桐区枣林镇", AFTER).code == "990101"


@pytest.mark.parametrize(
    "text",
    ["", "新村", "麦积很多", "桑田路12号", "高台", "书院路", "我村道路坏了", "某县某镇", "青桐", "石磨乡镇企业家"],
)
def test_everyday_words_and_names_of_roads_are_no_places(gazetteer: Gazetteer, text: str) -> None:
    place = gazetteer.locate(text, AFTER)
    assert place.confidence is NONE or text.startswith("石磨乡")


@pytest.mark.parametrize("text", ["海棠省望江市青桐区", "望江市", "海棠省望江市枣林镇", "望江青桐区"])
def test_a_place_of_another_province_is_said_to_be_one(gazetteer: Gazetteer, text: str) -> None:
    place = gazetteer.locate(text, AFTER)
    assert (place.code, place.confidence) == ("", NONE)
    assert "不在本省" in place.reason


def test_a_name_shared_with_another_province_is_at_most_likely_without_its_city(gazetteer: Gazetteer) -> None:
    assert gazetteer.locate("青桐区", AFTER).confidence is LIKELY
    assert gazetteer.locate("澄州市青桐区", AFTER).confidence is CERTAIN


def test_the_field_for_the_place_goes_first_and_the_letter_may_say_it_more_exactly(gazetteer: Gazetteer) -> None:
    first = gazetteer.locate_matter("桑田县", "青桐区噪音", "青桐区柳荫街道", AFTER)
    deeper = gazetteer.locate_matter("桑田县", "枣林镇修路", "", AFTER, "990222")
    missing = gazetteer.locate_matter("", "修路", "桑田县枣林镇的路坏了", AFTER)
    assert (first.code, deeper.code, missing.code) == ("990222", "990222101", "990222101")


def test_a_body_is_read_as_far_as_letters_name_their_place(gazetteer: Gazetteer) -> None:
    assert gazetteer.locate_matter("", "", "路" * 3_000 + "桑田县枣林镇", AFTER).code == ""


def test_the_reason_names_what_was_read_and_what_it_is_now(gazetteer: Gazetteer) -> None:
    reason = gazetteer.locate("澄州县", AFTER).reason
    assert "澄州县" in reason
    assert "临澄区" in reason


def test_the_place_carries_its_full_name_and_level(gazetteer: Gazetteer) -> None:
    place = gazetteer.locate("枣林镇", AFTER)
    assert (place.name, place.level) == ("云岭省砚山市桑田县枣林镇", Level.TOWNSHIP)


def test_a_title_may_name_the_county_that_the_place_left_out(gazetteer: Gazetteer) -> None:
    place = gazetteer.locate_matter("城关镇", "桑田县道路问题", "", AFTER)
    assert (place.code, place.confidence) == ("990222100", LIKELY)


def test_the_same_words_are_answered_for_each_day_and_source(gazetteer: Gazetteer) -> None:
    asked = [("澄州县", BEFORE, ""), ("澄州县", AFTER, ""), ("城关镇", AFTER, "990221"), ("城关镇", AFTER, "990222")]
    answers = ["990121", "990102", "990221100", "990222100"]
    assert [gazetteer.locate(*question).code for question in asked * 2] == answers * 2
