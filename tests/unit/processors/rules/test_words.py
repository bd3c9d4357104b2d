"""Words of a list are found in many texts at once as one automaton finds them in each."""

import pytest

from processors.rules.plain_text import laid_out
from processors.rules.word_tree import WordTree
from processors.rules.words import Words

WORDS = ("征地", "征地补偿", "补偿", "补偿款", "款", "地", "拆迁补偿款")
TEXTS = [
    "拆迁补偿款，征地补偿款！",
    "",
    "征",
    "征地补",
    "补偿征地",
    "地地地" * 50,
    "😀征地\ud83d款",
    "款",
    "征\n地",
]


@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:1], [], [""]])
def test_a_tree_finds_in_each_text_what_the_automaton_finds(texts: list[str]) -> None:
    automaton, tree = Words(WORDS, is_overlapping=True), WordTree(WORDS)
    assert tree.find(*laid_out(texts)) == [automaton.find(text) for text in texts]
