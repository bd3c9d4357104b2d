"""The compiled pass over two imprints against rapidfuzz's alignment and loops that say what is counted."""

from collections.abc import Iterator

from hypothesis import example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein, MatchingBlock

from processors.rules.counting_exchanges import LONGEST_NAME, MOSTLY, NAME, PAIR, SLIP, aligned, counted
from processors.rules.imprint import LENGTH

_PAIRS = bytes(byte & PAIR for byte in range(256))
_ALPHABETS = [range(256), [0, 1, NAME, NAME + 1], [0, NAME], [5, 6, 7, 8, NAME + 5, NAME + 9]]
_EDGES = [0, 1, 2, 63, 64, 65, 127, 128, 129, 191, LENGTH, LENGTH + 1]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Two imprints of few or many pairs of characters: anything at all, or one of them changed here and there."""
    alphabet = draw(st.sampled_from(_ALPHABETS))
    written = bytes(alphabet[byte % len(alphabet)] for byte in range(256))

    def stretch(least: int, most: int) -> bytes:
        return draw(st.binary(min_size=least, max_size=most)).translate(written)

    length = draw(st.sampled_from(_EDGES) | st.integers(0, LENGTH))
    one = stretch(length, length)
    if draw(st.integers(0, 3)) == 0:
        other_length = draw(st.sampled_from(_EDGES))
        return one, stretch(other_length, other_length)
    other = one
    for _ in range(draw(st.integers(0, 6))):
        at, gone = draw(st.integers(0, len(other))), draw(st.integers(0, LONGEST_NAME + 1))
        other = other[:at] + stretch(0, LONGEST_NAME + 1) + other[at + gone :]
    return one, other


def blocks_of(one: bytes, other: bytes) -> list[MatchingBlock]:
    return Levenshtein.opcodes(one.translate(_PAIRS), other.translate(_PAIRS)).as_matching_blocks()


def differences(one: bytes, other: bytes) -> Iterator[list[tuple[bytes, bytes]]]:
    """Stretches that differ; those with a single pair between them together."""
    stretches: list[tuple[bytes, bytes]] = []
    at = other_at = 0
    for same in blocks_of(one, other):
        if same.a > at or same.b > other_at:
            stretches.append((one[at : same.a], other[other_at : same.b]))
        if stretches and same.size != 1:
            yield stretches
            stretches = []
        at, other_at = same.a + same.size, same.b + same.size


def names(one: bytes, other: bytes) -> int:
    found = [sum(byte >= NAME for byte in inner) for inner in (one[1:-1], other[1:-1])]
    is_named = all(count >= MOSTLY * max(0, len(of) - 2) for count, of in zip(found, (one, other), strict=True))
    return min(found) if is_named else 0


def told(one: bytes, other: bytes) -> tuple[int, int, int, int]:
    exchanged = in_names = retold = slips = 0
    for stretches in differences(one, other):
        ours, theirs = sum(len(first) for first, _ in stretches), sum(len(second) for _, second in stretches)
        found = sum(names(*both) for both in stretches) if max(ours, theirs) <= LONGEST_NAME else 0
        if found:
            exchanged, in_names = exchanged + found, in_names + min(ours, theirs)
        else:
            retold, slips = retold + min(ours, theirs), slips + (max(ours, theirs) <= SLIP)
    return exchanged, in_names, retold, slips


@settings(max_examples=400, deadline=None)
@given(pairs())
@example((b"", b""))
@example((b"", b"\x80"))
@example((b"\x00" * 64 + b"\x01" * 64, b"\x01" * 64 + b"\x00" * 65))
def test_imprints_are_laid_side_by_side_as_rapidfuzz_does(both: tuple[bytes, bytes]) -> None:
    one, other = both
    kept = [-1] * len(one)
    for same in blocks_of(one, other):
        kept[same.a : same.a + same.size] = range(same.b, same.b + same.size)
    assert aligned(one, other).tolist() == kept
    assert counted(one, other) == told(one, other)
