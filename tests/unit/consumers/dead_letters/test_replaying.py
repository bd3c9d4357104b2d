"""What officials ask to be sent back goes back: once Kafka and the letters are there, in order, nothing else."""

from collections.abc import Iterable
from threading import Event

import pytest

from consumers.__main__ import beside
from consumers.dead_letters.known import LettersUnavailable
from consumers.dead_letters.replaying import Replaying
from consumers.loop import Record
from consumers.message import Message
from consumers.sending import Unsent
from schemas.events import DeadLetter
from schemas.replay_events import ReplayRequest
from schemas.settings import Settings
from schemas.terms import Stage
from schemas.topics import Topic
from tests.dead_letters import LettersInMemory, dead_letter
from tests.fakes_consumers import START

BACK = Message(Topic.INTAKE, 3, b"p3", b"{}")


def request(letter_id: str) -> ReplayRequest:
    return ReplayRequest(request_id=f"V{letter_id}", letter_id=letter_id, by="east", at=START)


def record(value: bytes | None) -> Record:
    return Record("t.replays", 0, 7, b"L1", value)


class LettersLater(LettersInMemory):
    """Cannot be read until somebody says so."""

    is_there = False

    def all(self) -> list[DeadLetter]:
        if not self.is_there:
            raise LettersUnavailable
        return super().all()


def test_a_request_sends_the_record_back_to_where_it_came_from(sent: list[Message]) -> None:
    step = Replaying(LettersInMemory(dead_letter("L1"), dead_letter("L2")), sent.extend)
    work = step.prepare([record(request("L1").to_bytes()), record(b"{"), record(None)])
    assert [one.letter_id for one in work] == ["L1"]
    assert step.attempt(work) == []
    assert sent == [BACK]


@pytest.mark.parametrize("letter", ["L9", "L2"])
def test_what_is_unknown_or_cannot_go_back_is_told_and_holds_nobody_up(
    sent: list[Message], caplog: pytest.LogCaptureFixture, letter: str
) -> None:
    step = Replaying(LettersInMemory(dead_letter("L1"), dead_letter("L2", stage=Stage.INTAKE)), sent.extend)
    assert step.attempt([request(letter), request("L1")]) == []
    assert sent == [BACK]
    assert [one.message for one in caplog.records if one.levelname == "WARNING"] == ["dead letter not sent back"]


def test_from_the_first_that_kafka_does_not_take_the_rest_waits(sent: list[Message]) -> None:
    away = [False, True, False, False]

    def send(messages: Iterable[Message]) -> None:
        if away.pop(0):
            raise Unsent
        sent.extend(messages)

    step = Replaying(LettersInMemory(dead_letter("L1"), dead_letter("L2"), dead_letter("L3")), send)
    left = step.attempt([request("L1"), request("L2"), request("L3")])
    assert [one.letter_id for one in left] == ["L2", "L3"]
    assert step.attempt(left) == []
    assert len(sent) == 3


def test_while_the_letters_cannot_be_read_nothing_is_lost(sent: list[Message]) -> None:
    letters = LettersLater(dead_letter("L1"))
    step = Replaying(letters, sent.extend)
    left = step.attempt([request("L1")])
    assert [one.letter_id for one in left] == ["L1"]
    letters.is_there = True
    assert (step.attempt(left), sent) == ([], [BACK])


def test_an_error_beside_ends_the_process_and_is_its_error() -> None:
    stop = Event()

    def broken(settings: Settings, stop: Event) -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"), beside(broken, Settings(), stop):
        assert stop.wait(10)


def test_what_runs_beside_ends_with_the_block() -> None:
    stop, ended = Event(), Event()

    def patient(settings: Settings, stop: Event) -> None:
        stop.wait(10)
        ended.set()

    with beside(patient, Settings(), stop):
        assert not ended.is_set()
    assert ended.is_set()
