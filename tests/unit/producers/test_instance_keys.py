"""Which of several claims counts: the first, and each that follows the one that counts."""

import pytest

from producers.instance_keys import counting_check_value
from schemas.key_events import KeyClaim
from tests.fakes_producers import NOW

A, B, C, OTHER = (digit * 32 for digit in "abc0")


def claim(check_value: str, *follows: str) -> KeyClaim:
    return KeyClaim(check_value=check_value, follows=follows, claimed_at=NOW)


@pytest.mark.parametrize(
    ("claims", "counts"),
    [
        ([], ""),
        ([claim(A)], A),
        ([claim(A), claim(OTHER)], A),  # both claimed at the same moment
        ([claim(A), claim(A)], A),
        ([claim(A), claim(B, A)], B),
        ([claim(A), claim(B, A), claim(A)], B),  # a host that still had the old key file
        ([claim(A), claim(B, A), claim(B, A)], B),
        ([claim(A), claim(B, A), claim(C, B, A)], C),
        ([claim(A), claim(C, B, A)], C),  # topics from a backup that is older than two changes
        ([claim(A), claim(B, A), claim(OTHER, A)], B),  # the key was changed on two hosts
        ([claim(B, A)], B),
        ([claim(OTHER), claim(B, A)], OTHER),
    ],
)
def test_the_first_claim_counts_and_then_what_follows_it(claims: list[KeyClaim], counts: str) -> None:
    assert counting_check_value(claims) == counts
