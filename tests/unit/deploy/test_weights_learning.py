"""What people judge moves the weights as far as it agrees, and nothing is adopted unseen."""

from collections.abc import Iterable
from itertools import combinations, pairwise

import pytest

from deploy.judged_petitions import told
from deploy.weights_learning import Learned, Petition, learn
from processors.rules.judgements import pair_of
from processors.rules.repeat import trace_of
from processors.rules.weighing import WeightSet, shipped_weights
from schemas.events import Judgement
from schemas.terms import Opinion
from tests.desks import judged, name_of
from tests.petitions import NOISE, ROAD, WAGES, linked

NUMBERS = [str(number) for number in range(12)]
AGAIN = ROAD + "上次来信至今没有答复，麦收又到了。"
EVERY_TWO = list(combinations(NUMBERS, 2))
JOINED = [pair_of(name_of(one), name_of(other)) for one, other in pairwise(NUMBERS)]


def petitions(body: str = AGAIN) -> dict[str, Petition]:
    """Every one of the same person in nearly the same words."""
    found = {}
    for number in NUMBERS:
        made = linked(record_no=number, body=f"{body}第{number}次反映。", day=int(number))
        trace = trace_of(made, made.place, made.classification, made.home)
        found[made.petition_id] = Petition(trace, made.petitioner_ref)
    return found


def learned(opinions: Iterable[Opinion], known: dict[str, Petition] | None = None) -> Learned:
    """From judgements about neighbouring petitions."""
    made = [
        judged(one, other, opinion, number)
        for number, ((one, other), opinion) in enumerate(zip(pairwise(NUMBERS), opinions, strict=False), 1)
    ]
    return learn(made, petitions() if known is None else known, JOINED, shipped_weights(), "test")


def about_every_two(opinion: Opinion) -> list[Judgement]:
    """One judgement about each of the 66 pairs."""
    return [
        judged(one, other, opinion).model_copy(update={"judgement_id": f"J{one}-{other}"}) for one, other in EVERY_TWO
    ]


def values(weights: WeightSet) -> list[tuple[float, ...]]:
    return [(of.bias, *of.of) for of in (weights.same_petitioner, weights.other_petitioner)]


def test_without_judgements_nothing_changes() -> None:
    found = learned([])
    assert values(found.weights) == values(shipped_weights())
    assert (found.examples, found.flips) == (0, ())


def test_people_who_agree_with_the_rules_change_no_decision() -> None:
    found = learned([Opinion.SAME] * 11)
    assert (found.before.right, found.after.right, found.flips) == (11, 11, ())


def test_many_who_disagree_are_followed_and_every_flip_is_named() -> None:
    found = learn(about_every_two(Opinion.NOT_SAME), petitions(), JOINED, shipped_weights(), "test")
    assert (found.before.wrongly_joined, found.after.wrongly_joined) == (66, 0)
    assert found.on_others.right > found.before.right
    assert {(flip.pair, flip.before, flip.judged) for flip in found.flips} == {
        (pair_of(name_of(one), name_of(other)), "same", "not_same") for one, other in EVERY_TWO
    }


def test_one_who_disagrees_changes_nothing_about_pairs_that_nobody_was_asked_about() -> None:
    assert learned([Opinion.NOT_SAME]).flips == ()


def test_one_judgement_moves_no_score_far() -> None:
    """Also where the rules have decided about no other pair: then the weights alone are held."""
    made = [judged("0", "1", Opinion.NOT_SAME)]
    (bias, *_), _ = values(learn(made, petitions(), (), shipped_weights(), "test").weights)
    assert 0 < shipped_weights().same_petitioner.bias - bias < 0.1


def test_pairs_that_nobody_judged_hold_the_weights() -> None:
    made = [judged("0", "1", Opinion.NOT_SAME)]
    alone, held = (
        learn(made, petitions(), pairs, shipped_weights(), "test").weights.same_petitioner for pairs in ((), JOINED)
    )
    assert alone.bias < held.bias < shipped_weights().same_petitioner.bias


def test_one_person_s_letters_that_others_weights_keep_apart_teach_these_nothing() -> None:
    known = petitions()
    other = linked(record_no="1", body=WAGES, day=1, category="labour")
    trace = trace_of(other, other.place, other.classification, other.home)
    known[other.petition_id] = Petition(trace, other.petitioner_ref)
    after = learn([judged("0", "1", Opinion.NOT_SAME)], known, (), shipped_weights(), "test").weights
    assert after.same_petitioner.bias < shipped_weights().same_petitioner.bias
    assert after.other_petitioner.of == shipped_weights().other_petitioner.of


def test_one_who_disagrees_is_not_followed_against_ten() -> None:
    found = learned([Opinion.NOT_SAME] + [Opinion.SAME] * 10)
    assert found.flips == ()


def test_that_one_person_s_letters_are_one_matter_teaches_nothing_about_those_of_others() -> None:
    assert learned([Opinion.SAME] * 11).weights.other_petitioner.of == shipped_weights().other_petitioner.of


@pytest.mark.parametrize("opinion", [Opinion.SAME, Opinion.NOT_SAME])
def test_no_evidence_turns_to_count_the_other_way(opinion: Opinion) -> None:
    after = learned([opinion] * 11).weights
    for new, old in zip(values(after), values(shipped_weights()), strict=True):
        assert all(one * other >= 0 for one, other in zip(new[1:], old[1:], strict=True))


def test_what_nobody_could_tell_and_what_is_not_known_teaches_nothing() -> None:
    assert learned([Opinion.UNSURE] * 11).examples == 0
    found = learned([Opinion.SAME] * 11, {})
    assert (found.examples, found.left_out) == (0, 11)


def test_what_is_written_for_adoption_is_what_was_learned() -> None:
    found = learned([Opinion.NOT_SAME] * 11)
    adopted = WeightSet.from_text(found.weights.to_text("a test"))
    for written, meant in zip(values(adopted), values(found.weights), strict=True):
        assert written == pytest.approx(meant, abs=0.006)
    assert adopted.same_petitioner.version == "test"


def test_a_person_outweighs_a_truth_file() -> None:
    one, other = name_of("0"), name_of("1")
    (from_file,) = told(f"petition_id,other_id,same\n{other},{one},1\n")
    by_person: Judgement = judged("0", "1", Opinion.NOT_SAME)
    found = learn([by_person, from_file], petitions(), (), shipped_weights(), "test")
    assert (found.examples, found.before.wrongly_joined) == (1, 1)


@pytest.mark.parametrize("body", [WAGES, NOISE])
def test_the_same_judgements_give_the_same_weights(body: str) -> None:
    opinions = [Opinion.SAME, Opinion.NOT_SAME] * 5
    assert learned(opinions, petitions(body)) == learned(opinions, petitions(body))
