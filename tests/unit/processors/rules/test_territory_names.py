"""How people write the names of divisions."""

import pytest

from processors.rules.territory.names import is_zone, short_forms, stem, village_name
from schemas.terms import Level


@pytest.mark.parametrize(
    ("name", "level", "bare"),
    [
        ("澄州市", Level.CITY, "澄州"),
        ("桑田县", Level.COUNTY, "桑田"),
        ("杞县", Level.COUNTY, "杞县"),
        ("青桐回族区", Level.COUNTY, "青桐"),
        ("柳荫街道", Level.TOWNSHIP, "柳荫"),
        ("枣林镇", Level.TOWNSHIP, "枣林"),
        ("城关回族镇", Level.TOWNSHIP, "城关"),
        ("高台村", Level.VILLAGE, "高台"),
        ("张村", Level.VILLAGE, "张村"),
        ("书院路社区", Level.VILLAGE, "书院路"),
    ],
)
def test_the_stem_is_the_name_without_level_and_people_but_never_one_character(
    name: str, level: Level, bare: str
) -> None:
    assert stem(name, level) == bare


def test_a_subdistrict_is_also_written_as_its_office() -> None:
    assert set(short_forms("柳荫街道", Level.TOWNSHIP)) == {"柳荫", "柳荫街道办", "柳荫街道办事处", "柳荫办事处"}


@pytest.mark.parametrize(
    ("committee", "village"),
    [
        ("高台村委会", "高台村"),
        ("高台村村民委员会", "高台村"),
        ("书院路社区居委会", "书院路社区"),
        ("书院路居民委员会", "书院路社区"),
        ("书院社区居民管理委员会", "书院社区"),
        ("书院社区", "书院社区"),
    ],
)
def test_a_committee_is_named_after_its_village(committee: str, village: str) -> None:
    assert village_name(committee) == village


@pytest.mark.parametrize(("name", "expected"), [("澄州经济开发区", True), ("青桐区", False), ("桑田县", False)])
def test_a_zone_is_known_by_its_ending(name: str, expected: bool) -> None:
    assert is_zone(name) is expected
