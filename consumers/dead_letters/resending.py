"""What becomes of a dead letter: counted, or sent back to where it came from if it can be processed now. Pure."""

from base64 import b64decode
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from schemas.contract import Contract
from schemas.events import DeadLetter, LinkedBatch
from schemas.petition import IntakeBatch, RegisteredBatch
from schemas.terms import Stage
from schemas.topics import Topic

DEAD = (Topic.INTAKE_DEAD, Topic.STAGE_DEAD, Topic.INDEX_DEAD)
_BATCHES: dict[Topic, type[Contract]] = {
    Topic.INTAKE: IntakeBatch,
    Topic.REGISTERED: RegisteredBatch,
    Topic.LINKED: LinkedBatch,
}


@dataclass(frozen=True, slots=True)
class Resent:
    """A message to be written again where it came from."""

    topic: str
    partition: int
    value: bytes


class NotReplayable(ValueError):
    """A letter that cannot be sent back; the text says what to do instead."""


def counted(letters: Iterable[DeadLetter]) -> Counter[tuple[str, str, str, str]]:
    """Stage, reason, field and source → how many."""
    return Counter(
        (
            letter.stage.value,
            letter.reason.value,
            letter.field,
            letter.source if letter.stage is not Stage.INDEX else "",
        )
        for letter in letters
    )


def hindrance(letter: DeadLetter) -> str:
    """Why a letter cannot be sent back, and what to do instead; empty where it can."""
    if letter.stage is Stage.INTAKE:
        return "refused on entry: correct the profile or the ledger, then `petitions feed` the file again"
    if letter.stage is Stage.INDEX:
        return "refused by the index: correct its mapping, then `petitions reindex`"
    return "too large to be kept whole: `petitions feed` its ledger again" if letter.is_truncated else ""


def resent(letter: DeadLetter, prefix: str) -> Resent:
    """The message that brings a letter's record back to the partition it came out of."""
    if hindered := hindrance(letter):
        raise NotReplayable(hindered)
    full, partition, _, *place = letter.origin.split(":")
    batch = _BATCHES.get(Topic(full.removeprefix(f"{prefix}.")))
    raw = b64decode(letter.raw)
    return Resent(full, int(partition), _as_message(raw, batch, place) if batch else raw)


def _as_message(raw: bytes, batch: type[Contract], place: list[str]) -> bytes:
    """What was buried alone, out of one list of a batch, travels again as a batch of one; a whole batch as it was."""
    try:
        content = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise NotReplayable("its bytes are no message: `petitions feed` its ledger again") from error
    if not place:
        return raw
    required = [name for name, field in batch.model_fields.items() if field.is_required()]
    return orjson.dumps({name: [] for name in required} | {place[0]: [content]})
