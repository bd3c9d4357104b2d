"""State of a worker: one RocksDB folder for each partition of each table, made from the table's changelog topic.

The changelog is the truth, the folder a copy with the offset up to which it holds. Each assignment of a partition
starts with reading what the folder lacks, so that a worker with or without its folder goes on from the same state.
Why this is not `faust.Table`: docs/adr/0003-state-and-changelog.md.
"""

import logging
from collections.abc import Mapping, Sequence
from itertools import chain, islice, repeat
from pathlib import Path
from time import monotonic

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition
from rocksdict import RdictIter, WriteBatch

from processors.counting import RECOVERED
from processors.key_filter import KeyFilter
from processors.outbox import Offsets, Outgoing
from processors.state_folder import note_damage, opened, remove
from processors.tables import BESIDE, KEPT_READS, Rederive
from schemas.connections import without_group
from schemas.settings import Settings

log = logging.getLogger(__name__)

_OFFSET, _FORMAT, _KEYS = b"\x00next-offset:", b"\x00format", b"\x00keys:"
FORMAT = b"3"
"""Of keys and values that are derived. A folder of another format is made anew from the changelog."""
_PART_BYTES = 8
_OWN_WORK = ("mem-table-flush-pending", "compaction-pending", "num-running-flushes", "num-running-compactions")
_READ_AT_ONCE = 5_000
_FILL_S = 0.05
"""A batch is taken when it is full or this time is over: a partition's last batch is never full."""
_READ_TIMEOUT_S = 30.0
MOST_KEPT_BYTES = 2_048
_NOT_ASKED = b"\x00not asked"


class PartitionTable:
    """One partition of a table. Writes are held back until `keep`, so that a step is applied whole or not at all."""

    def __init__(self, folder: Path, kept_reads: int = KEPT_READS) -> None:
        """So many small values stay at hand; see `processors.tables.KEPT_READS`."""
        self._folder = folder
        self._kept_reads = kept_reads
        self._db = opened(folder)
        self._pending: dict[bytes, bytes] = {}
        self._logged: dict[bytes, bytes] = {}
        self._logged_first: list[tuple[bytes, bytes]] = []
        self._under: dict[bytes, bytes] = {}
        self._near: dict[bytes, bytes | None] = {}
        self._read: dict[bytes, bytes | None] = {}
        self._parts = 0
        self._agree_on_format()
        self._filter = self._filter_of_keys()

    def get(self, key: bytes) -> bytes | None:
        """See `Table`."""
        value = self._pending.get(key)
        if value is not None:
            return value
        if key in self._read:
            return self._read[key]
        found = self._stored(key)
        if found is None or len(found) <= MOST_KEPT_BYTES:
            self._remember(key, found)
        return found

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """See `Table`."""
        pending, read = self._pending, self._read
        missing = [key for key in keys if key not in read and key not in pending]
        large: dict[bytes, bytes] = {}
        if missing:
            values = self._stored_many(missing)
            for key, value in zip(missing, values, strict=True):
                if value is None or len(value) <= MOST_KEPT_BYTES:
                    read[key] = value
                else:
                    large[key] = value
        found = [pending[key] if key in pending else read[key] if key in read else large[key] for key in keys]
        if missing:
            self._make_room()
        return found

    @property
    def at_hand(self) -> int:
        """How many values are kept beside those of RocksDB."""
        return len(self._read)

    @property
    def is_at_rest(self) -> bool:
        """Whether RocksDB has nothing to write or to put in order by itself."""
        return not any(self._db.property_int_value(f"rocksdb.{work}") for work in _OWN_WORK)

    def put(self, key: bytes, value: bytes) -> None:
        """See `Table`."""
        self._pending[key] = value
        self._logged[key] = value

    def put_first(self, key: bytes, value: bytes) -> None:
        """See `Table`."""
        self._logged_first.append((key, value))

    def derive(self, key: bytes, value: bytes) -> None:
        """See `Table`."""
        self._pending[key] = value

    def derive_under(self, values: Mapping[bytes, bytes]) -> None:
        """See `Table`."""
        self._under.update(values)
        self._near.update(values)

    def expect_under(self, keys: Sequence[bytes]) -> None:
        """See `Table`."""
        near, read = self._near, self._read
        asked = [key for key in keys if key not in near] if near else keys
        near.update(dict.fromkeys(asked))
        missing: list[bytes] = []
        for at in self._filter.passing(asked):
            key = asked[at]
            value = near[key] = read.get(key)
            if value is None:
                missing.append(key)
        if missing:
            near.update(zip(missing, self._stored_many(missing), strict=True))

    def get_under(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """See `Table`."""
        found = list(map(self._near.get, keys, repeat(_NOT_ASKED)))
        if _NOT_ASKED in found:
            self.expect_under(keys)
            return list(map(self._near.get, keys))
        return found

    def all_under(self, stems: Sequence[bytes]) -> list[bytes]:
        """See `Table`."""
        if not stems:
            return []
        held_back, size = self._under, len(stems[0])
        wanted = set(stems)
        found = [value for key, value in held_back.items() if key[:size] in wanted]
        stored = self._db.iter()
        for stem in stems:
            stored.seek(stem)
            while stored.valid() and (key := stored.key()).startswith(stem):
                if key not in held_back:
                    found.append(stored.value())
                stored.next()
            if not stored.valid():
                self._require_whole(stored)
        return found

    def logged(self) -> list[tuple[bytes, bytes]]:
        """What the changelog has to confirm, in this order, before `keep`."""
        return [*self._logged_first, *self._logged.items()]

    def keep(self, next_offsets: Mapping[str, int]) -> None:
        """Write the step to disk, together with the offsets that it reaches in the changelogs (by topic)."""
        batch, read = WriteBatch(raw_mode=True), self._read
        for key, value in chain(self._pending.items(), self._under.items()):
            batch.put(key, value)
            if len(value) <= MOST_KEPT_BYTES:
                read[key] = value
            else:
                read.pop(key, None)
        self._make_room()
        if self._under:
            batch.put(_KEYS + self._parts.to_bytes(_PART_BYTES, "big"), self._filter.add(list(self._under)))
            self._parts += 1
        for changelog, next_offset in next_offsets.items():
            batch.put(_OFFSET + changelog.encode(), str(next_offset).encode())
        try:
            self._db.write(batch)
        except Exception as error:
            note_damage(self._folder, error)
            raise
        self._pending, self._under, self._logged, self._logged_first = {}, {}, {}, []
        self._near.clear()
        if self._filter.is_full:
            self._filter = self._filter_of_keys()

    def next_offset(self, changelog: str) -> int:
        """The offset of a changelog up to which this copy holds; 0 for an empty one."""
        return int(self._stored(_OFFSET + changelog.encode()) or 0)

    def wipe(self) -> None:
        """Start again from nothing."""
        self.close()
        remove(self._folder)
        self._db = opened(self._folder)
        self._db[_FORMAT] = FORMAT
        self._read.clear()
        self._near.clear()
        self._filter = self._filter_of_keys()

    def _agree_on_format(self) -> None:
        if self._stored(_FORMAT) == FORMAT:
            return
        if self._is_filled():
            log.warning("state in another format: wiped", extra={"table": self._folder.parent.name})
            self.wipe()
        else:
            self._db[_FORMAT] = FORMAT

    def _is_filled(self) -> bool:
        stored = self._db.iter()
        stored.seek_to_first()
        return bool(stored.valid())

    def _filter_of_keys(self) -> KeyFilter:
        """The filter of the keys under stems, of which each step has left the hashes here."""
        known = bytearray()
        self._parts = 0
        stored = self._db.iter()
        stored.seek(_KEYS)
        while stored.valid() and (key := stored.key()).startswith(_KEYS):
            known += stored.value()
            self._parts = 1 + int.from_bytes(key[len(_KEYS) :], "big")
            stored.next()
        if not stored.valid():
            self._require_whole(stored)
        return KeyFilter(known)

    def _stored(self, key: bytes) -> bytes | None:
        """What RocksDB holds; a damage is noted, and raised."""
        try:
            found: bytes | None = self._db.get(key)
        except Exception as error:
            note_damage(self._folder, error)
            raise
        return found

    def _stored_many(self, keys: list[bytes]) -> list[bytes | None]:
        try:
            values: list[bytes | None] = self._db.get(keys)  # type: ignore[assignment, arg-type]
        except Exception as error:
            note_damage(self._folder, error)
            raise
        return values

    def _require_whole(self, stored: RdictIter) -> None:
        """An iterator ends at a damage as it does behind the last key: only its status tells which it was."""
        try:
            stored.status()
        except Exception as error:
            note_damage(self._folder, error)
            raise

    def _remember(self, key: bytes, value: bytes | None) -> None:
        """Keep what RocksDB holds under a key at hand; of too many the older half is dropped."""
        self._read[key] = value
        self._make_room()

    def _make_room(self) -> None:
        if len(self._read) > self._kept_reads:
            for old in list(islice(self._read, len(self._read) - self._kept_reads // 2)):
                del self._read[old]

    def close(self) -> None:
        """Release the folder."""
        self._db.close()


class StateTable:
    """All partitions of one table that this worker holds."""

    def __init__(
        self,
        name: str,
        changelog: str,
        settings: Settings,
        rederive: Rederive,
        beside: str = "",
        kept_reads: int = KEPT_READS,
    ) -> None:
        """`beside` is the changelog of the keys that begin with `BESIDE`; consumers read the other one.

        `kept_reads` is what all partitions that there are would keep at hand together.
        """
        self.name = name
        self.changelog = changelog
        self.beside = beside
        self._folder = settings.state_folder / name
        self._settings = settings
        self._kept_reads = kept_reads // settings.partitions
        self._rederive = rederive
        self._open: dict[int, PartitionTable] = {}
        self._current: set[int] = set()
        self._invalidated = 0

    def invalidate(self) -> None:
        """After a rebalance another worker may have written: read the changelog again before the next use."""
        self._invalidated += 1
        self._current.clear()

    def partition(self, number: int) -> PartitionTable:
        """The partition, brought up to date first; blocks while it reads, so call it in a thread."""
        if number not in self._open:
            self._open[number] = PartitionTable(self._folder / str(number), self._kept_reads)
        logs = [name for name in (self.changelog, self.beside) if name]
        while number not in self._current:
            before = self._invalidated
            while any(self._recover(number, self._open[number], name) for name in logs):
                log.info("read again from the beginning", extra={"table": self.name, "partition": number})
            if before == self._invalidated:  # else partitions have moved meanwhile
                self._current.add(number)
        return self._open[number]

    def outgoing(self, number: int) -> list[Outgoing]:
        """The changelog messages of the step in work."""
        table = self._open[number]
        return [Outgoing(self._changelog_of(key), number, key, value) for key, value in table.logged()]

    def keep(self, number: int, confirmed: Offsets) -> None:
        """Apply the step in work after its changelog was confirmed."""
        logs = (self.changelog, self.beside)
        self._open[number].keep({log: confirmed[log, number] for log in logs if (log, number) in confirmed})

    def _changelog_of(self, key: bytes) -> str:
        return self.beside if self.beside and key.startswith(BESIDE) else self.changelog

    def close(self) -> None:
        """Release all folders."""
        for table in self._open.values():
            table.close()
        self._open.clear()

    def _recover(self, number: int, table: PartitionTable, changelog: str) -> bool:
        """Read what the folder lacks of one changelog; True where the folder had to be wiped for it."""
        consumer = Consumer(
            without_group(self._settings)
            | {
                "enable.partition.eof": True,
                "auto.offset.reset": "error",
                "queued.max.messages.kbytes": 65_536,
                "log_level": 2,
            }
        )
        try:
            return self._read_up(consumer, number, table, changelog)
        finally:
            consumer.close()

    def _read_up(self, consumer: Consumer, number: int, table: PartitionTable, changelog: str) -> bool:
        place = TopicPartition(changelog, number)
        low, high = consumer.get_watermark_offsets(place, timeout=_READ_TIMEOUT_S)
        if table.next_offset(changelog) > high:
            log.warning("state is ahead of its changelog: wiped", extra={"table": self.name, "partition": number})
            table.wipe()
            return True
        start = table.next_offset(changelog)
        if start >= high:
            return False
        consumer.assign([TopicPartition(changelog, number, start if start > low else OFFSET_BEGINNING)])
        began, count, position = monotonic(), 0, start
        heard_at = began
        while position < high:
            messages = consumer.consume(_READ_AT_ONCE, timeout=_FILL_S)
            heard_at = monotonic() if messages else heard_at
            if monotonic() - heard_at > _READ_TIMEOUT_S:
                raise TimeoutError(f"no answer from {changelog} while its state was read")
            for message in messages:
                error = message.error()
                if error is not None and error.code() == KafkaError._PARTITION_EOF:
                    position = high
                elif error is not None:
                    raise KafkaException(error)
                else:
                    self._apply(table, message.key() or b"", message.value())
                    position, count = (message.offset() or 0) + 1, count + 1
                    RECOVERED.labels(self.name).inc()
            if messages:
                table.keep({changelog: position})
        fields = {"table": self.name, "partition": number, "count": count, "seconds": round(monotonic() - began, 3)}
        log.info("state recovered", extra=fields)
        return False

    def _apply(self, table: PartitionTable, key: bytes, value: bytes | None) -> None:
        if value is None:
            return
        table.derive(key, value)
        self._rederive(table, key, value)
