"""The alerts take no more memory when there are more cases and alerts: what is kept of each lies on disk."""

import gc
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

from consumers.alerts.disk import KeysOnDisk
from consumers.alerts.remembered import Keys
from consumers.alerts.watch import Watch
from schemas.alert_events import AlertAction
from schemas.events import Case
from schemas.terms import AlertActionKind, CaseStatus, Verdict
from tests.alert_rules import KeysInMemory
from tests.fakes_consumers import START, case, clock, petition

NOW = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
CASES = 250
LATE = clock(due=date(2026, 3, 20))


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[KeysOnDisk]:
    made = KeysOnDisk(tmp_path / "state" / "alerts")
    yield made
    made.close()


@pytest.fixture(params=["memory", "disk"])
def keys(request: pytest.FixtureRequest, on_disk: KeysOnDisk) -> Keys:
    return on_disk if request.param == "disk" else KeysInMemory()


def held_by(root: object) -> int:
    """Bytes of all that can be reached from an object, without what belongs to the program."""
    seen: dict[int, object] = {}
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, (type, ModuleType, FunctionType)):
            continue
        seen[id(one)] = one
        waiting += gc.get_referents(one)
    return sum(sys.getsizeof(one) for one in seen.values())


def seen(number: int) -> Iterator[Case]:
    """Three cases: one that was closed, one that is overdue, one that grew."""
    first = case(petition(f"A{number}", row=3 * number), clocks=(LATE,))
    yield first
    yield first.with_changes(version=2, status=CaseStatus.CONCLUDED)
    yield case(petition(f"B{number}", row=3 * number + 1), clocks=(LATE,))
    again = [petition(f"C{number}-{n}", row=n, verdict=Verdict.REPEAT) for n in range(3)]
    yield case(petition(f"C{number}", row=3 * number + 2), *again)


def live(watch: Watch, numbers: range) -> int:
    """Show cases, remember the alerts, and let each second be acknowledged; how many there were."""
    told = 0
    for number in numbers:
        for one in seen(number):
            watch.case_seen(one)
        for alert in watch.new_alerts(NOW):
            watch.remember(alert)
            told += 1
            if told % 2:
                action = AlertAction(
                    action_id=f"B{told}", alert_id=alert.alert_id, kind=AlertActionKind.ACKNOWLEDGED, by="x", at=NOW
                )
                watch.action_seen(action)
    return told


def test_twice_as_many_cases_and_alerts_take_no_more_memory(on_disk: KeysOnDisk) -> None:
    watch = Watch({}, on_disk)
    assert live(watch, range(CASES)) == 2 * CASES
    once = held_by(watch)
    assert live(watch, range(CASES, 2 * CASES)) == 2 * CASES
    assert held_by(watch) <= once + 1_000


def test_a_start_takes_no_memory_for_each_case_that_it_reads_again(on_disk: KeysOnDisk) -> None:
    watch = Watch({}, on_disk)
    sizes = []
    for numbers in (range(CASES), range(CASES, 3 * CASES)):
        for number in numbers:
            for one in seen(number):
                watch.case_seen(one)
        sizes.append(held_by(watch))
    assert sizes[1] <= sizes[0] + 1_000


def test_weeks_that_nothing_is_compared_with_any_more_are_not_counted(on_disk: KeysOnDisk) -> None:
    watch = Watch({}, on_disk, today=START.date())
    watch.case_seen(case(petition("1")))
    small = held_by(watch)
    for years in range(2, 40):
        watch.case_seen(case(petition(f"O{years}", row=years, received_at=START - timedelta(days=365 * years))))
    assert held_by(watch) <= small + 1_000


def test_keys_come_in_their_order_and_what_is_let_go_of_is_gone(keys: Keys) -> None:
    for name in (b"d3", b"d1", b"c9", b"d2", b"e0"):
        keys.put(name, name[::-1])
    assert (keys.get(b"d2"), keys.get(b"d4")) == (b"2d", None)
    assert keys.within(b"d", b"e", 9) == [b"d1", b"d2", b"d3"]
    assert keys.within(b"d1\x00", b"d3", 9) == [b"d2"]
    assert keys.within(b"d", b"e", 2) == [b"d1", b"d2"]
    keys.forget(b"d1")
    keys.forget(b"unknown")
    keys.put(b"d2", b"")
    assert (keys.within(b"d", b"e", 9), keys.get(b"d2")) == ([b"d2", b"d3"], b"")


def test_one_process_holds_the_folder_and_a_rebalance_empties_it(on_disk: KeysOnDisk, tmp_path: Path) -> None:
    on_disk.put(b"a", b"1")
    with pytest.raises(Exception, match="lock"):
        KeysOnDisk(tmp_path / "state" / "alerts")
    assert on_disk.get(b"a") == b"1"
    on_disk.wipe()
    assert on_disk.get(b"a") is None


def test_a_process_begins_with_nothing_of_what_another_has_left(tmp_path: Path) -> None:
    before = KeysOnDisk(tmp_path / "state" / "alerts")
    before.put(b"a", b"1")
    before.close()
    after = KeysOnDisk(tmp_path / "state" / "alerts")
    assert after.get(b"a") is None
    after.close()
