"""What names mean below one another, on the invented province."""

from datetime import date

import pytest

from processors.rules.territory.index import NameIndex
from processors.rules.territory.lineage import Lineage, trail_on
from processors.rules.territory.meanings import Meaning, Name
from tests.fakes_territory import small_register

AFTER = date(2024, 6, 1)


@pytest.fixture(scope="module")
def index() -> NameIndex:
    register = small_register()
    return NameIndex(register, Lineage(register))


def _name(index: NameIndex, text: str) -> Name:
    ((number, start, end),) = index.find(text)
    assert (start, end) == (0, len(text))
    return index.names[number]


def _start(index: NameIndex, text: str) -> Meaning:
    meaning = _name(index, text).start
    assert meaning is not None
    return meaning


def _below(index: NameIndex, text: str, *uppers: str) -> Meaning | None:
    meaning: Meaning | None = _start(index, uppers[0])
    for upper in uppers[1:]:
        assert meaning is not None
        meaning = index.below(_name(index, upper), meaning)
    assert meaning is not None
    return index.below(_name(index, text), meaning)


def test_the_same_senses_are_one_meaning_whatever_stands_before_them(index: NameIndex) -> None:
    alone = _start(index, "枣林镇")
    assert _below(index, "枣林镇", "桑田县") is alone
    assert _below(index, "枣林镇", "云岭省", "砚山市", "桑田县") is alone


def test_a_name_of_two_places_means_only_what_lies_below(index: NameIndex) -> None:
    assert _start(index, "城关镇").codes == {"990221100", "990222100"}
    below = _below(index, "城关镇", "桑田县")
    assert below is not None
    assert below.codes == {"990222100"}


def test_what_means_nothing_below_a_place_is_not_kept_there(index: NameIndex) -> None:
    """Texts may put any name after any other: only what the register holds may take memory."""
    county, elsewhere = _start(index, "青桐区"), _name(index, "枣林镇")
    assert index.below(elsewhere, county) is None
    assert elsewhere not in county.below


@pytest.mark.parametrize(
    ("text", "is_high"), [("桑田县", True), ("砚山市", True), ("桑田", False), ("枣林镇", False), ("城关镇", False)]
)
def test_only_the_full_name_of_a_county_or_city_may_go_on_above_a_township(
    index: NameIndex, text: str, is_high: bool
) -> None:
    ((number, *_),) = index.find(text)
    assert bool(index.is_high[number]) is is_high


def test_a_village_knows_its_township_unless_that_changed(index: NameIndex) -> None:
    (steady,) = index.villages["梨花沟"]
    moved = next(v for v in index.villages["高台"] if v.code == "990102100201")
    assert trail_on(steady.above, AFTER).codes == ("990222101", "990222", "9902")
    assert moved.above == ()


def test_villages_stand_by_stem_below_each_township_that_they_ever_lay_in(index: NameIndex) -> None:
    for township in ("石磨乡", "石磨镇"):
        below = index.villages_of(_start(index, township))
        assert {village.code for village in below.by_stem["高台"]} == {"990102100201"}
    assert index.villages_of(_start(index, "枣林镇")).lengths == (3, 2)
