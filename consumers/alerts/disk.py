"""Keys on disk (RocksDB), with little memory however many they are; made again from the topics at each start."""

from itertools import islice
from pathlib import Path

from rocksdict import BlockBasedIndexType, BlockBasedOptions, Cache, Options, Rdict, WriteOptions

_MEGABYTE = 1024 * 1024
BUFFER_BYTES = 4 * _MEGABYTE
CACHE_BYTES = 8 * _MEGABYTE


class KeysOnDisk:
    """See `remembered.Keys`. One process holds the folder at a time; a second one is refused."""

    def __init__(self, folder: Path) -> None:
        """Begins empty, whatever another process has left in the folder."""
        self._folder = folder
        self._db = _anew(folder)

    def get(self, key: bytes) -> bytes | None:
        """See `Keys`."""
        value: bytes | None = self._db.get(key)
        return value

    def put(self, key: bytes, value: bytes) -> None:
        """See `Keys`."""
        self._db.put(key, value)

    def forget(self, key: bytes) -> None:
        """See `Keys`."""
        self._db.delete(key)

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
        self._db = _anew(self._folder)

    def close(self) -> None:
        """Release the folder."""
        self._db.close()


def _anew(folder: Path) -> Rdict:
    """An empty database; raises where another process has it open."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    options = _options()
    Rdict.destroy(str(folder), options)
    database = Rdict(str(folder), options)
    unlogged = WriteOptions()
    # what a crash loses is read again anyway; the stub takes the attribute for a method
    unlogged.disable_wal = True  # type: ignore[assignment, method-assign]
    database.set_write_options(unlogged)
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
