"""What waits on disk comes out in order, once acknowledged never again, and survives a crash at any byte."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit

import pytest

from producers import spool as spool_module
from producers.publisher import Message
from producers.spool import Spool, SpoolFull, SpoolInUse
from schemas.topics import Topic


def parcel(number: int, size: int = 10) -> list[Message]:
    return [Message(Topic.INTAKE, f"p{number}".encode(), bytes([number % 251]) * size, number % 4)]


def raising(*_: int) -> None:
    raise OSError("full")


def opened(folder: Path, limit: int = 10_000_000) -> Spool:
    return Spool(folder / "spool", limit)


def drained(spool: Spool) -> list[list[Message]]:
    found = []
    while not spool.is_empty:
        found.append(spool.first())
        spool.done()
    return found


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """As on a full disk: no file grows beyond this, and of a write only what fits is taken."""
    usual = getrlimit(RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    setrlimit(RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        setrlimit(RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "SEGMENT_BYTES", 200)


def test_parcels_come_out_in_order_and_leave_nothing(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    for number in range(50):
        spool.append(parcel(number))
    assert drained(spool) == [parcel(number) for number in range(50)]
    assert spool.size == 0
    assert list((tmp_path / "spool").glob("*.spool")) == []


def test_appending_and_draining_may_alternate(tmp_path: Path) -> None:
    spool, found, number = opened(tmp_path), [], 0
    for step in range(60):
        for _ in range(step % 4):
            spool.append(parcel(number))
            number += 1
        for _ in range(step % 3):
            if not spool.is_empty:
                found.append(spool.first())
                spool.done()
    assert found + drained(spool) == [parcel(n) for n in range(number)]


@pytest.mark.parametrize("acknowledged", [0, 1, 3, 4, 7, 10])
def test_a_restart_goes_on_at_the_first_parcel_without_acknowledgement(tmp_path: Path, acknowledged: int) -> None:
    spool = opened(tmp_path)
    for number in range(10):
        spool.append(parcel(number))
    for _ in range(acknowledged):
        spool.done()
    spool.close()
    again = opened(tmp_path)
    again.append(parcel(10))
    assert drained(again) == [parcel(number) for number in range(acknowledged, 11)]


def test_a_record_cut_off_at_any_byte_is_dropped_and_those_before_stay(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    spool.append(parcel(0))
    spool.append(parcel(1))
    spool.close()
    [segment] = (tmp_path / "spool").glob("*.spool")
    whole = segment.read_bytes()
    for length in range(len(whole) // 2, len(whole)):
        segment.write_bytes(whole[:length])
        cut = opened(tmp_path)
        assert cut.first() == parcel(0)
        assert cut.size == len(whole) // 2
        cut.close()


def test_a_record_that_was_damaged_is_not_sent(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    spool.append(parcel(0))
    spool.close()
    [segment] = (tmp_path / "spool").glob("*.spool")
    segment.write_bytes(segment.read_bytes()[:-1] + b"?")
    assert opened(tmp_path).is_empty


def test_the_spool_is_bounded_and_takes_again_when_there_is_room(tmp_path: Path) -> None:
    spool = opened(tmp_path, limit=200)
    spool.append(parcel(0, 80))
    with pytest.raises(SpoolFull):
        spool.append(parcel(1, 80))
    spool.done()
    spool.append(parcel(2, 80))
    assert drained(spool) == [parcel(2, 80)]


def test_a_full_disk_leaves_nothing_of_what_it_refused(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    spool.append(parcel(0))
    with file_size_limit(300):
        for number in (90, 91):
            with pytest.raises(SpoolFull):
                spool.append(parcel(number, 400))
    taken = [parcel(number, size) for number, size in ((1, 10), (2, 400), (3, 10))]
    for one in taken:
        spool.append(one)
    assert spool.size == sum(path.stat().st_size for path in (tmp_path / "spool").glob("*.spool"))
    assert drained(spool) == [parcel(0), *taken]
    assert spool.size == 0


def test_what_cannot_be_noted_as_acknowledged_still_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = opened(tmp_path)
    spool.append(parcel(0))
    spool.append(parcel(1))
    monkeypatch.setattr(spool, "_write_head", raising)
    for _ in range(3):
        with pytest.raises(OSError, match="full"):
            spool.done()
    monkeypatch.undo()
    monkeypatch.setattr(spool_module, "SEGMENT_BYTES", 200)
    assert drained(spool) == [parcel(0), parcel(1)]


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    first = opened(tmp_path)
    with pytest.raises(SpoolInUse):
        opened(tmp_path)
    first.close()
    opened(tmp_path).close()


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    opened(tmp_path).append(parcel(0))
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "spool").rglob("*.spool")} == {0}
    assert (tmp_path / "spool").stat().st_mode & 0o077 == 0


def test_what_was_appended_is_on_the_disk_on_return(tmp_path: Path, written_through: list[int]) -> None:
    spool = opened(tmp_path)
    spool.append(parcel(1))
    (file,) = (tmp_path / "spool").glob("*.spool")
    assert {file.stat().st_ino, (tmp_path / "spool").stat().st_ino} <= set(written_through)
