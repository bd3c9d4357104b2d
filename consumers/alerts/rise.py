"""A sudden rise told from chance: this week's count against the weeks before, of the same place and category. Pure.

Without a rise this week is as any other, so of all letters of these weeks each falls into this one with the
probability 1 / (weeks + 1): an exact test where letters come independently (Poisson), whatever their rate, which need
not be known. Letters that come in bunches vary more; then all counts are divided by how much more they did in the
past weeks (variance / mean: quasi-Poisson).
"""

from collections.abc import Sequence
from math import exp, floor, lgamma, log, log1p
from statistics import fmean, variance

NEGLIGIBLE = 1e-12


def chance(now: int, past: Sequence[int]) -> float:
    """The probability of at least so many letters in a week like the past ones."""
    if now <= 0:
        return 1.0
    bunching = _bunching(past)
    rate = 1 / (len(past) + 1)
    return _at_least(floor(now / bunching), floor(sum(past) / bunching), rate)


def _bunching(past: Sequence[int]) -> float:
    mean = fmean(past)
    return max(1.0, variance(past) / mean) if mean > 0 else 1.0


def _at_least(now: int, before: int, rate: float) -> float:
    """The upper tail of the binomial distribution, from `now` of `now + before`."""
    total = now + before
    found = 0.0
    for count in range(now, total + 1):
        term = exp(_log_choose(total, count) + count * log(rate) + (total - count) * log1p(-rate))
        found += term
        if term < NEGLIGIBLE * max(found, NEGLIGIBLE) and count > total * rate:
            break
    return min(1.0, found)


def _log_choose(total: int, count: int) -> float:
    return lgamma(total + 1) - lgamma(count + 1) - lgamma(total - count + 1)
