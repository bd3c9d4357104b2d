"""Dead letters of all stages, read with their bytes for the command line."""

from collections.abc import Iterator

from consumers.dead_letters.resending import DEAD
from consumers.replay import replay
from schemas.events import DeadLetter
from schemas.settings import Settings


def read_letters(settings: Settings) -> Iterator[DeadLetter]:
    """Each letter once, however often it was written; those of the intake first."""
    seen: set[str] = set()
    for topic in DEAD:
        for records in replay(settings, topic.under(settings.prefix)):
            for record in records:
                letter = DeadLetter.from_bytes(record.value or b"{}")
                if letter.letter_id not in seen:
                    seen.add(letter.letter_id)
                    yield letter
