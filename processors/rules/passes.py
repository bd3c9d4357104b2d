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
        count = max(min(length, 1), length - 2)
        hashes, rising = np.empty(count, np.uint32), np.empty(count, np.uint32)
        bits = 1
        while 1 << bits < count and bits < 16:
            bits += 1
        # Hashes are evenly spread, so that each share of their range holds one or two: almost sorted already.
        shares = np.zeros((1 << bits) + 1, np.intp)
        for at in range(count):
            first = start + at
            second = points[first + 1] if length > 1 else np.uint32(0)
            third = points[first + 2] if length > 2 else np.uint32(0)
            mixed = (points[first] * 0x9E3779B1 ^ second * 0x85EBCA77 ^ third * 0xC2B2AE3D) & _ALL
            mixed = (mixed ^ mixed >> 15) * 0x27D4EB2F & _ALL
            hashes[at] = mixed ^ mixed >> 13
            shares[(hashes[at] >> (32 - bits)) + 1] += 1
        for share in range(1, shares.size):
            shares[share] += shares[share - 1]
        for one in hashes:
            place = shares[one >> (32 - bits)]
            rising[place] = one
            shares[one >> (32 - bits)] += 1
        distinct = 0
        for at in range(count):
            one, place = rising[at], at
            while place and rising[place - 1] > one:
                rising[place] = rising[place - 1]
                place -= 1
            rising[place] = one
        for at in range(count):
            if at == 0 or rising[at] != rising[at - 1]:
                distinct += 1
                if distinct <= size:
                    found[number, distinct] = rising[at]
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
    rows: NDArray[np.int32],
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


@compiled
def words_within(
    points: Points,
    ends: Lengths,
    numbers: NDArray[np.int16],
    first: NDArray[np.int16],
    begun: NDArray[np.int16],
    edges: NDArray[np.int32],
    words: NDArray[np.int32],
    longest: int,
) -> tuple[NDArray[np.int64], Lengths]:
    """Every word of a list in each text, also inside another, in the order of their stops, then of their starts.

    Each is a number: 20 bits for the word, 20 for its start, the rest for its stop. Also how many there are up to the
    end of each text.

    `numbers` has one for each character, 0 for one in no word. The words are a tree: `first` and `begun` have the
    node of the words that begin with the character of a number, and with those of two, or -1; the first column of
    `edges` says in which row the branches of a node begin, the others hold for each the number of a character and a
    node; `words` has the word that ends in a node, or -1. None has more than the `longest` number of characters.
    """
    found, counts = np.empty(points.size * longest, np.int64), np.zeros(ends.size, np.intp)
    count = begin = 0
    for number in range(ends.size):
        earliest = count
        for start in range(begin, ends[number]):
            before = numbers[min(points[start], PLANE)]
            node = first[before]
            at = start + 1
            while node >= 0:
                if words[node] >= 0:
                    hit = (at - begin) << 40 | (start - begin) << 20 | words[node]
                    place = count
                    while place > earliest and found[place - 1] > hit:
                        found[place] = found[place - 1]
                        place -= 1
                    found[place] = hit
                    count += 1
                wanted = numbers[min(points[at], PLANE)] if at < ends[number] else 0
                if at == start + 1:
                    node = begun[before, wanted]
                else:
                    branch, last = edges[node, 0], edges[node + 1, 0]
                    while branch < last and edges[branch, 1] != wanted:
                        branch += 1
                    node = edges[branch, 2] if branch < last else -1
                at += 1
        counts[number] = count
        begin = ends[number]
    return found[:count], counts


@compiled
def weighed_pairs(
    points: Points,
    begins: Lengths,
    ends: Lengths,
    numbers: NDArray[np.int32],
    width: int,
    rows: NDArray[np.uint16],
    weights: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.uint16], Lengths]:
    """The sum of the weights of all pairs of each text, and for each pair its row of weights, text by text.

    `numbers` has one for each character: those of a pair, the first times `width`, say which of the `rows` it has.
    Also how many pairs there are up to the end of each text.
    """
    totals = np.zeros((ends.size, weights.shape[1]), np.float32)
    found, counts = np.empty(points.size, np.uint16), np.zeros(ends.size, np.intp)
    count = 0
    for number in range(ends.size):
        before = 0
        for at in range(begins[number], ends[number]):
            after = numbers[points[at]] if points[at] < numbers.size else 0
            if at > begins[number]:
                row = rows[before * width + after]
                found[count] = row
                count += 1
                if row:  # the first one has no weight
                    for column in range(totals.shape[1]):
                        totals[number, column] += weights[row, column]
            before = after
        counts[number] = count
    return totals, found[:count], counts


@compiled
def rows_above(rows: NDArray[np.uint16], weights: NDArray[np.float32], least: float) -> NDArray[np.uint16]:
    """Those of some rows, in their order, whose weight is larger than the least one."""
    found, count = np.empty(rows.size, np.uint16), 0
    for row in rows:
        if weights[row] > least:
            found[count] = row
            count += 1
    return found[:count]


@compiled
def pair_keys(points: Points, lengths: Lengths, cut: int) -> Points:
    """For each pair of neighbours the number of its letter, its hash in 24 bits, and whether it is in the title.

    Titles and bodies lie there by turns. A pair with a cut in it is none.
    """
    keys, count = np.empty(points.size, np.uint32), 0
    start = 0
    for number in range(lengths.size):
        owner = number >> 1 << 25 | number & 1 ^ 1
        for at in range(start + 1, start + lengths[number]):
            first, second = points[at - 1], points[at]
            if first != cut and second != cut:
                mixed = (first * 0x9E3779B1 ^ second * 0x85EBCA77) & _ALL
                mixed = (mixed ^ mixed >> 15) * 0x27D4EB2F & _ALL
                keys[count] = owner | (mixed ^ mixed >> 13) >> 8 << 1
                count += 1
        start += lengths[number]
    return keys[:count]


@compiled
def profiled(
    keys: Points,
    letters: int,
    said_often: NDArray[np.float32],
    in_title: int,
    known: Points,
    weights: NDArray[np.float32],
    rows: NDArray[np.int32],
    most: tuple[int, int],
    largest: int,
) -> tuple[Points, Lengths, NDArray[np.float32], Lengths, Lengths]:
    """The pairs of each letter that count most, from their keys in rising order: names first, then topics.

    A pair counts by how often the letter says it, one in the title `in_title` times; `said_often` has what that is.
    Names are not among the `known` hashes, of which `rows` says where those with the same first 16 bits begin; topics
    count `weights` times that. `most` says how many of both there are; the heaviest of either has the `largest`
    weight. Returned are terms (see `terms`); for each letter how many names, topics and different pairs it has; and
    of the known pairs what each counts and its place, and how many there are up to the end of each letter.
    """
    terms, counts = np.empty(letters * (most[0] + most[1]), np.uint32), np.zeros((letters, 3), np.intp)
    said, places, ends = np.empty(keys.size, np.float32), np.empty(keys.size, np.intp), np.zeros(letters, np.intp)
    bits = np.zeros(1, np.float32)
    whole, stride, scale = bits.view(np.uint32), max(most), np.float32(0)
    heaviest, sizes = np.zeros(2 * stride, np.int64), np.zeros(2, np.intp)
    at = found = made = 0
    for letter in range(letters):
        sizes[:] = 0
        while at < keys.size and keys[at] >> 25 == letter:
            pair, times, titled = keys[at] >> 1, 0, 0
            while at < keys.size and keys[at] >> 1 == pair:
                times += 1
                titled += keys[at] & 1
                at += 1
            pair &= 0xFFFFFF
            weight = said_often[min(times + (in_title - 1) * titled, said_often.size - 1)]
            row = rows[pair >> 8]
            while row < known.size and known[row] < pair:
                row += 1
            kind = 0
            if row < known.size and known[row] == pair:
                said[found], places[found] = weight, row
                found += 1
                kind, weight = 1, weight * weights[row]
            counts[letter, 2] += 1
            # Weights are positive, so that their bits rise with them; of equal ones the smaller hash goes first.
            count, first = sizes[kind], kind * stride
            bits[0] = weight
            term = np.int64(whole[0]) << 32 | (0xFFFFFF - pair) << 8 | (titled > 0) << 7
            if weight > 0 and (count < most[kind] or term > heaviest[first + count - 1]):
                sizes[kind] = min(count + 1, most[kind])
                place = first + sizes[kind] - 1
                while place > first and heaviest[place - 1] < term:
                    heaviest[place] = heaviest[place - 1]
                    place -= 1
                heaviest[place] = term
        ends[letter] = found
        for kind in range(2):
            counts[letter, kind] = sizes[kind]
            for place in range(kind * stride, kind * stride + sizes[kind]):
                term = heaviest[place]
                whole[0] = term >> 32
                if place == kind * stride:
                    scale = np.float32(largest / np.float64(bits[0]))
                share = max(1, np.uint32(np.rint(bits[0] * scale)))
                terms[made] = (0xFFFFFF - (term >> 8 & 0xFFFFFF)) << 8 | term & 0x80 | share
                made += 1
    return terms[:made], counts, said[:found], places[:found], ends


@compiled
def pointing(
    said: NDArray[np.float32], places: Lengths, ends: Lengths, rows: NDArray[np.int16], gist: NDArray[np.int8]
) -> NDArray[np.int8]:
    """For each letter the direction of all its pairs that have one, in whole numbers up to 127.

    `said` and `places` have for each pair what it counts and where its row in `gist` is told, `ends` how many pairs
    there are up to the end of each letter. The last row is that of pairs without one.
    """
    width, none = gist.shape[1], gist.shape[0] - 1
    found, total = np.zeros((ends.size, width), np.int8), np.zeros(width, np.float32)
    at = 0
    for letter in range(ends.size):
        total[:] = 0
        for pair in range(at, ends[letter]):
            row = rows[places[pair]]
            if row != none:
                weight, line = said[pair], gist[row]
                for column in range(width):
                    total[column] += weight * np.float32(line[column])
        at = ends[letter]
        largest = np.float32(0)
        for column in range(width):
            largest = max(largest, abs(total[column]))
        if largest > 0:
            for column in range(width):
                found[letter, column] = np.rint(np.float64(total[column]) * 127 / np.float64(largest))
    return found
