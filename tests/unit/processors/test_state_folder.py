"""A state folder is a copy: one that cannot be read is begun anew, one that another process has is left alone."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from processors import state_folder
from processors.state import PartitionTable
from processors.state_folder import FolderInUse, remove

HOLD = """
import sys
from pathlib import Path
from processors.state import PartitionTable
table = PartitionTable(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def filled(folder: Path) -> Path:
    table = PartitionTable(folder)
    table.derive(b"a", b"1")
    table.keep({"log": 7})
    table._db.flush()
    table.close()
    return folder


def sst(folder: Path) -> Path:
    return next(folder.glob("*.sst"))


def without_sst(folder: Path) -> None:
    sst(folder).unlink()


def with_half_an_sst(folder: Path) -> None:
    os.truncate(sst(folder), 100)


def without_manifest(folder: Path) -> None:
    for one in folder.glob("MANIFEST*"):
        one.unlink()


def with_torn_current(folder: Path) -> None:
    (folder / "CURRENT").write_bytes(b"x")


DAMAGES = [without_sst, with_half_an_sst, without_manifest, with_torn_current]


@contextmanager
def held_elsewhere(folder: Path) -> Iterator[None]:
    """Another process has the folder open."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"open\n"
        yield
    finally:
        holder.stdin.close()
        holder.wait(10)
        holder.stdout.close()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_folder_that_cannot_be_read_is_begun_anew(
    tmp_path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    folder = filled(tmp_path / "linking" / "3")
    damage(folder)
    with caplog.at_level(logging.WARNING):
        table = PartitionTable(folder)
    assert (table.get(b"a"), table.next_offset("log")) == (None, 0)
    table.derive(b"b", b"2")
    table.keep({"log": 1})
    table.close()
    again = PartitionTable(folder)
    assert (again.get(b"b"), again.next_offset("log")) == (b"2", 1)
    again.close()
    assert [record.getMessage() for record in caplog.records] == ["unreadable: wiped"]
    assert [one.name for one in folder.parent.iterdir()] == ["3"]


READS: list[Callable[[PartitionTable], object]] = [
    lambda table: [table.get(b"k%03d" % number) for number in range(600)],
    lambda table: table.get_many([b"k%03d" % number for number in range(600)]),
    lambda table: table.all_under([b"stem"]),
]


@pytest.mark.parametrize("read", READS, ids=["one by one", "many", "under a stem"])
def test_a_damage_that_is_met_while_reading_is_told_and_begun_anew_after_the_restart(
    tmp_path: Path, read: Callable[[PartitionTable], object]
) -> None:
    folder = tmp_path / "3"
    table = PartitionTable(folder)
    for number in range(600):
        table.derive(b"k%03d" % number, os.urandom(3_000))
        table.derive_under({b"stem%04d" % number: os.urandom(3_000)})
    table.keep({"log": 600})
    table._db.flush()
    table.close()
    content = bytearray(sst(folder).read_bytes())
    for start in (500_000, len(content) - 600_000):  # among the keys, and among those under a stem
        content[start : start + 100_000] = bytes(100_000)
    sst(folder).write_bytes(content)
    hurt = PartitionTable(folder)
    with pytest.raises(Exception, match="Corruption"):
        read(hurt)
    hurt.close()
    anew = PartitionTable(folder)
    assert (anew.get(b"k000"), anew.next_offset("log")) == (None, 0)
    anew.close()
    again = PartitionTable(folder)
    assert again.all_under([b"stem"]) == []
    again.close()


def test_a_folder_that_another_process_has_is_left_alone_whatever_is_wrong_with_it(tmp_path: Path) -> None:
    folder = filled(tmp_path / "3")
    with held_elsewhere(folder):
        without_sst(folder)
        before = sorted(folder.glob("0*"))
        with pytest.raises(Exception, match="LOCK"):
            PartitionTable(folder)
        with pytest.raises(FolderInUse):
            remove(folder)
        assert sorted(folder.glob("0*")) == before


def test_a_folder_is_not_opened_twice_by_one_process(tmp_path: Path) -> None:
    first = PartitionTable(filled(tmp_path / "3"))
    with pytest.raises(Exception, match="LOCK"):
        PartitionTable(tmp_path / "3")
    assert first.get(b"a") == b"1"
    first.close()


@pytest.mark.parametrize("fault", ["No space left on device", "Permission denied", "Too many open files"])
def test_what_the_machine_does_not_let_be_read_is_not_wiped(
    tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = filled(tmp_path / "3")

    def refuse(folder: Path) -> None:
        raise Exception(f"IO error: While open a file for random read: {folder}/000009.sst: {fault}")

    with monkeypatch.context() as patch, pytest.raises(Exception, match=fault):
        patch.setattr(state_folder, "_database", refuse)
        PartitionTable(folder)
    table = PartitionTable(folder)
    assert table.get(b"a") == b"1"
    table.close()


def test_a_wipe_that_was_cut_off_leaves_a_folder_that_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = filled(tmp_path / "3")
    table = PartitionTable(folder)
    real = shutil.rmtree

    def killed_halfway(path: Path, **options: bool) -> None:
        if path.exists():
            (path / "CURRENT").unlink()
            raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", killed_halfway)
    with pytest.raises(KeyboardInterrupt):
        table.wipe()
    monkeypatch.setattr(shutil, "rmtree", real)
    again = PartitionTable(folder)
    assert (again.get(b"a"), again.next_offset("log")) == (None, 0)
    again.close()
    assert [one.name for one in tmp_path.iterdir()] == ["3"]
