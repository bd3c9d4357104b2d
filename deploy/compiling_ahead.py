"""Has the loops over letters compiled before any worker needs them: that takes some seconds, once on a machine."""

from datetime import UTC, datetime

from deploy.stages_alone import StagesAlone
from processors.register_files import load_register
from processors.rulebook import Rulebook
from schemas.petition import IntakeRecord
from schemas.terms import Channel

_AT = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
_TEXT = "丽泽新苑小区旁边建了搅拌站，夜里噪音很大，粉尘飘进家里，今年3月起已有163户反映，请求责令停工整改。"


def compile_ahead() -> None:
    """Pass two letters about one matter through the stages: every loop is called, with all that it is called with."""
    stages = StagesAlone(Rulebook(load_register(None)))
    for _ in stages.receive([_letter(number) for number in (1, 2)]):
        pass


def _letter(number: int) -> IntakeRecord:
    return IntakeRecord(
        receipt=f"{number:016x}",
        source="411002",
        record_no=f"A-{number}",
        delivery_id="ahead",
        row=number,
        content_hash=f"{number:016x}",
        received_at=_AT,
        ingested_at=_AT,
        channel=Channel.LETTER,
        petitioner_ref=f"R{number}",
        title="丽泽新苑旁搅拌站噪音扰民",
        body=_TEXT,
    )
