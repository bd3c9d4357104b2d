"""The shipped categories on public letters, where those are at hand."""

import gzip
from pathlib import Path

import pytest

from processors.lexicon_training import read_letters, score, with_learned
from processors.rules.classification import shipped_lexicon

LETTERS = Path(__file__).parents[3] / "shared/data/messages/categories_segmented.csv.gz"


@pytest.mark.skipif(not LETTERS.exists(), reason="the public letters are not at hand")
def test_shipped_categories_fit_the_public_letters() -> None:
    with gzip.open(LETTERS, "rt", encoding="utf-8", newline="") as lines:
        letters = read_letters(lines)
    assert score(letters, with_learned(shipped_lexicon().learned)).macro_f1 > 0.93
