"""Learn the weights of words from labelled letters: writes `rules/lexicon/learned.json` and measures it.

`python -m processors.lexicon_training LETTERS.csv.gz --out learned.json --folds 5`: the file has the columns
`segmented_text` (words with spaces between them) and `category`. Only words that occur in many letters are kept, so
no name and no sentence of a letter gets into the weights.
"""

import argparse
import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from processors.rules.classification import Classifier, read_lexicon
from processors.rules.words import Words

_WORD = re.compile(r"[一-鿿]{2,6}")
_NAME = re.compile(r".+[省市县区镇乡村路街巷]$|^西地|^楚|^.(书记|[省市县区厅局部院校镇乡村处站]长|主任|总|某)$")
"""Names are never evidence for a category: places, and the people whom letters address by name and office."""
_ALSO_NAMES = frozenset({"易俗", "欧阳", "江西", "江南"})
_LEAST_LETTERS = 15
_ALSO_IN = {"land": "城乡建设", "water": "城乡建设", "urban_management": "城乡建设", "finance": "商贸旅游"}
"""Categories that the letters' labels hold together with others, and that share no learned weights."""
_PENALTY, _STEPS, _RATE = 1e-4, 150, 0.05
_SCALE, _LEAST_WEIGHT = 0.01, 0.12

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Letters:
    """Labelled letters: words, the text without the spaces, and the label's number."""

    words: list[list[str]]
    texts: list[str]
    labels: NDArray[np.int64]
    names: list[str]


def read_letters(lines: TextIO) -> Letters:
    """Read the columns `segmented_text` and `category`."""
    csv.field_size_limit(10**8)
    rows = [(row["segmented_text"].split(), row["category"]) for row in csv.DictReader(lines)]
    names = sorted({category for _, category in rows})
    return Letters(
        words=[words for words, _ in rows],
        texts=["".join(words) for words, _ in rows],
        labels=np.array([names.index(category) for _, category in rows]),
        names=names,
    )


def learn(letters: Letters, chosen: NDArray[np.int64]) -> dict[str, Any]:
    """Multinomial logistic regression over the presence of words, as the content of `learned.json`."""
    vocabulary = _vocabulary(letters.words[i] for i in chosen)
    features = _features([letters.texts[i] for i in chosen], vocabulary)
    weights, bias = _fit(features, letters.labels[chosen], len(letters.names))
    rounded = np.rint(weights / _SCALE).astype(int)
    kept = [i for i in range(len(vocabulary)) if np.abs(weights[i]).max() >= _LEAST_WEIGHT]
    return {
        "groups": letters.names,
        "scale": _SCALE,
        "bias": np.rint(bias / _SCALE).astype(int).tolist(),
        "terms": {vocabulary[i]: rounded[i].tolist() for i in kept},
    }


def measure(letters: Letters, folds: int) -> dict[str, float]:
    """Macro-F1 by cross-validation, equal letters in one fold: of the learned weights alone, and of the classifier.

    The classifier's category counts as the label of its group, or of the group that `_ALSO_IN` names; any other
    category and an abstention count as wrong.
    """
    number = {text: i for i, text in enumerate(sorted(set(letters.texts)))}
    fold = np.random.default_rng(7).integers(0, folds, len(number))[[number[t] for t in letters.texts]]
    categories = (files("processors.rules.lexicon") / "categories.toml").read_text("utf-8")
    alone, joined = np.full(len(fold), -1), np.full(len(fold), -1)
    for k in range(folds):
        model = learn(letters, np.flatnonzero(fold != k))
        lexicon = read_lexicon(categories, json.dumps(model))
        classifier = Classifier(lexicon)
        grouped = {code: group for code, group in (lexicon.groups | _ALSO_IN).items() if group in letters.names}
        label_of = {code: letters.names.index(group) for code, group in grouped.items()}
        tested = np.flatnonzero(fold == k)
        terms = list(model["terms"])
        values = np.array(list(model["terms"].values()), np.float32)
        scores = _features([letters.texts[i] for i in tested], terms) @ values + np.array(model["bias"], np.float32)
        alone[tested] = scores.argmax(axis=1)
        joined[tested] = [label_of.get(classifier.classify("", letters.texts[i]).category, -1) for i in tested]
    decided = joined >= 0
    return {
        "letters": float(len(fold)),
        "macro_f1_learned": _macro_f1(letters.labels, alone, len(letters.names)),
        "macro_f1_classifier": _macro_f1(letters.labels, joined, len(letters.names)),
        "decided_in_the_seven": float(decided.mean()),
        "right_where_decided": float((joined == letters.labels)[decided].mean()),
    }


def _vocabulary(letters: Iterable[list[str]]) -> list[str]:
    counts: Counter[str] = Counter()
    for words in letters:
        counts.update({word for word in words if _WORD.fullmatch(word) and not _is_name(word)})
    return sorted(word for word, count in counts.items() if count >= _LEAST_LETTERS)


def _is_name(word: str) -> bool:
    return word in _ALSO_NAMES or _NAME.match(word) is not None


def _features(texts: list[str], vocabulary: list[str]) -> Matrix:
    words = Words(vocabulary, is_overlapping=True)
    features = np.zeros((len(texts), len(vocabulary)), np.float32)
    for row, text in enumerate(texts):
        features[row, [index for index, _, _ in words.find(text[:2_000])]] = 1.0
    return features


def _fit(features: Matrix, labels: NDArray[np.int64], classes: int) -> tuple[Matrix, Matrix]:
    """Adam on the penalised likelihood, all letters at once: deterministic."""
    wanted = np.eye(classes, dtype=np.float32)[labels]
    weights, bias = np.zeros((features.shape[1], classes), np.float32), np.zeros(classes, np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        scores = features @ weights + bias
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        gradient = features.T @ (likely - wanted) / np.float32(len(labels)) + np.float32(_PENALTY) * weights
        mean, square = 0.9 * mean + 0.1 * gradient, 0.99 * square + 0.01 * gradient**2
        weights -= _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        bias -= _RATE * (likely - wanted).mean(axis=0)
    return weights, bias


def _macro_f1(truth: NDArray[np.int64], found: NDArray[np.int64], classes: int) -> float:
    scores = []
    for label in range(classes):
        both = int(((truth == label) & (found == label)).sum())
        scores.append(2 * both / max(1, int((truth == label).sum() + (found == label).sum())))
    return float(np.mean(scores))


def main() -> None:
    """Learn from a file, write the weights, print the measurement as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("letters", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    given = parser.parse_args()
    with gzip.open(given.letters, "rt", encoding="utf-8", newline="") as lines:
        letters = read_letters(lines)
    if given.out:
        model = learn(letters, np.arange(len(letters.texts)))
        rows = ",\n".join(f"{json.dumps(t, ensure_ascii=False)}:{json.dumps(w)}" for t, w in model["terms"].items())
        head = json.dumps({k: v for k, v in model.items() if k != "terms"}, ensure_ascii=False)
        given.out.write_text(f'{head[:-1]}, "terms": {{\n{rows}\n}}}}\n', "utf-8")
    if given.folds:
        print(json.dumps(measure(letters, given.folds), indent=2))  # noqa: T201 - the result of the command


if __name__ == "__main__":
    main()
