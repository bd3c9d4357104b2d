"""What the bench compares: the same documents in requests of the same size, and honest percentiles."""

import os
from pathlib import Path

import pytest

from deploy.bench.bare import packed, stored
from deploy.bench.live import percentile
from deploy.bench.sampling import Sample, take, usage_of


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


def test_growth_compares_the_most_memory_at_the_end_with_that_half_way() -> None:
    """Who works in batches rises and falls: one moment of each would tell chance."""
    rising_and_falling = [Sample(float(at), float(at), 100.0 + 50 * (at % 4 == 0)) for at in range(101)]
    assert usage_of(rising_and_falling).growth == 1.0
    growing = [Sample(float(at), at / 2, 100.0 + at) for at in range(101)]
    used = usage_of(growing)
    assert (used.cpu_s, used.peak_mb, used.half_way_mb, used.end_mb) == (50.0, 200.0, 155.0, 200.0)


def test_who_is_done_early_is_judged_by_its_own_work() -> None:
    busy = [Sample(float(at), float(at), 100.0 + at) for at in range(101)]
    idle = [Sample(float(at), 100.0, 200.0) for at in range(101, 401)]
    assert usage_of(busy + idle).growth == usage_of(busy).growth > 1.2


def test_two_samples_are_enough_to_tell() -> None:
    used = usage_of([Sample(0.0, 0.0, 100.0), Sample(1.0, 1.0, 130.0)])
    assert (used.half_way_mb, used.end_mb) == (100.0, 130.0)
