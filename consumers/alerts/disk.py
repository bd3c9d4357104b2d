"""Keys on disk (RocksDB), with little memory however many they are. The topics are the truth, the folder a copy."""

import logging
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from rocksdict import BlockBasedIndexType, BlockBasedOptions, Cache, Options, Rdict, WriteBatch, WriteOptions

log = logging.getLogger(__name__)

_MEGABYTE = 1024 * 1024
BUFFER_BYTES = 4 * _MEGABYTE
CACHE_BYTES = 8 * _MEGABYTE
_MAKER = b"m"


class KeysOnDisk:
    """See `keys.Keys`. One process holds the folder at a time; a second one is refused."""

    def __init__(self, folder: Path, maker: str) -> None:
        """Goes on with what the same maker has left in the folder; begins with nothing where it was another.

        `maker` stands for all that decides what is written: code and rules.
        """
        self._folder = folder
        self._maker = maker
        try:
            self._db = _opened(folder)
        except Exception as error:  # rocksdict knows no other; the folder of a running process cannot be destroyed
            self._db = _anew(folder, maker)
            log.warning(
                "what the alerts had kept cannot be read, and is made anew", extra={"error": type(error).__name__}
            )
        if self._db.get(_MAKER) != maker.encode():
            self.wipe()

    def get(self, key: bytes) -> bytes | None:
        """See `Keys`."""
        value: bytes | None = self._db.get(key)
        return value

    def write(self, entries: Mapping[bytes, bytes | None]) -> None:
        """See `Keys`. A process that is killed loses the last of them, which is read again from the topics."""
        batch = WriteBatch(raw_mode=True)
        for key, value in entries.items():
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        self._db.write(batch)

    def within(self, first: bytes, end: bytes, most: int) -> list[bytes]:
        """See `Keys`."""
        found: list[bytes] = []
        for key in islice(self._db.keys(from_key=first), most):
            if key >= end:  # type: ignore[operator]
                break
            found.append(key)  # type: ignore[arg-type]
        return found

    def wipe(self) -> None:
        """Start again from nothing."""
        self._db.close()
        self._db = _anew(self._folder, self._maker)

    def close(self) -> None:
        """Write down what only memory holds, and release the folder."""
        self._db.flush()
        self._db.close()


def _opened(folder: Path) -> Rdict:
    folder.parent.mkdir(parents=True, exist_ok=True)
    options = _options()
    # of a folder that exists rocksdict takes the options of the database alone, unless its family is named
    database = Rdict(str(folder), options, column_families={"default": options})
    unlogged = WriteOptions()
    # buffers reach the disk one after the other, so what a crash loses is always what was written last;
    # the stub takes the attribute for a method
    unlogged.disable_wal = True  # type: ignore[assignment, method-assign]
    database.set_write_options(unlogged)
    return database


def _anew(folder: Path, maker: str) -> Rdict:
    """An empty database; raises where another process has it open."""
    Rdict.destroy(str(folder), _options())
    database = _opened(folder)
    database.put(_MAKER, maker.encode())
    return database


def _options() -> Options:
    """Index and filters too lie in blocks that the cache may let go, so that memory does not grow with the keys."""
    blocks = BlockBasedOptions()
    blocks.set_block_cache(Cache(CACHE_BYTES))
    blocks.set_bloom_filter(10, False)  # most alerts and cases that are asked for are new
    blocks.set_index_type(BlockBasedIndexType.two_level_index_search())
    blocks.set_partition_filters(True)
    blocks.set_cache_index_and_filter_blocks(True)
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_max_open_files(64)
    options.set_max_log_file_size(_MEGABYTE)  # its own diary, else without bound
    options.set_keep_log_file_num(2)
    options.set_write_buffer_size(BUFFER_BYTES)
    options.set_block_based_table_factory(blocks)
    return options
