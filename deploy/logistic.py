"""Logistic regression on the evidence of pairs of petitions: what each kind counts, never against its nature."""

import numpy as np
from numpy.typing import NDArray

from processors.rules.weighing import AGAINST, KINDS

Vector = NDArray[np.float64]

_STEPS = 100
_SMALL = 1e-9
_SIGNS = np.array([0.0, *(-1.0 if kind in AGAINST else 1.0 for kind in KINDS)])


def fitted(evidence: Vector, is_same: Vector, counts: Vector, start: Vector, held: Vector) -> Vector:
    """The most likely weights, bias first, then in the order of `KINDS`.

    `counts` says how much each pair counts, `held` how strongly each weight is held where it starts. A kind of
    evidence that would turn to count the other way counts nothing, and the rest are fitted again.
    """
    table = np.c_[np.ones(len(evidence)), evidence]
    used = np.ones(table.shape[1], bool)
    while True:
        weights = np.zeros(table.shape[1])
        weights[used] = _newton(table[:, used], is_same, counts, start[used], held[used])
        turned = used & (weights * _SIGNS < 0)
        if not turned.any():
            return weights
        used &= ~turned


def _newton(table: Vector, is_same: Vector, counts: Vector, start: Vector, held: Vector) -> Vector:
    """Newton's method; a step that overshoots is halved until it does not."""
    weights = start.copy()
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(table @ weights, -30, 30)))
        slope = table.T @ (counts * (likely - is_same)) + held * (weights - start)
        bend = (table * (counts * likely * (1 - likely))[:, None]).T @ table + np.diag(held)
        step = np.linalg.solve(bend, slope)
        here = _cost(table, is_same, counts, start, held, weights)
        while _cost(table, is_same, counts, start, held, weights - step) > here and np.abs(step).max() > _SMALL:
            step /= 2
        weights = weights - step
        if np.abs(step).max() <= _SMALL:
            break
    return weights


def _cost(table: Vector, is_same: Vector, counts: Vector, start: Vector, held: Vector, weights: Vector) -> float:
    """What is made as small as it can be: surprise at the pairs, and how far the weights moved."""
    total = table @ weights
    surprise = np.sum(counts * (np.logaddexp(0, total) - is_same * total))
    return float(surprise + np.sum(held * (weights - start) ** 2) / 2)
