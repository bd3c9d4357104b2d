"""Learns the weights of pairs of characters from labelled letters, and measures them.

One linear support vector machine for each label against the rest (L2 loss and penalty), trained by dual coordinate
descent: Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM" (2008). The same letters always
give the same weights. Only pairs that stand in several letters are kept, and people who are addressed by name and
office are cut out before, so that no name and no sentence of a letter gets into the weights.
"""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from processors.rules.classification import Classifier, Lexicon, read_lexicon
from processors.rules.learned import READ, SHORT, UNIT, Learned, pairs_of, to_bytes

_ADDRESSED = re.compile(
    r"尊敬的?[一-鿿]{0,4}(?:书记|[市县区省局厅校]长|主任|领导)|[一-鿿]{1,2}(?:书记|[市县区省局厅]长)|西地省?"
)
"""People addressed by name and office, and the invented name of the letters' province."""
_NAME = re.compile(r".[省市县区镇乡村街巷]$|^[西楚]|.(?:某|总)$")
"""Pairs that may count but are not told: most are parts of names."""
_LEAST_LETTERS, _LEAST_TOLD = 5, 15
_COST, _ROUNDS, _SEED = 1.0, 8, 7
_SMALLEST_STEP = 1e-3

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Letters:
    """Labelled letters: texts without spaces, the words they were written in where they were segmented, labels."""

    texts: list[str]
    words: list[set[str]]
    labels: NDArray[np.int64]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """How right the categories of letters are that were not learned from."""

    letters: int
    macro_f1: float
    """Mean F1 of the labels; an abstention is wrong, and so is a category that bears no label."""
    macro_f1_learned: float
    """The same for the learned margins alone, which never abstain."""
    decided: float
    """Share of letters that got a category."""
    right_where_decided: float


class NotLetters(ValueError):
    """A table that does not hold labelled letters; names the column, never what a row holds."""


def read_letters(lines: TextIO) -> Letters:
    """Read `category`, and `segmented_text` (words with spaces between), or `text`, or `title` and `body`.

    Raises `NotLetters`.
    """
    csv.field_size_limit(10**8)
    table = csv.DictReader(lines)
    _check_columns(table.fieldnames or ())
    rows = list(table)
    if not rows:
        raise NotLetters("no letter in it")
    written = [
        row.get("segmented_text") or row.get("text") or f"{row.get('title', '')}\n{row.get('body', '')}"
        for row in rows
    ]
    names = tuple(sorted({row["category"] for row in rows}))
    return Letters(
        texts=["".join(text.split()) for text in written],
        words=[set(text.split()) for text in written],
        labels=np.array([names.index(row["category"]) for row in rows]),
        names=names,
    )


def _check_columns(columns: Collection[str]) -> None:
    if "category" not in columns:
        raise NotLetters("no column category")
    if "segmented_text" in columns or "text" in columns or {"title", "body"} <= {*columns}:
        return
    (one,) = {"title", "body"} - {*columns} if {"title", "body"} & {*columns} else ("text",)
    raise NotLetters(f"no column {one}; the letter stands in segmented_text, in text, or in title and body")


def learn(letters: Letters, chosen: NDArray[np.intp]) -> bytes:
    """The weights that the chosen letters give, as the content of `learned.csv.xz`."""
    counts = [Counter(pairs_of(_ADDRESSED.sub(" ", letters.texts[i])[:READ])) for i in chosen]
    spread = Counter(pair for count in counts for pair in count)
    pairs = sorted(pair for pair, number in spread.items() if number >= _LEAST_LETTERS)
    rarity = np.log((1 + len(counts)) / (1 + np.array([spread[pair] for pair in pairs]))) + 1
    weights, bias = _fit(_features(counts, pairs, rarity), letters.labels[chosen], (len(pairs), len(letters.names)))
    weights *= rarity[:, None]
    told = Counter(word for i in chosen for word in letters.words[i] if len(word) == 2)
    rows = [
        (
            pair,
            told[pair] >= _LEAST_TOLD and _NAME.search(pair) is None,
            _in_units(rarity[i : i + 1])[0],
            _in_units(weights[i]),
        )
        for i, pair in enumerate(pairs)
    ]
    return to_bytes(letters.names, _in_units(bias), rows)


def validate(letters: Letters, folds: int) -> Score:
    """Cross-validation; letters of one text are in one fold."""
    number = {text: i for i, text in enumerate(sorted(set(letters.texts)))}
    fold = np.random.default_rng(_SEED).integers(0, folds, len(number))[[number[t] for t in letters.texts]]
    found = np.full((len(fold), 2), -1)
    for k in range(folds):
        tested = np.flatnonzero(fold == k)
        learned = Learned.from_bytes(learn(letters, np.flatnonzero(fold != k)))
        found[tested] = _labelled(letters, tested, with_learned(learned))
    return _score(letters, found)


def score(letters: Letters, lexicon: Lexicon) -> Score:
    """How right a lexicon is on letters that it was not learned from."""
    return _score(letters, _labelled(letters, np.arange(len(letters.texts)), lexicon))


def with_learned(learned: Learned) -> Lexicon:
    """The shipped lexicon with other learned weights."""
    return read_lexicon((files("processors.rules.lexicon") / "categories.toml").read_text("utf-8"), learned)


def _labelled(letters: Letters, chosen: NDArray[np.intp], lexicon: Lexicon) -> NDArray[np.int64]:
    """For each letter the label of its category, and that of the highest margin; -1 where there is none."""
    classifier, learned = Classifier(lexicon), lexicon.learned
    number = [letters.names.index(label) if label in letters.names else -1 for label in learned.labels]
    label_of = {
        code: number[label] for code, label in zip(lexicon.codes, lexicon.labels, strict=True) if label < len(number)
    }
    texts = [letters.texts[i] for i in chosen]
    found = [label_of.get(kind.category, -1) for kind in classifier.classify_all([("", text, "") for text in texts])]
    highest = learned.read([text[:READ] for text in texts]).margins.argmax(axis=1)
    return np.column_stack([found, np.array(number)[highest]]).astype(np.int64)


def _features(
    counts: Iterable[Counter[str]], pairs: list[str], rarity: Floats
) -> list[tuple[NDArray[np.intp], Floats]]:
    """Each letter as the rows of its pairs and what each weighs; the last is the bias."""
    row_of = {pair: i for i, pair in enumerate(pairs)}
    features = []
    for count in counts:
        known = [(row_of[pair], number) for pair, number in count.items() if pair in row_of]
        rows = np.array([row for row, _ in known], np.intp)
        times = np.array([number for _, number in known], np.float64)
        size = (float(times @ rarity[rows] ** 2) + SHORT) ** 0.5
        features.append((np.append(rows, len(pairs)), np.append(times * rarity[rows] / size, 1.0)))
    return features


def _fit(
    features: list[tuple[NDArray[np.intp], Floats]], labels: NDArray[np.int64], shape: tuple[int, int]
) -> tuple[Floats, Floats]:
    """All labels at once, one letter after the other in an order that is drawn anew for each round."""
    wanted = np.where(labels[:, None] == np.arange(shape[1]), 1.0, -1.0)
    sizes = [float(values @ values) for _, values in features]
    weights, duals, loose = np.zeros((shape[0] + 1, shape[1])), np.zeros((len(features), shape[1])), 0.5 / _COST
    rng = np.random.default_rng(_SEED)
    for _ in range(_ROUNDS):
        for i in rng.permutation(len(features)).tolist():
            rows, values = features[i]
            slope = wanted[i] * (values @ weights[rows]) - 1.0 + loose * duals[i]
            dual = np.maximum(duals[i] - slope / (sizes[i] + loose), 0.0)
            step = (dual - duals[i]) * wanted[i]
            if np.abs(step).max() > _SMALLEST_STEP:
                duals[i] = dual
                weights[rows] += values[:, None] * step
    return weights[:-1], weights[-1]


def _in_units(values: Floats) -> list[int]:
    return [int(value) for value in np.rint(values / UNIT)]


def _score(letters: Letters, found: NDArray[np.int64]) -> Score:
    joined, alone = found[:, 0], found[:, 1]
    decided = joined >= 0
    return Score(
        letters=len(found),
        macro_f1=_macro_f1(letters.labels, joined, len(letters.names)),
        macro_f1_learned=_macro_f1(letters.labels, alone, len(letters.names)),
        decided=float(decided.mean()),
        right_where_decided=float((joined == letters.labels)[decided].mean()),
    )


def _macro_f1(truth: NDArray[np.int64], found: NDArray[np.int64], labels: int) -> float:
    scores = []
    for label in range(labels):
        both = int(((truth == label) & (found == label)).sum())
        scores.append(2 * both / max(1, int((truth == label).sum() + (found == label).sum())))
    return float(np.mean(scores))
