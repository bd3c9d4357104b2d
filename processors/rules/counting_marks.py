"""Counts who shares marks, straight from the bytes that are kept under each mark.

Only `processors.bearers` imports this module, because that loads numba.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from processors.rules.compiling import jitted

_int: Any = np.int64
_whole_number: Any = np.uint64
Data = Any
"""Bytes; numba reads them as whole numbers from 0 to 255."""


@jitted
def _whole(data: Data, at: int, size: int) -> int:
    """So many bytes as a number, the highest first."""
    found: int = _whole_number(0)
    for byte in range(at, at + size):
        found = found << _whole_number(8) | _whole_number(data[byte])
    return found


@jitted
def _lies_within(place: int, digits: int, outer: int, outer_digits: int) -> bool:
    """Whether a code begins with another one."""
    if outer_digits > digits:
        return False
    for _ in range(digits - outer_digits):
        place //= _whole_number(10)
    return bool(place == outer)


@jitted
def _is_apart(bearers: Data, at: int, places: Data, place_size: int) -> bool:
    """Whether a bearer's place is known, and none of these contains it or lies in it."""
    place, digits = _whole(bearers, at, place_size - 1), _int(bearers[at + place_size - 1])
    if digits == 0 or len(places) == 0:
        return False
    for start in range(0, len(places), place_size):
        other, other_digits = _whole(places, start, place_size - 1), _int(places[start + place_size - 1])
        if _lies_within(place, digits, other, other_digits) or _lies_within(other, other_digits, place, digits):
            return False
    return True


@jitted
def sharing(
    bearers: Data, size: int, own: Data, places: Data, place_size: int, marks: int, least: int, part: int, most: int
) -> NDArray[np.uint8]:
    """Of all bearers those that bear at least so many marks and that part, and are not apart.

    A petition that was revised may stand there with several places and numbers of marks: any of them is enough.
    Their names, each as long as `own`, one behind the other: at most so many, those that share most first, of equal
    ones by name.
    """
    count, width = len(bearers) // size, len(own)
    names = np.empty(count, np.uint64)
    for number in range(count):
        names[number] = _whole(bearers, number * size, width)
    order = np.argsort(names)
    mine, found, at = _whole(own, 0, width), 0, 0
    chosen, shared = np.empty(count, np.uint64), np.empty(count, np.int64)
    while at < count:
        end, name = at + 1, names[order[at]]
        while end < count and names[order[end]] == name:
            end += 1
        if end - at >= least and name != mine:
            fewest, is_apart, before = marks, True, _whole_number(0)
            for one in range(at, end):
                start = order[one] * size + width
                said = _whole(bearers, start, place_size + 1)
                if one > at and said == before:  # most say all the same
                    continue
                before = said
                fewest = min(fewest, _int(bearers[start + place_size]))
                is_apart = is_apart and _is_apart(bearers, start, places, place_size)
            if (end - at) * part >= fewest and not is_apart:
                chosen[found], shared[found] = name, end - at
                found += 1
        at = end
    likeliest = np.argsort(-shared[:found], kind="mergesort")[:most]
    written = np.empty(width * likeliest.size, np.uint8)
    for number in range(likeliest.size):
        for byte in range(width):
            written[number * width + byte] = chosen[likeliest[number]] >> _whole_number(8 * (width - 1 - byte))
    return written
