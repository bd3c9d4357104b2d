"""Words of a lexicon found in a text: leftmost, longest, none inside another."""

import pytest

from processors.rules.wordscan import WordScan

OFFICE, ACT = 1, 2
SCAN = WordScan([("镇政府", OFFICE), ("政府", OFFICE), ("不作为", ACT), ("不作", 4), ("推诿", ACT)])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("镇政府不作为", [(0, "镇政府"), (3, "不作为")]),
        ("推诿的政府", [(0, "推诿"), (3, "政府")]),
        ("政府政府推诿", [(0, "政府"), (2, "政府"), (4, "推诿")]),
        ("𠮷家找镇政府，不作声，推诿", [(3, "镇政府"), (7, "不作"), (11, "推诿")]),
    ],
)
def test_the_longest_word_at_each_place_is_found_once(text: str, found: list[tuple[int, str]]) -> None:
    assert SCAN.words_in(text, OFFICE | ACT) == found


@pytest.mark.parametrize("text", ["", "镇", "镇政府", "推诿", "镇政不作", "镇政府不作", "无关的话"])
def test_a_text_without_a_word_of_each_needed_kind_gives_nothing(text: str) -> None:
    assert SCAN.words_in(text, OFFICE | ACT) == []
