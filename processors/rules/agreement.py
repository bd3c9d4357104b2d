"""What two letters have in common, as numbers from 0 to 1.

A sketch (see `sketch`) estimates how much text two letters share, a profile (see `terms`) holds what they name and
what they are about.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from processors.rules.sketch import Overlap


class Agreement(NamedTuple):
    """What two letters have in common; symmetric, each number from 0 to 1."""

    jaccard: float
    """Trigrams of both texts over those of either."""
    containment: float
    """Share of the shorter text that stands in the longer one."""
    names: float
    """The cosine of what both name: estates, firms, people, projects."""
    topics: float
    """The cosine of the rare words that both use."""
    gist: float
    """How far what they are about points the same way."""
    covered: float
    """How much of what each title names the other letter names too."""

    @property
    def text(self) -> Overlap:
        """How much text they share."""
        return Overlap(self.jaccard, self.containment)


def agreement(sketch: bytes, other_sketch: bytes, profile: bytes, other_profile: bytes) -> Agreement:
    """Compare two letters by their sketches and their profiles; an empty one has nothing in common with any."""
    return Agreement(*_compiled()(sketch, other_sketch, profile, other_profile))


def overlap(sketch: bytes, other_sketch: bytes) -> Overlap:
    """How much text two letters share, by their sketches alone."""
    return agreement(sketch, other_sketch, b"", b"").text


@cache
def _compiled() -> Callable[[bytes, bytes, bytes, bytes], tuple[float, ...]]:
    """The compiled counting, loaded when the first two letters are compared: most commands never do."""
    from processors.rules.counting_agreement import agreeing

    made: Callable[[bytes, bytes, bytes, bytes], tuple[float, ...]] = agreeing
    return made
