"""An index that nobody searches is refreshed now and then, so that the first search need not wait for a long load."""

from consumers.bulk import Item
from consumers.search.visible import EVERY_S, SOON_S, VisibleSink
from tests.fakes_consumers import FakeSink

ITEM = Item("C1", 1, b"{}")


def test_a_write_long_after_the_last_refresh_brings_the_next() -> None:
    now, refreshed = [0.0], []
    sink = VisibleSink(FakeSink(), lambda: refreshed.append(now[0]), lambda: now[0])
    for second in (1.0, EVERY_S - 0.1, EVERY_S, EVERY_S + 1, 2 * EVERY_S, 2 * EVERY_S + 1):
        now[0] = second
        assert sink.write([Item("C1", int(second * 10), b"{}")]).done == 1
    assert refreshed == [EVERY_S, 2 * EVERY_S]


def test_nothing_written_needs_no_refresh() -> None:
    now, refreshed = [0.0], []
    sink = VisibleSink(FakeSink(fails=1), lambda: refreshed.append(now[0]), lambda: now[0])
    now[0] = 10 * EVERY_S
    assert sink.write([ITEM]).again == (ITEM,)
    assert refreshed == []


def test_what_is_asked_for_is_shown_at_once_but_not_over_and_over() -> None:
    now, refreshed = [0.0], []
    sink = VisibleSink(FakeSink(), lambda: refreshed.append(now[0]), lambda: now[0])
    for second in (SOON_S, 1.5 * SOON_S, 2 * SOON_S):
        now[0] = second
        sink.show()
    assert refreshed == [SOON_S, 2 * SOON_S]


def test_what_was_asked_for_too_soon_is_shown_by_the_next_write_in_time() -> None:
    now, refreshed = [0.0], []
    sink = VisibleSink(FakeSink(), lambda: refreshed.append(now[0]), lambda: now[0])
    sink.show()
    for number, second in enumerate((0.5 * SOON_S, SOON_S, 2 * SOON_S, 3 * SOON_S)):
        now[0] = second
        sink.write([Item("C1", number + 1, b"{}")])
    assert refreshed == [SOON_S]
