"""How far what people judge moves the weights of linking, on invented letters whose truth is known; without servers.

The figures in `docs/judgements.md` are made by `python -m deploy.learning_trial`, which asks more letters.
"""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from deploy.learning_trial import Change, Ground, change, ground
from deploy.weights_learning import learn
from processors.rules.judgements import Pair
from processors.rules.relation import likelihood
from processors.rules.weighing import Weights, WeightSet, shipped_weights
from schemas.events import Judgement

SIZE, OTHER_SEED = 2_500, 555
TOO_STRICT = 1.5
"""How much less likely than learned every two petitions of one person are, where weights are to be put right."""


@pytest.fixture(scope="module")
def letters() -> Ground:
    """The decisions about a year of one city, with its truth."""
    return ground([OTHER_SEED], SIZE)


def changed(letters: Ground, made: Iterable[Judgement], current: WeightSet) -> Change:
    """What the weights that are learned from judgements decide otherwise."""
    learned = learn(made, letters.petitions, letters.decided, current, "test")
    return change(letters.compared, current, learned.weights)


def strict() -> WeightSet:
    """Weights that part what they should join."""
    shipped = shipped_weights()
    return replace(
        shipped, same_petitioner=replace(shipped.same_petitioner, bias=shipped.same_petitioner.bias - TOO_STRICT)
    )


def not_clear(letters: Ground, weights: WeightSet) -> list[Pair]:
    """Pairs of one person that the rules decided about and of which these weights say neither yes nor no."""
    return [pair for pair in sorted(letters.decided) if _is_not_clear(letters, pair, weights.same_petitioner)]


def _is_not_clear(letters: Ground, pair: Pair, by: Weights) -> bool:
    one, other = (letters.petitions[name] for name in pair)
    is_one_person = one.petitioner_ref is not None and one.petitioner_ref == other.petitioner_ref
    return is_one_person and 0.1 < likelihood(one.trace, other.trace, by) < 0.9


@pytest.mark.parametrize("is_right", [True, False])
def test_one_judgement_about_what_people_are_asked_flips_next_to_nothing(letters: Ground, is_right: bool) -> None:
    assert letters.asked
    for pair in letters.asked:
        found = changed(letters, [letters.judgement(pair, is_right=is_right)], shipped_weights())
        assert found.away + found.toward <= 5, f"{pair}: {found}"


def test_one_wrong_join_that_is_parted_takes_hardly_any_right_one_along(letters: Ground) -> None:
    assert letters.wrongly_joined
    for pair in letters.wrongly_joined:
        found = changed(letters, [letters.judgement(pair)], shipped_weights())
        assert found.away <= sum(len(of.pairs) for of in letters.compared) / 500, f"{pair}: {found}"


def test_weights_that_are_wrong_are_put_right_by_a_hundred_who_agree(letters: Ground) -> None:
    pairs = not_clear(letters, strict())
    assert len(pairs) > 50
    before = change(letters.compared, strict(), strict())
    found = changed(letters, map(letters.judgement, pairs), strict())
    assert found.away < found.toward / 10
    assert found.wrong < 0.6 * before.wrong
    assert found.surprise < 0.7 * before.surprise
