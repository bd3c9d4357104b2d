"""Nothing new overtakes what waits on disk."""

from pathlib import Path

import pytest

from producers.outbox import Outbox, Taken
from producers.publisher import Message, Unavailable
from producers.spool import Spool, SpoolFull
from schemas.topics import Topic
from tests.fakes_producers import FakePublisher


def parcel(number: int) -> list[Message]:
    return [Message(Topic.INTAKE, b"p0", f"{number}".encode(), 0)]


def values(publisher: FakePublisher) -> list[int]:
    return [int(message.value) for message in publisher.sent]


def test_while_kafka_is_away_parcels_wait_and_later_ones_stay_behind_them(tmp_path: Path) -> None:
    publisher = FakePublisher()
    outbox = Outbox(publisher, Spool(tmp_path, 10_000))
    assert outbox.deliver(parcel(1)) is Taken.PUBLISHED
    publisher.is_away = True
    assert outbox.deliver(parcel(2)) is Taken.SPOOLED
    publisher.is_away = False
    assert outbox.deliver(parcel(3)) is Taken.SPOOLED
    assert values(publisher) == [1]
    while outbox.drain():
        pass
    assert outbox.deliver(parcel(4)) is Taken.PUBLISHED
    assert values(publisher) == [1, 2, 3, 4]


def test_a_failed_drain_keeps_the_parcel(tmp_path: Path) -> None:
    publisher = FakePublisher()
    outbox = Outbox(publisher, Spool(tmp_path, 10_000))
    publisher.fails = {1, 2}
    outbox.deliver(parcel(1))
    with pytest.raises(Unavailable):
        outbox.drain()
    assert outbox.drain()
    assert not outbox.drain()
    assert values(publisher) == [1]


def test_when_the_disk_is_full_the_sender_is_told(tmp_path: Path) -> None:
    publisher = FakePublisher()
    publisher.is_away = True
    with pytest.raises(SpoolFull):
        Outbox(publisher, Spool(tmp_path, 10)).deliver(parcel(1))
