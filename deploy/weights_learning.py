"""Re-estimates the weights of linking from what people judged, and says what would change. It adopts nothing.

Logistic regression on the evidence of the judged pairs, held to the present weights: what few judgements say moves
them little, what many say moves them as far as they agree. No kind of evidence turns to count the other way.
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

HELD = 0.05
"""How strongly each weight is held where it is: a handful of judgements moves a weight of the usual size, one not."""
FOLDS = 5


class Petition(NamedTuple):
    """What is compared of a petition, and whether it is by somebody who is known."""

    trace: Trace
    petitioner_ref: str | None


@dataclass(frozen=True, slots=True)
class Example:
    """Two petitions and what a person said about them."""

    pair: Pair
    evidence: tuple[float, ...]
    is_same: bool
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
    """Estimate anew; `compared` are pairs that the rules have decided about, for what would change."""
    opinions = {pair: made.opinion for pair, made in latest(judgements).items() if made.opinion is not Opinion.UNSURE}
    examples = [found for pair, opinion in opinions.items() if (found := _example(pair, opinion, petitions))]
    weights = _fitted(examples, current, version)
    return Learned(
        weights=weights,
        examples=len(examples),
        left_out=len(opinions) - len(examples),
        before=_quality(examples, [current] * len(examples)),
        after=_quality(examples, [weights] * len(examples)),
        on_others=_quality(examples, _without_each(examples, current, version)),
        flips=tuple(_flips({*compared, *opinions}, opinions, petitions, current, weights)),
    )


def _example(pair: Pair, opinion: Opinion, petitions: Mapping[str, Petition]) -> Example | None:
    one, other = (petitions.get(name) for name in pair)
    if one is None or other is None or are_places_in_conflict(one.trace, other.trace):
        return None
    _, evidence = compare(one.trace, other.trace)
    return Example(pair, tuple(evidence), opinion is Opinion.SAME, _is_one_person(one, other))


def _is_one_person(one: Petition, other: Petition) -> bool:
    return one.petitioner_ref is not None and one.petitioner_ref == other.petitioner_ref


def _fitted(examples: Sequence[Example], current: WeightSet, version: str) -> WeightSet:
    """One person's letters that are two matters would be so if two people had written them, too."""
    same, other = (replace(of, version=version) for of in (current.same_petitioner, current.other_petitioner))
    between = _moved([one for one in examples if not (one.is_one_person and one.is_same)], other)
    by_one = _moved([one for one in examples if one.is_one_person], same)
    return WeightSet(replace(by_one, at_least=between if same.at_least else None), between)


def _moved(examples: Sequence[Example], held: Weights) -> Weights:
    """The most likely weights, held to the present ones."""
    if not examples:
        return held
    evidence = np.array([one.evidence for one in examples])
    is_same = np.array([one.is_same for one in examples], float)
    start = np.array([held.bias, *held.of])
    weights = fitted(evidence, is_same, np.ones(len(examples)), start, np.full(len(start), HELD))
    return replace(held, bias=float(weights[0]), of=tuple(weights[1:].tolist()))


def _without_each(examples: Sequence[Example], current: WeightSet, version: str) -> list[WeightSet]:
    """For each example the weights that are learned from the other folds; by rank of the pair, so always alike."""
    ranks = {one.pair: rank for rank, one in enumerate(sorted(examples, key=lambda one: one.pair))}
    folds = [
        _fitted([one for one in examples if ranks[one.pair] % FOLDS != fold], current, version)
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
    return by.score(Evidence(*example.evidence)) >= by.same


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
