"""Whose key names the petitioners of an instance: on a topic of its own, so that all hosts see the same."""

from pydantic import Field

from schemas.contract import Contract, Instant


class KeyClaim(Contract):
    """`petitions.key.claims`: somebody uses a pseudonym key. The first claim counts, then each that follows the one
    that counts; any other is void.
    """

    check_value: str = Field(pattern="^[0-9a-f]{32}$")
    """A keyed hash of a constant: the same key gives the same, and nobody finds the key from it."""
    follows: tuple[str, ...] = ()
    """Check values of the keys that this one came after, by `petitions pseudonym-key end`."""
    claimed_at: Instant
