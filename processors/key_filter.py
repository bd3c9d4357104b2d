"""Which keys a table may hold, in memory: most marks of a letter were never borne by another one.

A Bloom filter of blocks: the three bits of a key lie in one line of a processor's cache. RocksDB's own filters say
the same, but are asked file by file: some microsecond for each key, and more the more files there are.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from processors.rules.compiling import compiled

_FEWEST_BITS = 1 << 20
_BITS_FOR_EACH = 6
"""Where a key has fewer the filter is made anew with twice as many: of keys that are not there it then lets 1 to 6 of
a hundred pass."""

Hashes = NDArray[np.uint32]
_Words = NDArray[np.uint64]


class KeyFilter:
    """No is certain. Its keys are known again by their hashes, which whoever keeps the keys keeps too."""

    def __init__(self, known: bytes | bytearray = b"") -> None:
        """`known` is all that `add` has returned, in any order."""
        hashes: Hashes = np.frombuffer(known, "<u4")
        bits = _FEWEST_BITS
        while bits < _BITS_FOR_EACH * hashes.size:
            bits *= 2
        self._words: _Words = np.zeros(bits // 64, np.uint64)
        self._count = hashes.size - _known(hashes, self._words, True).size

    @property
    def is_full(self) -> bool:
        """Whether it should be made anew: it lets more and more pass."""
        return self._count * _BITS_FOR_EACH > 64 * self._words.size

    def passing(self, keys: Sequence[bytes]) -> list[int]:
        """Which of some keys may be there, by their position."""
        found: list[int] = _known(_hashed(keys), self._words, False).tolist()
        return found

    def add(self, keys: Sequence[bytes]) -> bytes:
        """Let these keys pass; returns their packed hashes, also of what passed before: a larger one needs them."""
        hashes = _hashed(keys)
        self._count += hashes.size - _known(hashes, self._words, True).size
        return hashes.astype("<u4", copy=False).tobytes()


def _hashed(keys: Sequence[bytes]) -> Hashes:
    hashes: Hashes = _hashes(b"".join(keys), np.fromiter(map(len, keys), np.intp, len(keys)))
    return hashes


@compiled
def _hashes(data: bytes, lengths: NDArray[np.intp]) -> Hashes:
    """The hash of each key, one behind the other in `data`."""
    found, at = np.empty(lengths.size, np.uint32), 0
    for number in range(found.size):
        mixed, end = np.uint64(0xCBF29CE484222325), at + lengths[number]
        while at < end:
            mixed = (mixed ^ np.uint64(data[at])) * np.uint64(0x100000001B3)
            at += 1
        mixed = (mixed ^ mixed >> np.uint64(32)) * np.uint64(0xD6E8FEB86659FD93)
        found[number] = mixed >> np.uint64(32)
    return found


@compiled
def _known(hashes: Hashes, words: _Words, is_adding: bool) -> NDArray[np.intp]:
    """Where those stand of whose bits all are set; the bits of the others are set where they are added."""
    found, count = np.empty(hashes.size, np.intp), 0
    for number in range(hashes.size):
        spread = np.uint64(hashes[number]) * np.uint64(0x9E3779B97F4A7C15)
        block = (np.uint64(hashes[number]) * np.uint64(words.size >> 3) >> np.uint64(32)) << np.uint64(3)
        is_known = True
        for turn in range(3):
            bit = spread >> np.uint64(37 + 9 * turn) & np.uint64(511)
            word, mask = block + (bit >> np.uint64(6)), np.uint64(1) << (bit & np.uint64(63))
            is_known &= words[word] & mask != 0
            if is_adding:
                words[word] |= mask
        if is_known:
            found[count] = number
            count += 1
    return found[:count]
