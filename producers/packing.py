"""Parcels in the partitions and batch size of one instance."""

from collections.abc import Callable, Sequence
from functools import partial

from producers.publisher import AnyEntry, Message, messages
from schemas.events import CountyReport, DeadLetter
from schemas.settings import Settings

Pack = Callable[[Sequence[AnyEntry], Sequence[DeadLetter], Sequence[CountyReport]], list[Message]]


def packer(settings: Settings) -> Pack:
    """What turns entries, letters and reports into messages of this instance."""
    return partial(messages, partitions=settings.partitions, batch_records=settings.batch_records)
