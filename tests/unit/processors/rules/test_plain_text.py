"""Texts are compared without punctuation, width and case, one by one or many at once."""

import pytest

from processors.rules.plain_text import normalized, plain_points

TEXTS = [
    "", "，。！", "修路 5栋ABC", "５栋ＡＢＣ", "㎡2²½①Ⅳ", "ΑΣ ΣΑΣ", "İstanbul", "ｶﾞ ガ", "한글 각",
    "e\u0301é", "𣗋路", "😀路", "\ud800x", "\ua000", "の公路", "㈠㈡", "ſK℃",
]  # fmt: skip


def points(text: str) -> list[int]:
    return [ord(character) for character in normalized(text)]


@pytest.mark.parametrize("text", TEXTS)
def test_the_points_of_a_text_are_those_of_its_plain_form(text: str) -> None:
    assert plain_points([text])[0].tolist() == points(text)


def test_texts_stand_one_after_the_other() -> None:
    found, lengths = plain_points(TEXTS)
    assert found.tolist() == [point for text in TEXTS for point in points(text)]
    assert lengths.tolist() == [len(points(text)) for text in TEXTS]


def test_no_texts_have_no_points() -> None:
    found, lengths = plain_points([])
    assert (found.size, lengths.size) == (0, 0)
