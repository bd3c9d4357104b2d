"""Identifiers never change: a changed one would make every petition of the past another one."""

from collections import Counter

import pytest

from schemas.keys import case_id, digest, partition_of, petition_id, receipt, record_key


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (record_key("410185", "XF-1"), "eaf04a2c6de817da"),
        (petition_id("410185", "XF-1"), "Pac57923c275e5998"),
        (petition_id("410185", "XF-1", "c0ffee"), "Pac57923c275e5998-a7e7405f"),
        (case_id(petition_id("410185", "XF-1")), "Cac57923c275e5998"),
        (receipt("d1", 7), "5ff58a1453806d61"),
    ],
)
def test_identifiers_are_what_they_always_were(made: str, expected: str) -> None:
    assert made == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [(("ab", "c"), ("a", "bc")), (("a", ""), ("a",)), (("a", "b"), ("b", "a")), (("1",), ("１",))],
)
def test_parts_are_told_apart(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert digest(*one) != digest(*other)


def test_half_a_character_still_has_an_identifier() -> None:
    assert len(digest("\ud83d")) == 16


def test_a_case_bears_the_digits_of_the_petition_that_founded_it() -> None:
    founding = petition_id("410185", "XF-1")
    assert case_id(founding)[1:] == founding[1:]


def test_a_partition_is_the_same_for_every_client_for_ever() -> None:
    assert [partition_of(key, 4) for key in ("410185", "410122", "R5b1f0de2c7a94836", "")] == [0, 1, 0, 0]


def test_keys_spread_over_all_partitions() -> None:
    counts = Counter(partition_of(petition_id("410185", str(number)), 8) for number in range(4_000))
    assert set(counts) == set(range(8))
    assert max(counts.values()) < 1.3 * min(counts.values())
