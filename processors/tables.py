"""What the pure desks need of a state: bytes by key. RocksDB in a worker, a dictionary in a dry run."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

LEAF_BYTES = 4
"""At the end of a key under a stem: what tells apart those that share the stem."""
BESIDE = b"~"
"""Keys that begin so go to a changelog of their own, beside that of the table's values."""
KEPT_READS = 65_536
"""Small values of a table that a worker keeps at hand where it has all partitions: candidates for one matter are
asked for again and again, and most other keys are asked for twice, once to look and once to add to what is there."""
FEW_READS = 8_192
"""The same where hardly any key is asked for again after the step in which it came."""


class Table(Protocol):
    """One partition of one table."""

    def get(self, key: bytes) -> bytes | None:
        """The value that was put last, or None."""

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values of several keys, in their order; far cheaper than asking for each."""

    def put(self, key: bytes, value: bytes) -> None:
        """Set a value; in a worker it also goes to the table's changelog."""

    def put_first(self, key: bytes, value: bytes) -> None:
        """What the changelog gets before all that is put in this step; the key has to be put as well."""

    def derive(self, key: bytes, value: bytes) -> None:
        """Set a value that can be made again from the others: kept locally, not in the changelog."""

    def derive_under(self, values: Mapping[bytes, bytes]) -> None:
        """The same for values by keys of stem and leaf."""

    def expect_under(self, keys: Sequence[bytes]) -> None:
        """Look up at once, in the step in work, what `get_under` is going to be asked for."""

    def get_under(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values of several keys of stem and leaf; cheapest where hardly any was ever derived."""

    def all_under(self, stems: Sequence[bytes]) -> list[bytes]:
        """All values that were derived under these stems, all as long; dear, for what is seldom asked."""


Rederive = Callable[[Table, bytes, bytes], None]
"""Called for each changelog record that is read back, to make the derived values again."""


def nothing_derived(table: Table, key: bytes, value: bytes) -> None:
    """For tables whose values stand for themselves."""


class MemoryTable:
    """A table for one run without servers; see `petitions dry-run`."""

    def __init__(self) -> None:
        self._values: dict[bytes, bytes] = {}
        self._under: dict[bytes, dict[bytes, None]] = {}

    def get(self, key: bytes) -> bytes | None:
        """See `Table`."""
        return self._values.get(key)

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """See `Table`."""
        return [self._values.get(key) for key in keys]

    def put(self, key: bytes, value: bytes) -> None:
        """See `Table`."""
        self._values[key] = value

    derive = put

    def put_first(self, key: bytes, value: bytes) -> None:
        """See `Table`; here nothing is cut off."""

    def derive_under(self, values: Mapping[bytes, bytes]) -> None:
        """See `Table`."""
        self._values.update(values)
        for key in values:
            self._under.setdefault(key[:-LEAF_BYTES], {})[key] = None

    def expect_under(self, keys: Sequence[bytes]) -> None:
        """See `Table`; here all is at hand."""

    get_under = get_many

    def all_under(self, stems: Sequence[bytes]) -> list[bytes]:
        """See `Table`."""
        return [self._values[key] for stem in stems for key in self._under.get(stem, ())]

    def items(self) -> list[tuple[bytes, bytes]]:
        """All keys with their values, in the order in which the keys came first."""
        return list(self._values.items())
