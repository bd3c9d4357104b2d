"""Passes over the code points of many letters at once, compiled: what each character does is a few instructions.

Letters lie one behind the other in one array; `lengths` says how many points each has. See `compiling` for how such
loops are written.
"""

import numpy as np
from numpy.typing import NDArray

from processors.rules.compiling import compiled

Points = NDArray[np.uint32]
Lengths = NDArray[np.intp]

PLANE = 0x10000
"""Tables hold the characters of the basic plane; those beyond it are in none."""
_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FFF
_FILE_END = ord("号")
_ALL = 0xFFFFFFFF


@compiled
def plain(raw: Points, ends: Lengths, table: Points) -> tuple[Points, Lengths, bool]:
    """What a table makes of each character, without those that it makes nothing; whether it knows all of them."""
    points, lengths = np.empty(raw.size, np.uint32), np.empty(ends.size, np.intp)
    kept = start = 0
    is_known = True
    for number in range(ends.size):
        before = kept
        for at in range(start, ends[number]):
            point = table[min(raw[at], PLANE)]
            is_known &= point != PLANE
            points[kept] = point
            kept += point != 0
        lengths[number] = kept - before
        start = ends[number]
    return points[:kept], lengths, is_known


@compiled
def smallest_trigrams(points: Points, lengths: Lengths, size: int) -> Points:
    """For each text how many distinct hashes its trigrams have, then the smallest in rising order, then zeros."""
    found = np.zeros((lengths.size, size + 1), np.uint32)
    start = 0
    for number in range(lengths.size):
        length = lengths[number]
        # One or two characters are one trigram; none is none.
        hashes = np.empty(max(min(length, 1), length - 2), np.uint32)
        for at in range(hashes.size):
            first = start + at
            second = points[first + 1] if length > 1 else np.uint32(0)
            third = points[first + 2] if length > 2 else np.uint32(0)
            mixed = (points[first] * 0x9E3779B1 ^ second * 0x85EBCA77 ^ third * 0xC2B2AE3D) & _ALL
            mixed = (mixed ^ mixed >> 15) * 0x27D4EB2F & _ALL
            hashes[at] = mixed ^ mixed >> 13
        hashes.sort()
        distinct = 0
        for at in range(hashes.size):
            if at == 0 or hashes[at] != hashes[at - 1]:
                distinct += 1
                if distinct <= size:
                    found[number, distinct] = hashes[at]
        found[number, 0] = distinct
        start += length
    return found


@compiled
def names_before_endings(
    points: Points, begins: Lengths, ends: Lengths, first: NDArray[np.int16], endings: Points, stem: int
) -> tuple[Lengths, Lengths, Lengths]:
    """Where names that end in certain words start and stop, and how many there are up to the end of each text.

    `endings` has a row for each word, padded with zeros, those with the same first character one after the other;
    `first` says where those of a character are. The first that fits counts. A name has `stem` Han characters before
    its ending and shares no character with another.
    """
    starts, stops = np.empty(points.size // stem + 1, np.intp), np.empty(points.size // stem + 1, np.intp)
    found, count = np.zeros(ends.size, np.intp), 0
    for number in range(ends.size):
        taken, end = begins[number], ends[number]
        for at in range(taken + stem, end):
            row = first[min(points[at], PLANE)]
            if row < 0 or at - taken < stem:
                continue
            stop = 0
            while not stop and row < endings.shape[0] and endings[row, 0] == points[at]:
                stop = at
                for character in endings[row]:
                    if character and stop and (stop == end or points[stop] != character):
                        stop = 0
                    elif character and stop:
                        stop += 1
                row += 1
            is_name = stop > 0
            for before in range(at - stem, at):
                is_name &= _FIRST_HAN <= points[before] <= _LAST_HAN
            if is_name:
                starts[count], stops[count] = at - stem, stop
                count += 1
                taken = stop
        found[number] = count
    return starts[:count], stops[:count], found


@compiled
def imprinted(
    points: Points,
    begins: Lengths,
    ends: Lengths,
    names: tuple[Lengths, Lengths],
    known: Points,
    is_rare: NDArray[np.bool_],
    rows: Lengths,
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A byte for each character but the last of each text: seven bits of the hash of it and the next one, and a mark.

    Marked are the pairs of `names`, by start and stop, and those of two Han characters that are not among the `known`
    hashes, or `is_rare` there; `rows` says where the known ones with the same first 16 bits begin. Also, for each
    text, whether the sign stands in it that ends the number of a file.
    """
    marks, has_file = np.empty(points.size, np.uint8), np.zeros(ends.size, np.bool_)
    starts, stops = names
    made = name = 0
    for number in range(ends.size):
        for at in range(begins[number], ends[number] - 1):
            first, second = points[at], points[at + 1]
            has_file[number] |= second == _FILE_END
            mixed = (first * 0x9E3779B1 ^ second * 0x85EBCA77) & _ALL
            mixed = (mixed ^ mixed >> 15) * 0x27D4EB2F & _ALL
            pair = (mixed ^ mixed >> 13) >> 8
            while name < stops.size and stops[name] - 1 <= at:
                name += 1
            is_name = name < stops.size and starts[name] <= at
            if not is_name and _FIRST_HAN <= first <= _LAST_HAN and _FIRST_HAN <= second <= _LAST_HAN:
                row = rows[pair >> 8]
                while row < known.size and known[row] < pair:
                    row += 1
                is_name = row == known.size or known[row] != pair or is_rare[row]
            marks[made] = pair & 0x7F | is_name << 7
            made += 1
    return marks[:made], has_file
