"""A key that was added always passes, however often the filter is made anew; hardly any other one does."""

from hypothesis import given, settings
from hypothesis import strategies as st

from processors.key_filter import KeyFilter

MANY = 200_000


def numbered(start: int, stop: int) -> list[bytes]:
    return [b"c:4110:n\0%08d" % number for number in range(start, stop)]


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.lists(st.binary(min_size=1, max_size=20))))
def test_what_was_added_passes_also_in_a_filter_made_of_the_hashes(steps: list[list[bytes]]) -> None:
    grown = KeyFilter()
    kept = b"".join([grown.add(keys) for keys in steps])
    for of in (grown, KeyFilter(kept)):
        assert all(of.passing([key, key]) == [0, 1] for keys in steps for key in keys)


def test_hardly_any_other_key_passes() -> None:
    filled = KeyFilter()
    filled.add(numbered(0, 100_000))
    assert not filled.is_full
    assert len(filled.passing(numbered(MANY, MANY + 100_000))) < 5_000
    assert KeyFilter().passing(numbered(0, 1_000)) == []
    assert KeyFilter().passing([]) == []


def test_one_that_is_full_is_made_anew_and_forgets_none_of_those_that_passed_by_chance() -> None:
    filled = KeyFilter()
    kept = b"".join([filled.add(numbered(start, start + 1_000)) for start in range(0, MANY, 1_000)])
    assert len(kept) == 4 * MANY
    assert filled.is_full
    anew = KeyFilter(kept)
    assert not anew.is_full
    assert anew.passing(numbered(0, MANY)) == list(range(MANY))
    assert len(anew.passing(numbered(MANY, 2 * MANY))) < MANY / 15
