"""Compiles or loads the loops over letters before a worker joins its group.

It takes some seconds once on a machine and one at each start. At its first message the worker would be silent for so
long, and Kafka would give it up.
"""

from datetime import UTC, datetime

from processors.effects import Effects
from processors.key_filter import KeyFilter
from processors.rulebook import Rulebook
from processors.stages import Books, CaseStep, LinkingStep, RegistrationStep
from processors.step import Step
from processors.tables import MemoryTable
from schemas.petition import IntakeBatch, IntakeRecord
from schemas.terms import Channel

_AT = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
_PETITIONERS = ("R1", "R1", "R2")
_TEXT = "丽泽新苑小区旁边建了搅拌站，夜里噪音很大，粉尘飘进家里，今年3月起已有163户反映，请求责令停工整改。"


def warm_up(rulebook: Rulebook) -> None:
    """Pass letters of two people about one matter through the stages, so that every loop is called."""
    _warm_up_filter()
    letters = tuple(_letter(number, who) for number, who in enumerate(_PETITIONERS, 1))
    books = Books(rulebook, partitions=1)
    steps: tuple[Step, ...] = (RegistrationStep(), LinkingStep(rulebook), CaseStep(rulebook, books))
    messages = [IntakeBatch(records=letters).to_bytes()]
    for step in steps:
        table, effects = MemoryTable(), Effects("warm-up", partitions=1, batch_records=len(letters), now=_AT)
        for value in messages:
            step.handle(value, "warm-up:0:0", table, effects)
        step.finish(table)
        messages = [made.value for made in effects.messages()]


def _warm_up_filter() -> None:
    """That of a table on disk: the one in memory has none."""
    KeyFilter(KeyFilter().add([b"warm-up"])).passing([b"warm-up"])


def _letter(number: int, petitioner_ref: str) -> IntakeRecord:
    return IntakeRecord(
        receipt=f"{number:016x}",
        source="411002",
        record_no=f"A-{number}",
        delivery_id="warm-up",
        row=number,
        content_hash=f"{number:016x}",
        received_at=_AT,
        ingested_at=_AT,
        channel=Channel.LETTER,
        petitioner_ref=petitioner_ref,
        title="丽泽新苑旁搅拌站噪音扰民",
        body=_TEXT,
    )
