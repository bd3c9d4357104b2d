"""What the bench compares: the same documents in requests of the same size, and honest percentiles."""

import os
from pathlib import Path

import pytest

from deploy.bench.bare import packed, stored
from deploy.bench.live import percentile
from deploy.bench.sampling import take


@pytest.mark.parametrize(("most", "requests"), [(1, 5), (60, 3), (10_000, 1)])
def test_bulk_bodies_hold_every_document_once_and_in_order(most: int, requests: int) -> None:
    documents = [(f"C{number}", b'{"n":%d}' % number) for number in range(5)]
    bodies = list(packed(documents, most))
    assert len(bodies) == requests
    assert b"".join(bodies).split(b"\n")[1::2] == [document for _, document in documents]
    assert all(body.endswith(b"\n") for body in bodies)


def test_no_document_is_no_request() -> None:
    assert list(packed([], 100)) == []


def test_stored_bodies_are_read_in_the_order_in_which_they_were_packed(tmp_path: Path) -> None:
    bodies = [b"%d" % number for number in range(12)]
    assert [path.read_bytes() for path in stored(bodies, tmp_path / "bodies")] == bodies


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2.0), (0.95, 4.0), (1.0, 4.0)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == expected


def test_a_process_that_has_ended_uses_nothing() -> None:
    running = take(os.getpid())
    assert running is not None
    assert running.cpu_s > 0
    assert take(2**22 + 1) is None
