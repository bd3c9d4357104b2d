"""What is kept of cases and alerts lies on disk: more of them take no more memory, and a start goes on with it."""

import gc
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

from consumers.alerts.disk import CACHE_BYTES, KeysOnDisk
from consumers.alerts.keys import Keys, PlacesKept, entries
from consumers.alerts.watch import Watch
from schemas.alert_events import AlertAction
from schemas.events import Case
from schemas.terms import AlertActionKind, AlertRule, CaseStatus, Verdict
from tests.alert_rules import KeysInMemory
from tests.fakes_consumers import START, case, clock, petition

MAKER = "these rules"
NOW = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
CASES = 250
LATE = clock(due=date(2026, 3, 20))


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[KeysOnDisk]:
    made = KeysOnDisk(tmp_path / "state" / "alerts", MAKER)
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


def test_its_memory_stays_bounded_after_the_folder_was_opened_again(tmp_path: Path) -> None:
    for _ in range(2):
        KeysOnDisk(tmp_path / "alerts", MAKER).close()
        diary = (tmp_path / "alerts" / "LOG").read_text()
        assert "cache_index_and_filter_blocks: 1" in diary
        assert "filter_policy: bloomfilter" in diary
        assert f"capacity : {CACHE_BYTES}\n" in diary
        assert "partition_filters: 1" in diary


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
    keys.write({name: name[::-1] for name in (b"d3", b"d1", b"c9", b"d2", b"e0")})
    assert (keys.get(b"d2"), keys.get(b"d4")) == (b"2d", None)
    assert keys.within(b"d", b"e", 9) == [b"d1", b"d2", b"d3"]
    assert keys.within(b"d1\x00", b"d3", 9) == [b"d2"]
    assert keys.within(b"d", b"e", 2) == [b"d1", b"d2"]
    keys.write({b"d1": None, b"unknown": None, b"d2": b""})
    assert (keys.within(b"d", b"e", 9), keys.get(b"d2")) == ([b"d2", b"d3"], b"")
    assert list(entries(keys, b"d")) == [(b"2", b""), (b"3", b"3d")]


def test_the_places_up_to_which_topics_were_read_are_kept(keys: Keys) -> None:
    kept = PlacesKept(keys)
    kept.keep({("p1.cases", 0): 7, ("p1.cases", 11): 3})
    kept.keep({("p1.cases", 0): 9, ("p1.alerts", 0): 1})
    assert PlacesKept(keys).places() == {("p1.cases", 0): 9, ("p1.cases", 11): 3, ("p1.alerts", 0): 1}


def test_one_process_holds_the_folder_and_a_wipe_empties_it(on_disk: KeysOnDisk, tmp_path: Path) -> None:
    on_disk.write({b"a": b"1"})
    with pytest.raises(Exception, match="lock"):
        KeysOnDisk(tmp_path / "state" / "alerts", MAKER)
    assert on_disk.get(b"a") == b"1"
    on_disk.wipe()
    assert on_disk.get(b"a") is None


@pytest.mark.parametrize(("maker", "found"), [(MAKER, b"1"), ("other rules", None)])
def test_a_start_goes_on_with_what_the_same_rules_have_left(maker: str, found: bytes | None, tmp_path: Path) -> None:
    before = KeysOnDisk(tmp_path / "state" / "alerts", MAKER)
    before.write({b"a": b"1"})
    before.close()
    after = KeysOnDisk(tmp_path / "state" / "alerts", maker)
    assert after.get(b"a") == found
    after.close()


def test_a_folder_that_cannot_be_read_is_made_anew(tmp_path: Path) -> None:
    before = KeysOnDisk(tmp_path / "state" / "alerts", MAKER)
    before.write({b"a": b"1"})
    before.close()
    for file in (tmp_path / "state" / "alerts").glob("MANIFEST*"):
        file.write_bytes(b"rubbish")
    after = KeysOnDisk(tmp_path / "state" / "alerts", MAKER)
    assert after.get(b"a") is None
    after.close()


def test_a_watch_that_begins_with_the_keys_tells_what_one_that_saw_all_tells(keys: Keys) -> None:
    numbers = range(30)
    whole = Watch({}, KeysInMemory(), today=NOW.date())
    first = Watch({}, keys, today=NOW.date())
    for number in numbers:
        for one in seen(number):
            whole.case_seen(one)
            first.case_seen(one)
    second = Watch({}, keys, today=NOW.date())
    for one in seen(numbers[-1]):  # the last was not known to be kept, and comes again
        second.case_seen(one)
    wanted = {alert.alert_id for alert in whole.new_alerts(NOW)}
    assert {alert.alert_id for alert in second.new_alerts(NOW)} == wanted
    assert len(wanted) == 2 * len(numbers)


def risen_week(watch: Watch, days: range) -> None:
    """A letter each seventh day, then as many in one week as in all before."""
    for day in days:
        at = START + timedelta(days=day)
        letters = 1 if day % 7 == 0 else 0
        for number in range(letters if day < 70 else 12):
            watch.case_seen(
                case(petition(f"R{day}-{number}", row=100 * day + number, received_at=at, ingested_at=at))
            )


def test_a_rise_is_told_by_a_watch_that_began_in_its_midst(keys: Keys) -> None:
    now = START + timedelta(days=72)
    whole = Watch({}, KeysInMemory(), today=now.date())
    risen_week(whole, range(73))
    risen_week(Watch({}, keys, today=now.date()), range(40))
    late = Watch({}, keys, today=now.date())
    risen_week(late, range(40, 73))
    wanted = [alert.alert_id for alert in whole.new_alerts(now) if alert.rule is AlertRule.SUDDEN_RISE]
    assert wanted
    assert [alert.alert_id for alert in late.new_alerts(now) if alert.rule is AlertRule.SUDDEN_RISE] == wanted
