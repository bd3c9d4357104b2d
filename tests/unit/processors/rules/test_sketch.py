import numpy as np
import pytest

from processors.rules.agreement import overlap
from processors.rules.sketch import SIZE, sketch, sketches
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


TEXTS = ["", "，。！", "路", "修路", "修路吧", ROAD, "😀" * 5, "\ud800x", ROAD + NOISE + WAGES]


def test_a_sketch_holds_the_smallest_hashes_in_rising_order() -> None:
    distinct, *hashes = np.frombuffer(sketch(ROAD + NOISE + WAGES), "<u4").tolist()
    assert len(hashes) == SIZE < distinct
    assert hashes == sorted(set(hashes))


def test_a_text_has_the_same_sketch_alone_and_among_others() -> None:
    assert sketches(TEXTS) == [sketch(text) for text in TEXTS]
    assert sketches([]) == []


def test_an_empty_text_overlaps_with_nothing() -> None:
    assert sketch("，，") == bytes(4)
    assert overlap(sketch("，，"), sketch(ROAD)).containment == 0.0
