"""Re-estimates the weights of linking from what people judged, and says what would change. It adopts nothing.

Logistic regression on the evidence of the judged pairs, held to the present weights and to what was decided by them:
what few judgements say moves them little, what many say moves them as far as they agree. No kind of evidence turns to
count the other way. How far is measured by `python -m deploy.learning_trial`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

import numpy as np

from deploy.logistic import fitted
from processors.rules.judgements import Pair, latest
from processors.rules.relation import Trace, are_places_in_conflict, compare, relation, verdict_of
from processors.rules.weighing import Evidence, Weights, WeightSet
from schemas.events import Judgement
from schemas.terms import Opinion, Verdict

HELD = 10.0
"""How strongly each weight is held where it is: as by forty judgements about pairs of which the rules cannot tell."""
UNQUESTIONED = 1_000
"""As how many judgements, at most one each, the pairs count that the rules decided about and nobody judged.

Those of one person for the one set of weights, those of different people for the other.

People are asked, and speak up, where the rules are unsure or wrong. Without the rest of the pairs all would seem to
be like these, and one error that is put right would part hundreds of pairs.
"""
FOLDS = 5


class Petition(NamedTuple):
    """What is compared of a petition, and whether it is by somebody who is known."""

    trace: Trace
    petitioner_ref: str | None


@dataclass(frozen=True, slots=True)
class Example:
    """Two petitions and what a person said about them."""

    pair: Pair
    evidence: Evidence
    is_same: bool
    is_one_person: bool


class Compared(NamedTuple):
    """What speaks for and against two petitions being one matter, and whether one person wrote both."""

    evidence: Evidence
    is_one_person: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """How well weights agree with people, where they are the same judgements or others than were learned from."""

    judged: int
    right: int
    wrongly_joined: int
    wrongly_parted: int


@dataclass(frozen=True, slots=True)
class Flip:
    """A pair about which the rules would decide otherwise."""

    pair: Pair
    before: str
    after: str
    score_before: float
    score_after: float
    judged: str
    """What a person said, empty where nobody was asked."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What would be adopted, and what would change."""

    weights: WeightSet
    examples: int
    left_out: int
    """Judged pairs that teach nothing: a petition is not known, or the places exclude each other."""
    before: Quality
    after: Quality
    on_others: Quality
    """Each judgement predicted from weights that were learned without it."""
    flips: tuple[Flip, ...]

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {**asdict(self), "weights": {"version": self.weights.same_petitioner.version}}


def learn(
    judgements: Iterable[Judgement],
    petitions: Mapping[str, Petition],
    compared: Iterable[Pair],
    current: WeightSet,
    version: str,
) -> Learned:
    """Estimate anew; `compared` are pairs that the rules have decided about: they hold the weights, and may flip."""
    opinions = {pair: made.opinion for pair, made in latest(judgements).items() if made.opinion is not Opinion.UNSURE}
    examples = [found for pair, opinion in opinions.items() if (found := _example(pair, opinion, petitions))]
    decided = {*compared}
    rest = [seen for pair in sorted(decided - opinions.keys()) if (seen := _compared(pair, petitions))]
    weights = _fitted(examples, rest, current, version)
    return Learned(
        weights=weights,
        examples=len(examples),
        left_out=len(opinions) - len(examples),
        before=_quality(examples, [current] * len(examples)),
        after=_quality(examples, [weights] * len(examples)),
        on_others=_quality(examples, _without_each(examples, rest, current, version)),
        flips=tuple(_flips({*decided, *opinions}, opinions, petitions, current, weights)),
    )


def _example(pair: Pair, opinion: Opinion, petitions: Mapping[str, Petition]) -> Example | None:
    found = _compared(pair, petitions)
    return found and Example(pair, found.evidence, opinion is Opinion.SAME, found.is_one_person)


def _compared(pair: Pair, petitions: Mapping[str, Petition]) -> Compared | None:
    one, other = (petitions.get(name) for name in pair)
    if one is None or other is None or are_places_in_conflict(one.trace, other.trace):
        return None
    return Compared(compare(one.trace, other.trace)[1], _is_one_person(one, other))


def _is_one_person(one: Petition, other: Petition) -> bool:
    return one.petitioner_ref is not None and one.petitioner_ref == other.petitioner_ref


def _fitted(examples: Sequence[Example], rest: Sequence[Compared], current: WeightSet, version: str) -> WeightSet:
    """Both sets of weights, each from the pairs that it decides about."""
    same, other = (replace(of, version=version) for of in (current.same_petitioner, current.other_petitioner))
    taught = [one for one in examples if not one.is_one_person or _teaches_about_others(one, current)]
    between = _moved(taught, [one.evidence for one in rest if not one.is_one_person], other)
    of_one = [one for one in examples if one.is_one_person]
    by_one = _moved(of_one, [one.evidence for one in rest if one.is_one_person], replace(same, at_least=None))
    return WeightSet(replace(by_one, at_least=between if same.at_least else None), between)


def _teaches_about_others(example: Example, current: WeightSet) -> bool:
    """One person's letters that are two matters teach about other people's where the weights of these joined them.

    Those that these weights keep apart anyhow would only tell them, over and over, that petitions are apart.
    """
    by_others = current.other_petitioner.score(example.evidence)
    return not example.is_same and by_others >= current.same_petitioner.score(example.evidence)


def _moved(examples: Sequence[Example], rest: Sequence[Evidence], held: Weights) -> Weights:
    """The most likely weights, held to the present ones and to what these say about the rest."""
    if not examples:
        return held
    evidence = np.array([*(one.evidence for one in examples), *rest])
    is_same = np.array([*(float(one.is_same) for one in examples), *map(held.score, rest)])
    counts = np.ones(len(evidence))
    counts[len(examples) :] = min(1.0, UNQUESTIONED / max(1, len(rest)))
    start = np.array([held.bias, *held.of])
    weights = fitted(evidence, is_same, counts, start, np.full(len(start), HELD))
    return replace(held, bias=float(weights[0]), of=tuple(weights[1:].tolist()))


def _without_each(
    examples: Sequence[Example], rest: Sequence[Compared], current: WeightSet, version: str
) -> list[WeightSet]:
    """For each example the weights that are learned from the other folds; by rank of the pair, so always alike."""
    ranks = {one.pair: rank for rank, one in enumerate(sorted(examples, key=lambda one: one.pair))}
    folds = [
        _fitted([one for one in examples if ranks[one.pair] % FOLDS != fold], rest, current, version)
        for fold in range(min(FOLDS, len(examples)))
    ]
    return [folds[ranks[one.pair] % FOLDS] for one in examples]


def _quality(examples: Sequence[Example], weights: Sequence[WeightSet]) -> Quality:
    joined = [_is_joined(one, by) for one, by in zip(examples, weights, strict=True)]
    wrongly_joined = sum(is_joined and not one.is_same for one, is_joined in zip(examples, joined, strict=True))
    wrongly_parted = sum(one.is_same and not is_joined for one, is_joined in zip(examples, joined, strict=True))
    right = len(examples) - wrongly_joined - wrongly_parted
    return Quality(len(examples), right, wrongly_joined, wrongly_parted)


def _is_joined(example: Example, weights: WeightSet) -> bool:
    by = weights.same_petitioner if example.is_one_person else weights.other_petitioner
    return by.score(example.evidence) >= by.same


def _flips(
    pairs: Iterable[Pair],
    opinions: Mapping[Pair, Opinion],
    petitions: Mapping[str, Petition],
    current: WeightSet,
    new: WeightSet,
) -> Iterable[Flip]:
    for pair in sorted(pairs):
        one, other = (petitions.get(name) for name in pair)
        if one is None or other is None:
            continue
        (before, score_before), (after, score_after) = (_decided(one, other, by) for by in (current, new))
        if before != after:
            opinion = opinions.get(pair)
            yield Flip(pair, before, after, score_before, score_after, opinion.value if opinion else "")


def _decided(one: Petition, other: Petition, weights: WeightSet) -> tuple[str, float]:
    by = weights.same_petitioner if _is_one_person(one, other) else weights.other_petitioner
    found = relation(one.trace, other.trace, by)
    verdict = verdict_of(one.trace, other.trace, found, by)
    said = "apart" if verdict is None else "unsure" if verdict is Verdict.UNSURE else "same"
    return said, found.score
