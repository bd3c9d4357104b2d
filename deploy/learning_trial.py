"""How far judgements move the weights of linking, where the truth is known: in invented ledgers, by their seeds.

`python -m deploy.learning_trial --judged 101 102 --tested 2024`: pairs of the first ledgers are judged rightly, some
at a time, and what is learned from them decides about all pairs of the others that the search would compare.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from deploy.demo.county_folders import ledgers_in
from deploy.demo.generator import generate
from deploy.dry_run import dry_run
from deploy.judged_petitions import decided_in
from deploy.linking_training import Pairs, letters_of, pairs_of
from deploy.logistic import Vector
from deploy.weights_learning import Petition, learn
from processors.register_files import load_register
from processors.rulebook import Rulebook
from processors.rules.judgements import Pair, pair_of
from processors.rules.weighing import Weights, WeightSet, shipped_weights
from schemas.events import Judgement
from schemas.keys import digest
from schemas.terms import Opinion

JUDGEMENTS = (1, 3, 10, 30, 100, 300)
DRAWS = 10
MOST_DECIDED = 5_000
"""Pairs that hold the weights, drawn from all that the rules decided about: more change nothing but the time."""
_AT = datetime(2026, 11, 1, tzinfo=UTC)
_SURE = 1e-6


@dataclass(slots=True)
class Ground:
    """Ledgers that the rules have decided about, with the truth of each petition."""

    petitions: dict[str, Petition] = field(default_factory=dict)
    matters: dict[str, str] = field(default_factory=dict)
    decided: set[Pair] = field(default_factory=set)
    asked: list[Pair] = field(default_factory=list)
    """Pairs that the rules leave to people."""
    compared: list[Pairs] = field(default_factory=list)
    """What the search would compare, a ledger each."""

    def is_same(self, pair: Pair) -> bool:
        """Whether both are about one matter."""
        one, other = (self.matters[name] for name in pair)
        return one == other != ""

    @property
    def wrongly_joined(self) -> list[Pair]:
        """Pairs that the rules joined by themselves although they are two matters."""
        return sorted(pair for pair in self.decided.difference(self.asked) if not self.is_same(pair))

    def judgement(self, pair: Pair, *, is_right: bool = True) -> Judgement:
        """What a person says who knows the truth, or the contrary."""
        opinion = Opinion.SAME if self.is_same(pair) is is_right else Opinion.NOT_SAME
        return Judgement(
            judgement_id="J" + digest("trial", *pair),
            opinion=opinion,
            petition_id=pair[0],
            other_id=pair[1],
            meet_at="",
            by="trial",
            at=_AT,
            reason="trial",
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What new weights decide otherwise about pairs whose truth is known, and how right they are about all."""

    away: int
    """Pairs about which the decision is further from the truth than before."""
    toward: int
    wrong: int
    """Pairs of one person that are joined or parted wrongly."""
    surprise: float
    """Log loss over the pairs of one person."""
    surprise_of_others: float


def ground(seeds: Iterable[int], size: int) -> Ground:
    """What the rules decide about the ledgers of some seeds; a petition is named by its seed, too."""
    found, register = Ground(), load_register()
    for seed in seeds:
        ledgers = generate(size, seed, register)
        with TemporaryDirectory() as folder:
            ledgers.write(Path(folder))
            run = dry_run(ledgers_in([Path(folder)]), Rulebook(register))
        letters = letters_of(run, {row.petition: row.matter for row in ledgers.truth if row.petition})
        found.compared.append(pairs_of(letters))
        for letter in letters:
            name = f"{seed}.{letter.trace.petition_id}"
            found.petitions[name] = Petition(letter.trace, letter.person or None)
            found.matters[name] = letter.matter
        for case in run.cases:
            found.decided |= {pair_of(f"{seed}.{one}", f"{seed}.{other}") for one, other in decided_in(case)}
            found.asked += [pair_of(f"{seed}.{one.petition_id}", f"{seed}.{one.other_id}") for one in case.questions]
    return found


def change(tested: Sequence[Pairs], before: WeightSet, after: WeightSet) -> Change:
    """Compare what two sets of weights decide about the same pairs."""
    parts = [_change(of, before, after) for of in tested]
    away, toward, wrong = (int(sum(column)) for column in zip(*(counts for counts, _ in parts), strict=True))
    surprise = np.concatenate([surprise for _, surprise in parts])
    of_one = np.concatenate([of.one_person for of in tested])
    return Change(away, toward, wrong, float(surprise[of_one].mean()), float(surprise[~of_one].mean()))


def _change(of: Pairs, before: WeightSet, after: WeightSet) -> tuple[tuple[int, int, int], Vector]:
    scores = [_scores(of, weights) for weights in (before, after)]
    was, now = (_decided(of, score, weights) for score, weights in zip(scores, (before, after), strict=True))
    further = np.abs(now - of.is_same) - np.abs(was - of.is_same)
    wrong = of.one_person & ((now == 1) != (of.is_same == 1))
    likely = np.clip(scores[1], _SURE, 1 - _SURE)
    surprise = -np.log(np.where(of.is_same == 1, likely, 1 - likely))
    return (int((further > 0).sum()), int((further < 0).sum()), int(wrong.sum())), surprise


def _scores(of: Pairs, weights: WeightSet) -> Vector:
    by_others = _likely(of, weights.other_petitioner)
    of_one: Vector = np.maximum(_likely(of, weights.same_petitioner), by_others)
    return np.where(of.one_person, of_one, by_others)


def _likely(of: Pairs, weights: Weights) -> Vector:
    likely: Vector = 1 / (1 + np.exp(-np.clip(weights.bias + of.evidence @ np.array(weights.of), -30, 30)))
    return likely


def _decided(of: Pairs, scores: Vector, weights: WeightSet) -> Vector:
    """1 joined, 0.5 left to a person, 0 apart."""
    same, unsure = (
        np.where(of.one_person, getattr(weights.same_petitioner, name), getattr(weights.other_petitioner, name))
        for name in ("same", "unsure")
    )
    decided: Vector = ((scores >= same).astype(float) + (scores >= unsure)) / 2
    return decided


def trial(judged: Ground, tested: Sequence[Pairs], pool: Sequence[Pair]) -> Iterator[tuple[int, list[Change]]]:
    """For each number of judgements what they change, in several draws of the pairs that are judged."""
    current, all_decided = shipped_weights(), sorted(judged.decided)
    decided = Random(0).sample(all_decided, min(MOST_DECIDED, len(all_decided)))
    for number in sorted({min(number, len(pool)) for number in JUDGEMENTS}):
        changes = []
        for draw in range(DRAWS):
            made = map(judged.judgement, Random(draw).sample(pool, number))
            learned = learn(made, judged.petitions, decided, current, "trial")
            changes.append(change(tested, current, learned.weights))
        yield number, changes


def told(number: int, changes: Sequence[Change]) -> str:
    """One line of the account."""
    mean = [float(np.mean([getattr(one, name) for one in changes])) for name in Change.__slots__]
    most: NDArray[np.int_] = np.max([one.away + one.toward for one in changes])
    return "{:>4} {:>8.1f} {:>8.1f} {:>6.1f} {:>9.4f} {:>9.4f}".format(number, *mean) + f" {most:>5}"


def main(arguments: Iterable[str] | None = None) -> None:
    """Print what right judgements change: about pairs that people are asked about, and about wrong joins alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=6_000)
    for name in ("judged", "tested"):
        parser.add_argument(f"--{name}", type=int, nargs="+", required=True)
    given = parser.parse_args(list(arguments) if arguments is not None else None)
    judged, tested = ground(given.judged, given.size), ground(given.tested, given.size).compared
    print(
        f"{sum(len(of.pairs) for of in tested)} pairs tested; judged pairs: away, toward, wrong, surprise, most flips"
    )
    print(told(0, [change(tested, shipped_weights(), shipped_weights())]))
    for name, pool in (("pairs asked about", sorted(judged.asked)), ("wrong joins alone", judged.wrongly_joined)):
        print(f"{name}: {len(pool)}")
        for number, changes in trial(judged, tested, pool):
            print(told(number, changes), flush=True)


if __name__ == "__main__":
    main()
