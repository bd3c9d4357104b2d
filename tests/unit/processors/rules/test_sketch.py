import pytest

from processors.rules.sketch import EMPTY, Sketch, overlap, sketch
from tests.petitions import NOISE, ROAD, WAGES


def test_the_same_text_overlaps_wholly_whatever_its_punctuation_and_width() -> None:
    one, other = sketch(ROAD), sketch(ROAD.replace("，", " , ").replace("。", "！！"))
    assert overlap(one, other).jaccard == 1.0


@pytest.mark.parametrize(("one", "other"), [(ROAD, WAGES), (WAGES, NOISE), (ROAD, NOISE)])
def test_texts_about_different_matters_hardly_overlap(one: str, other: str) -> None:
    assert overlap(sketch(one), sketch(other)).containment < 0.1


def test_a_text_that_stands_in_a_longer_one_is_contained() -> None:
    assert overlap(sketch(ROAD), sketch(ROAD + NOISE + WAGES)).containment > 0.7


def test_overlap_is_symmetric() -> None:
    one, other = sketch(ROAD + NOISE), sketch(WAGES + NOISE)
    assert overlap(one, other) == overlap(other, one)


@pytest.mark.parametrize("text", ["", "，。！", "路", "修路", "修路吧", ROAD, "😀" * 5, "\ud800x"])
def test_a_sketch_survives_its_text_form(text: str) -> None:
    made = sketch(text)
    assert Sketch.from_text(made.to_text()) == made


def test_an_empty_text_overlaps_with_nothing() -> None:
    assert sketch("，，") == EMPTY
    assert overlap(EMPTY, sketch(ROAD)).containment == 0.0
