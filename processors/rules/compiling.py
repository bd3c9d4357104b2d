"""Loops over the characters of many letters, compiled when they are called for the first time.

What a loop was compiled to is kept beside its module, or in the user's cache where that cannot be written: a worker
that starts later reads it. The loops are written in the part of Python that a compiler understands: numbers, arrays.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def compiled(loop: Callable[P, R]) -> Callable[P, R]:
    """The same function, compiled at its first call: the compiler alone takes half a second to be loaded."""

    @cache
    def made() -> Callable[P, R]:
        from numba import njit

        fast: Callable[P, R] = njit(cache=True)(loop)
        return fast

    @wraps(loop)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return made()(*args, **kwargs)

    return call
