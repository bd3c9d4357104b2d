"""Every judgement of an instance, read from its topic."""

from consumers.replay import replay
from processors.rules.judgements import in_order
from schemas.events import Judgement
from schemas.settings import Settings
from schemas.topics import Topic


def stored(settings: Settings) -> tuple[Judgement, ...]:
    """Every judgement that was ever made, each once, in the order of time."""
    topic = Topic.JUDGEMENTS.under(settings.prefix)
    values = (record.value for records in replay(settings, topic) for record in records)
    return in_order(Judgement.from_bytes(value) for value in values if value is not None)
