"""What linking must reach on invented letters whose truth is known, by a seed that nothing was learned from.

The steps of the workers without servers, as `petitions evaluate` runs them. Where a line is missed, the test shows
how right each kind of letter was, by its level of change.
"""

from io import StringIO

import pytest
from rich.console import Console

from deploy.demo.county_folders import ledgers_in
from deploy.demo.generator import generate
from deploy.demo.report import show_quality
from deploy.dry_run import dry_run
from deploy.evaluation import Quality, Score, decisions_of, evaluate
from processors.register_files import load_register
from processors.rulebook import Rulebook

SIZE, OTHER_SEED = 4_000, 555


@pytest.fixture(scope="module")
def quality(tmp_path_factory: pytest.TempPathFactory) -> Quality:
    """The decisions about a year of one city, against its truth."""
    folder, register = tmp_path_factory.mktemp("ledgers"), load_register()
    ledgers = generate(SIZE, OTHER_SEED, register)
    ledgers.write(folder)
    run = dry_run(ledgers_in([folder]), Rulebook(register))
    return evaluate(decisions_of(run.cases), ledgers.truth)


def told(quality: Quality) -> str:
    """All figures, by level of change."""
    out = StringIO()
    show_quality(quality, Console(file=out, width=110))
    return out.getvalue()


def score_of(quality: Quality, line: str) -> Score:
    return quality.collective if line == "collective" else quality.verdicts[line]


@pytest.mark.parametrize(
    ("line", "precision", "recall", "f1"),
    [("repeat", 0.99, 0.95, 0.0), ("sent_to_many", 0.99, 0.99, 0.0), ("collective", 0.0, 0.0, 0.95)],
)
def test_links_are_as_right_as_was_agreed(
    quality: Quality, line: str, precision: float, recall: float, f1: float
) -> None:
    score = score_of(quality, line)
    is_right = score.precision >= precision and score.recall >= recall and score.f1 >= f1
    assert is_right, f"{line}: {score}\n{told(quality)}"


def test_nothing_is_lost_and_hardly_any_form_is_taken_for_another(quality: Quality) -> None:
    assert (quality.petitions, quality.missing, quality.surplus) == (SIZE, 0, 0)
    assert quality.twins_apart.rate == 1.0, told(quality)
    assert quality.forms_apart.rate >= 0.7, told(quality)


def test_every_level_of_change_is_found(quality: Quality) -> None:
    poorest = min(quality.by_change.items(), key=lambda item: item[1].cases.f1)
    assert poorest[1].cases.f1 >= 0.8, f"{poorest}\n{told(quality)}"
    assert {change for verdict, change in quality.by_change if verdict == "repeat"} == {1, 2, 3, 4, 5, 6}
