"""The way the shipped categories were learned, on public letters, where those are at hand."""

import gzip
from pathlib import Path

import pytest

from processors.lexicon_training import read_letters, validate

LETTERS = Path(__file__).parents[3] / "shared/data/messages/categories_segmented.csv.gz"


@pytest.mark.skipif(not LETTERS.exists(), reason="the public letters are not at hand")
def test_categories_fit_public_letters_that_were_not_learned_from() -> None:
    """As `petitions lexicon measure --folds 5`: the shipped weights know these letters, each fold learns its own."""
    with gzip.open(LETTERS, "rt", encoding="utf-8", newline="") as lines:
        found = validate(read_letters(lines), folds=5)
    assert found.macro_f1 >= 0.91, found
