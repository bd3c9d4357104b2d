"""Loops over the bytes and characters of letters, compiled from the part of Python that a compiler understands.

What a loop was compiled to is kept beside its module, or in the user's cache where that cannot be written: a worker
that starts later reads it. numba takes half a second to be loaded, so nobody loads it who compares no letters.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def jitted(loop: Callable[P, R]) -> Callable[P, R]:
    """The same function for a compiler, which compiles it at its first call; other such functions may call it."""
    from numba import njit

    compiler: Any = njit
    try:
        fast: Callable[P, R] = compiler(cache=True)(loop)
    except RuntimeError:  # there is no folder in which anything could be kept: it is compiled at each start
        fast = compiler(loop)
    return fast


def compiled(loop: Callable[P, R]) -> Callable[P, R]:
    """The same, and numba is loaded at the first call; for loops that call no others."""

    @cache
    def made() -> Callable[P, R]:
        return jitted(loop)

    @wraps(loop)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return made()(*args, **kwargs)

    return call
