"""Parcels of a delivery: in order, again after a failure, acknowledged only when they are."""

import pytest

from producers.conveyor import LONGEST_PAUSE_S, Conveyor
from producers.publisher import Message
from schemas.topics import Topic
from tests.fakes_producers import FakePublisher


def parcel(number: int) -> list[Message]:
    return [Message(Topic.INTAKE, b"p0", f"{number}".encode(), 0)]


@pytest.mark.parametrize("fails", [set(), {1}, {2}, {3, 4}, {1, 2, 3, 5, 8}])
def test_every_parcel_is_sent_in_order_and_acknowledged_once(fails: set[int]) -> None:
    publisher, acknowledged = FakePublisher(), list[int]()
    publisher.fails = fails
    conveyor = Conveyor(publisher, pause=lambda _seconds: None)
    for number in range(6):
        conveyor.put(parcel(number), lambda n=number: acknowledged.append(n))
    conveyor.finish()
    sent = [int(message.value) for message in publisher.sent]
    assert acknowledged == list(range(6))
    assert list(dict.fromkeys(sent)) == list(range(6))
    assert sent[-1] == 5


def test_nothing_is_acknowledged_before_its_turn() -> None:
    acknowledged = list[int]()
    conveyor = Conveyor(FakePublisher(), pause=lambda _seconds: None, depth=2)
    for number in range(3):
        conveyor.put(parcel(number), lambda n=number: acknowledged.append(n))
    assert acknowledged == [0]


def test_the_pauses_grow_and_are_announced() -> None:
    publisher, pauses, said = FakePublisher(), list[float](), list[float]()
    publisher.fails = set(range(1, 9))
    conveyor = Conveyor(publisher, on_wait=said.append, pause=pauses.append)
    conveyor.put(parcel(1), lambda: None)
    assert pauses == said == sorted(pauses)
    assert (len(pauses), pauses[-1]) == (8, LONGEST_PAUSE_S)


def test_parcels_of_a_delivery_that_broke_off_do_not_go_with_the_next() -> None:
    publisher, acknowledged = FakePublisher(), list[int]()
    conveyor = Conveyor(publisher, pause=lambda _seconds: None)
    conveyor.put(parcel(1), lambda: acknowledged.append(1))
    conveyor.forget()
    conveyor.put(parcel(2), lambda: acknowledged.append(2))
    conveyor.finish()
    assert acknowledged == [2]
