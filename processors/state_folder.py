"""The folder of one partition's state: opened, and begun anew where it cannot be read."""

import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rocksdict import BlockBasedOptions, Cache, Options, Rdict, WriteBufferManager

log = logging.getLogger(__name__)

_LOCK, _DAMAGED = "LOCK", "damaged"
_OF_THE_MACHINE = ("No space left", "Permission denied", "Read-only file system", "Too many open files")
"""What RocksDB says where the folder is not to blame: it would be lost for nothing."""
_BUFFER_FILTER = 0.05
"""Share of a write buffer for a filter of its own: what was never seen is not searched for in it."""
_BUFFERS = WriteBufferManager(64 * 1024 * 1024, False)
BLOCK_CACHE_BYTES = 64 * 1024 * 1024
_BLOCKS = Cache(BLOCK_CACHE_BYTES)
"""What all folders of a worker together hold in memory, however many partitions it has."""


class FolderInUse(RuntimeError):
    """Another process has the folder open."""


def opened(folder: Path) -> Rdict:
    """The folder's database. One that cannot be read is begun anew: it is only a copy of its changelog.

    Raises what RocksDB raises where another process has the folder, or the machine does not let it be read.
    """
    shutil.rmtree(_aside(folder), ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        database = _database(folder)
    except Exception as error:
        said = str(error)
        if f"/{_LOCK}: " in said or any(fault in said for fault in _OF_THE_MACHINE):
            raise
    else:
        if not (folder / _DAMAGED).exists():
            return database
        database.close()
    log.warning("unreadable: wiped", extra={"table": folder.parent.name, "partition": folder.name})
    remove(folder)
    folder.mkdir()
    return _database(folder)


def note_damage(folder: Path, error: Exception) -> None:
    """Where a folder that is open turns out to be damaged, it is begun anew when it is opened next."""
    if "Corruption" in str(error):
        (folder / _DAMAGED).touch()


def remove(folder: Path) -> None:
    """Take a folder away that this process has not open. It is gone at once or not at all, wherever this is cut off.

    Raises `FolderInUse` where another process has it open.
    """
    aside = _aside(folder)
    shutil.rmtree(aside, ignore_errors=True)
    with _locked(folder):
        folder.rename(aside)
    shutil.rmtree(aside)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock that RocksDB takes, so that nobody has the folder or opens it meanwhile."""
    path = folder / _LOCK
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FolderInUse(folder.name) from None
        if os.fstat(handle).st_ino != path.stat().st_ino:  # somebody was quicker: this is another folder now
            raise FolderInUse(folder.name)
        yield
    finally:
        os.close(handle)


def _aside(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.wiped")


def _database(folder: Path) -> Rdict:
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_max_open_files(256)
    options.set_max_log_file_size(4 * 1024 * 1024)  # its own diary, else without bound
    options.set_keep_log_file_num(3)
    options.set_write_buffer_size(16 * 1024 * 1024)
    options.set_write_buffer_manager(_BUFFERS)
    options.set_memtable_whole_key_filtering(True)
    options.set_memtable_prefix_bloom_ratio(_BUFFER_FILTER)
    blocks = BlockBasedOptions()
    blocks.set_block_cache(_BLOCKS)
    blocks.set_bloom_filter(10, False)  # most look-ups are for what was never seen
    options.set_block_based_table_factory(blocks)
    # of a folder that exists rocksdict takes the options of the database alone, unless its family is named
    return Rdict(str(folder), options, column_families={"default": options})
