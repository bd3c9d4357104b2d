"""Dead letters of a county, and those of a console in memory."""

from typing import Any

from consumers.dead_letters.resending import NotReplayable
from consumers.message import Message
from schemas.events import DeadLetter
from schemas.terms import RejectReason, Stage
from schemas.topics import Topic
from tests.fakes_consumers import START


def dead_letter(letter_id: str = "L1", **changed: Any) -> DeadLetter:
    """A letter of a stage about a record of county 411002."""
    return DeadLetter(
        letter_id=letter_id,
        stage=Stage.REGISTRATION,
        reason=RejectReason.INVALID,
        source="411002",
        origin="t.intake:3:17",
        at=START,
    ).with_changes(**changed)


class LettersInMemory:
    """See `consumers.dead_letters.known.Letters`."""

    def __init__(self, *letters: DeadLetter) -> None:
        self._letters = {letter.letter_id: letter for letter in letters}

    def all(self) -> list[DeadLetter]:
        return list(self._letters.values())

    def message(self, letter_id: str) -> Message:
        if self._letters[letter_id].stage is Stage.INTAKE:
            raise NotReplayable("feed it again")
        return Message(Topic.INTAKE, 3, b"p3", b"{}")
