"""How often a process looks for cycles among its objects."""

import gc

COLLECT_AFTER = 300_000
"""New objects after which the youngest are looked through: more than the cases that a worker keeps at hand hold, some
fifty megabytes at most. With 50,000 it looked through them every few thousand petitions, for 14 to 64 ms."""


def collect_rarely() -> None:
    """Never look again through what is there now, such as a register of a million objects, and seldom at the rest.

    Messages have no cycles: looking for some among them costs up to a sixth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 50)
