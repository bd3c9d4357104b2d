"""A request of the console brings a record back on real Kafka: once for each request, also after a restart."""

from base64 import b64encode
from threading import Event

import pytest

from consumers.dead_letters import replaying
from consumers.dead_letters.known import KnownLetters
from consumers.replay import behind, replay
from schemas.contract import Contract
from schemas.events import DeadLetter
from schemas.replay_events import ReplayRequest
from schemas.settings import Settings
from schemas.terms import RejectReason, Stage
from schemas.topics import Topic
from tests.consumers_running import eventually, publish, running
from tests.fakes_consumers import START

EVENT = b'{"decision_id":"D1"}'


def letter(settings: Settings, number: int, **changed: object) -> DeadLetter:
    """A decision that the cases could not read, out of the third place of the second partition."""
    return DeadLetter(
        letter_id=f"L{number}",
        stage=Stage.CASES,
        reason=RejectReason.INVALID,
        source="411002",
        origin=f"{Topic.DECISIONS.under(settings.prefix)}:1:{number}",
        at=START,
        raw=b64encode(EVENT).decode(),
    ).with_changes(**changed)


def request(number: int) -> ReplayRequest:
    return ReplayRequest(request_id=f"V{number}", letter_id=f"L{number}", by="east", at=START)


def came_back(settings: Settings) -> list[tuple[int, bytes | None]]:
    topic = Topic.DECISIONS.under(settings.prefix)
    return [(one.partition, one.value) for records in replay(settings, topic) for one in records]


def asked(settings: Settings, *messages: Contract | bytes) -> None:
    publish(settings, Topic.REPLAYS, {f"{number}": one for number, one in enumerate(messages)})


@pytest.fixture
def buried(settings: Settings) -> Settings:
    """An instance with two letters that can go back and one that cannot."""
    letters = (letter(settings, 1), letter(settings, 2), letter(settings, 3, is_truncated=True))
    publish(settings, Topic.STAGE_DEAD, {one.letter_id: one for one in letters})
    assert len(KnownLetters(settings).all()) == len(letters)
    return settings


def test_a_record_goes_back_to_its_partition_and_neither_a_restart_nor_rubbish_sends_it_again(
    buried: Settings,
) -> None:
    asked(buried, request(3), b"rubbish", request(1))
    with running(replaying.run, buried):
        eventually(lambda: waiting(buried) == 0)
    assert came_back(buried) == [(1, EVENT)]
    asked(buried, request(2))
    assert waiting(buried) == 1
    with running(replaying.run, buried):
        eventually(lambda: waiting(buried) == 0)
    assert came_back(buried) == [(1, EVENT), (1, EVENT)]


def waiting(settings: Settings) -> int:
    """How many requests are not settled for good."""
    return sum(
        behind(settings, f"{settings.prefix}.{replaying.GROUP}", Topic.REPLAYS.under(settings.prefix)).values()
    )


def test_it_ends_when_it_is_told_to(buried: Settings) -> None:
    stop = Event()
    stop.set()
    replaying.run(buried, stop)
    assert came_back(buried) == []
