"""How often a process looks for cycles among its objects."""

import gc

COLLECT_AFTER = 50_000
"""New objects after which the youngest are looked through."""


def collect_rarely() -> None:
    """Never look again through what is there now, such as a register of a million objects, and seldom at the rest.

    Messages have no cycles: looking for some among them costs up to a sixth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 50)
