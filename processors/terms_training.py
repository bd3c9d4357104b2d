"""Learn how common each pair of characters is and which pairs come together: writes `rules/linking/terms.npz`.

`python -m processors.terms_training LETTERS... --out terms.npz --version V`: CSV files, plain or gzipped, with the
columns `title` and `body`, or `segmented_text`. What is written holds hashes and numbers only.
A province learns it anew from letters of its own; all that was linked before keeps its version.
"""

import argparse
import csv
import gzip
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from processors.rules.profiling import BODY_CHARACTERS, pairs_of

MOST_LETTERS_WITH_A_NAME = 15
"""A pair that more letters hold is no name."""
LARGEST_TOPIC_SHARE = 0.04
"""A pair that a larger share of letters holds says nothing about the topic."""
LEAST_LETTERS_OF_A_GIST = 60
LARGEST_GIST_SHARE = 0.15
DIRECTIONS = 32
_ROUNDS, _SPARE = 4, 16

Matrix = NDArray[np.float32]


def read_texts(path: Path) -> Iterator[str]:
    """Title and beginning of the body of each letter of a file."""
    csv.field_size_limit(10**8)
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            text = row.get("segmented_text")
            yield text[: 2 * BODY_CHARACTERS] if text else row["title"] + "\n" + row["body"][:BODY_CHARACTERS]


def learn(texts: Iterable[str], version: str) -> bytes:
    """The content of `terms.npz`, from all letters."""
    letters = [np.unique(pairs_of(text), return_counts=True) for text in dict.fromkeys(texts)]
    pairs, counts = np.unique(np.concatenate([found for found, _ in letters]), return_counts=True)
    kept = counts > MOST_LETTERS_WITH_A_NAME
    pairs, counts = pairs[kept], counts[kept]
    rarity = np.log(len(letters) / counts).astype(np.float32)
    share = counts / len(letters)
    has_gist = (counts >= LEAST_LETTERS_OF_A_GIST) & (share < LARGEST_GIST_SHARE)
    rows = np.full(pairs.size, int(has_gist.sum()), np.int16)
    rows[has_gist] = np.arange(int(has_gist.sum()))
    gist = _directions(letters, pairs, rows, rarity)
    out = BytesIO()
    np.savez_compressed(
        out,
        version=np.array(version),
        pairs=pairs.astype(np.uint32),
        weights=np.where(share < LARGEST_TOPIC_SHARE, rarity, 0).astype(np.float16),
        rows=rows,
        gist=gist,
    )
    return out.getvalue()


def _directions(
    letters: list[tuple[NDArray[np.uint32], NDArray[np.int64]]],
    pairs: NDArray[np.uint32],
    rows: NDArray[np.int16],
    rarity: Matrix,
) -> NDArray[np.int8]:
    """Latent semantic analysis by subspace iteration, without the first direction, which all letters share."""
    width = int(rows.max())
    table = np.zeros((len(letters), width + 1), np.float32)
    for number, (found, times) in enumerate(letters):
        at = np.minimum(np.searchsorted(pairs, found), pairs.size - 1)
        known = pairs[at] == found
        values = (1 + np.log(times[known])) * rarity[at[known]]
        table[number, rows[at[known]]] = values
    table = table[:, :width]
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-6)
    basis = np.random.default_rng(1).standard_normal((width, DIRECTIONS + _SPARE), dtype=np.float32)
    for _ in range(_ROUNDS):
        basis, _ = np.linalg.qr(table.T @ np.linalg.qr(table @ basis)[0])
    turned = np.linalg.svd(table @ basis, full_matrices=False)[2]
    directions = (basis @ turned.T)[:, 1 : DIRECTIONS + 1]
    weighted = np.zeros((width + 1, directions.shape[1]), np.float32)
    weighted[:width] = directions * rarity[rows < width][np.argsort(rows[rows < width])][:, None]
    units: NDArray[np.int8] = np.rint(weighted * (127 / np.abs(weighted).max())).astype(np.int8)
    return units


def main() -> None:
    """Learn from files, write the data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("letters", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", required=True)
    given = parser.parse_args()
    given.out.write_bytes(learn((text for path in given.letters for text in read_texts(path)), given.version))


if __name__ == "__main__":
    main()
