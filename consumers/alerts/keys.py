"""Bytes under keys, and up to where topics were read into them. Pure."""

from collections.abc import Iterator, Mapping
from typing import Protocol

_PLACE = b"p"
_AT_ONCE = 10_000


class Keys(Protocol):
    """Bytes under bytes, in the order of the keys."""

    def get(self, key: bytes) -> bytes | None:
        """What was put last, or None."""

    def write(self, entries: Mapping[bytes, bytes | None]) -> None:
        """Set these values, all or none; None lets go of a key, and one that is not there is no error.

        What was written before is never lost where this is not.
        """

    def within(self, first: bytes, end: bytes, most: int) -> list[bytes]:
        """The keys from `first` on, before `end`, in order; no more than `most`."""


def entries(keys: Keys, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What follows the prefix in each key that begins so, and its value."""
    first, end = prefix, prefix[:-1] + bytes([prefix[-1] + 1])
    while found := keys.within(first, end, _AT_ONCE):
        for key in found:
            yield key[len(prefix) :], keys.get(key) or b""
        first = found[-1] + b"\x00"


class PlacesKept:
    """Up to where topics were read: all before it lies under the keys, of what comes after it some may."""

    def __init__(self, keys: Keys) -> None:
        """Nothing is kept but what the keys hold."""
        self._keys = keys

    def places(self) -> dict[tuple[str, int], int]:
        """Topic and partition → the next offset to read."""
        found = ((key.decode().rpartition(":"), value) for key, value in entries(self._keys, _PLACE))
        return {(topic, int(number)): int(value) for (topic, _, number), value in found}

    def keep(self, places: Mapping[tuple[str, int], int]) -> None:
        """Instead of what was kept of these partitions."""
        self._keys.write(
            {_PLACE + f"{topic}:{n}".encode(): str(offset).encode() for (topic, n), offset in places.items()}
        )
