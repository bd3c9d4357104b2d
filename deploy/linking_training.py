"""Learns what each kind of evidence counts: writes `processors/rules/linking/weights.toml` and cross-validates it.

`python -m deploy.linking_training --messages CSV --profile TOML --register DIR --letters DIR --out FILE --version V`:
real messages of which some carry a `matter_id`, and invented ledgers with their truth (`petitions demo` writes them).
Real messages decide what counts between different people; the ledgers add villages, form letters and repeats.
"""

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from deploy.dry_run import DryRun, Ledger, dry_run
from deploy.evaluation import petition_key
from deploy.logistic import Vector, fitted
from processors.candidates import marks_of
from processors.register_files import load_register
from processors.rulebook import Rulebook
from processors.rules.relation import Trace, are_places_in_conflict, compare
from processors.rules.repeat import trace_of
from processors.rules.weighing import KINDS, Weights, WeightSet
from producers.profiles import load_profile

MOST_UNDER_A_MARK = 80
OTHER_SHARES = (0.8, 0.0, 0.2, 0.0)
SAME_SHARES = (0.1, 0.2, 0.1, 0.6)
"""How much each source counts: messages of different people and of one, then the same of the ledgers."""
THRESHOLDS = {"same_petitioner": (0.5, 0.3), "other_petitioner": (0.7, 0.7)}
"""Score from which two petitions are one matter, and from which a person is asked."""
HELD = np.array([1e-9, *([0.1] * len(KINDS))])
"""How strongly each weight is held at nothing; the bias is not."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is compared of a petition, and the truth about it; `matter` is empty where nobody knows."""

    trace: Trace
    person: str
    matter: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of letters that the search may compare, what speaks for each, and what is true of it."""

    letters: list[Letter]
    pairs: list[tuple[int, int]]
    evidence: Vector
    is_same: Vector
    counts: Vector
    """How much each pair counts: large matters do not outvote small ones, half where one letter is unlabelled."""
    one_person: NDArray[np.bool_]


def letters_of(run: DryRun, matters: dict[str, str]) -> list[Letter]:
    """All petitions of a run, with the matter that the truth gives to each key."""
    return [
        Letter(
            trace_of(m, m.place, m.classification, m.home), m.petitioner_ref or "", matters.get(petition_key(m), "")
        )
        for case in run.cases
        for m in case.petitions
    ]


def pairs_of(letters: list[Letter]) -> Pairs:
    """What the search would compare, apart from what the places rule out."""
    found = [pair for pair in sorted(set(candidate_pairs(letters))) if not _is_vetoed(letters, pair)]
    evidence = np.array([compare(letters[i].trace, letters[j].trace)[1] for i, j in found])
    sizes = Counter(letter.matter for letter in letters if letter.matter)
    counts = [_count(letters[i].matter, letters[j].matter, sizes) for i, j in found]
    is_same = [letters[i].matter == letters[j].matter != "" for i, j in found]
    one_person = [letters[i].person == letters[j].person != "" for i, j in found]
    return Pairs(letters, found, evidence, np.array(is_same, float), np.array(counts), np.array(one_person))


def learn(messages: Pairs, ledgers: Pairs, shares: tuple[float, float, float, float]) -> Vector:
    """Logistic regression; `shares` say how much each source counts. Bias first, then the order of `KINDS`."""
    parts = [(messages, False), (messages, True), (ledgers, False), (ledgers, True)]
    weights = [
        _scaled(of.counts * (of.one_person == one), share) for (of, one), share in zip(parts, shares, strict=True)
    ]
    evidence = np.concatenate([of.evidence for of, _ in parts])
    is_same = np.concatenate([of.is_same for of, _ in parts])
    counts = np.concatenate(weights)
    used = counts > 0
    return fitted(evidence[used], is_same[used], counts[used], np.zeros(len(HELD)), HELD)


def cross_validated(messages: Pairs, ledgers: Pairs, folds: int = 5, rounds: int = 4) -> list[float]:
    """B-cubed F1 of each round over the matters that were left out of learning, fold by fold."""
    matters = sorted({letter.matter for letter in messages.letters if letter.matter})
    results = []
    for number in range(rounds):
        mixed = Random(number).sample(matters, len(matters))
        right = np.zeros(3)
        for fold in range(folds):
            tested = set(mixed[fold::folds])
            is_left_out = [letter.matter in tested for letter in messages.letters]
            is_known = np.array([not is_left_out[one] and not is_left_out[other] for one, other in messages.pairs])
            rest = replace(messages, counts=messages.counts * is_known)
            weights = learn(rest, ledgers, OTHER_SHARES), learn(rest, ledgers, SAME_SHARES)
            right += _b_cubed(messages, joined(messages, *weights), tested)
        precision, recall = right[:2] / right[2]
        results.append(round(2 * precision * recall / (precision + recall), 4))
    return results


def joined(of: Pairs, other: Vector, same: Vector) -> list[int]:
    """The case of each letter if every pair above the threshold is joined."""
    limits = [np.log(limit / (1 - limit)) for limit, _ in THRESHOLDS.values()]
    is_joined = np.where(
        of.one_person, same[0] + of.evidence @ same[1:] >= limits[0], other[0] + of.evidence @ other[1:] >= limits[1]
    )
    leads = list(range(len(of.letters)))

    def lead(one: int) -> int:
        while leads[one] != one:
            leads[one] = leads[leads[one]]
            one = leads[one]
        return one

    for number in np.flatnonzero(is_joined):
        one, two = of.pairs[number]
        leads[lead(one)] = lead(two)
    return [lead(one) for one in range(len(leads))]


def _b_cubed(of: Pairs, cases: list[int], tested: set[str]) -> Vector:
    """Sums of precision and recall over the letters of some matters, and their number."""
    members: dict[int, list[str]] = defaultdict(list)
    for letter, case in zip(of.letters, cases, strict=True):
        members[case].append(letter.matter)
    sizes = Counter(letter.matter for letter in of.letters)
    sums = np.zeros(3)
    for letter, case in zip(of.letters, cases, strict=True):
        if letter.matter in tested:
            found = Counter(members[case])
            unlabelled = found.pop("", 0)
            right = found[letter.matter]
            sums += (right / (found.total() + unlabelled / 2), right / sizes[letter.matter], 1)
    return sums


def candidate_pairs(letters: Sequence[Letter]) -> Iterator[tuple[int, int]]:
    """Pairs that share a mark or a petitioner, some of them more than once."""
    under: dict[bytes, list[int]] = defaultdict(list)
    for number, letter in enumerate(letters):
        for mark in marks_of(letter.trace):
            under[mark].append(number)
    for mark, bearers in under.items():
        few = bearers if len(bearers) <= MOST_UNDER_A_MARK else Random(repr(mark)).sample(bearers, MOST_UNDER_A_MARK)
        yield from combinations(sorted(few), 2)
    by_person: dict[str, list[int]] = defaultdict(list)
    for number, letter in enumerate(letters):
        if letter.person:
            by_person[letter.person].append(number)
    for own in by_person.values():
        yield from combinations(own, 2)


def _is_vetoed(letters: list[Letter], pair: tuple[int, int]) -> bool:
    return are_places_in_conflict(letters[pair[0]].trace, letters[pair[1]].trace)


def _count(one: str, other: str, sizes: Counter[str]) -> float:
    if not one or not other:
        return 0.5 / sizes[one or other] if one or other else 0.0
    return 2 / (sizes[one] + sizes[other])


def _scaled(counts: Vector, share: float) -> Vector:
    scaled: Vector = counts * (2_000 * share / max(1e-9, counts.sum()))
    return scaled


def weight_set(version: str, other: Vector, same: Vector) -> WeightSet:
    """The weights with the scores from which petitions are joined and people are asked."""
    found = {
        name: Weights(version, *THRESHOLDS[name], bias=float(weights[0]), of=tuple(weights[1:].tolist()))
        for name, weights in (("same_petitioner", same), ("other_petitioner", other))
    }
    return WeightSet(**found)


def _messages(file: Path, profile: Path, register: Path) -> list[Letter]:
    known = load_profile(profile)
    csv.field_size_limit(10**8)
    with file.open(encoding="utf-8", newline="") as lines:
        matters = {f"{known.code}:{row['message_id']}": row["matter_id"] for row in csv.DictReader(lines)}
    return letters_of(dry_run([Ledger(file, known)], Rulebook(load_register(register))), matters)


def _ledgers(folder: Path) -> list[Letter]:
    from deploy.demo.county_folders import ledgers_in
    from deploy.demo.truth import from_csv

    truth = {row.petition: row.matter for row in from_csv((folder / "truth.csv").read_text("utf-8")) if row.petition}
    return letters_of(dry_run(ledgers_in([folder]), Rulebook(load_register())), truth)


def main(arguments: Iterable[str] | None = None) -> None:
    """Learn from files, write the weights, print the cross-validation."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("messages", "profile", "register", "letters", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--version", required=True)
    given = parser.parse_args(list(arguments) if arguments is not None else None)
    messages = pairs_of(_messages(given.messages, given.profile, given.register))
    ledgers = pairs_of(_ledgers(given.letters))
    other, same = learn(messages, ledgers, OTHER_SHARES), learn(messages, ledgers, SAME_SHARES)
    given.out.write_text(weight_set(given.version, other, same).to_text("deploy/linking_training.py"), "utf-8")
    print("B-cubed F1 on matters left out:", *cross_validated(messages, ledgers))


if __name__ == "__main__":
    main()
