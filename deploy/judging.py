"""Publishes what a person judged about two petitions: a copy in every partition."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from consumers.replay import replay
from deploy.sending import Message, send
from processors.rules.judgements import in_order, meeting_home
from schemas.events import Judgement
from schemas.keys import digest, founding_petition
from schemas.settings import Settings
from schemas.terms import Opinion
from schemas.topics import Topic


class Ambiguous(ValueError):
    """A name that does not lead to exactly one petition."""


class Side(NamedTuple):
    """One of the two petitions."""

    petition_id: str
    home: str
    """Where its case lives at present."""


def side(name: str, cases: list[Mapping[str, Any]]) -> Side:
    """The petition that a name means in the cases found for it; a case stands for the petition it is named after."""
    named = founding_petition(name) if name.startswith("C") else name
    found = [
        Side(petition["petition_id"], case["home"])
        for case in cases
        for petition in case["story"]["petitions"]
        if named in (petition["petition_id"], petition["record_no"])
    ]
    if len(found) != 1:
        raise Ambiguous(f"{len(found)} petitions bear this name; name one by its petition id")
    return found[0]


def judgement(one: Side, other: Side, opinion: Opinion, *, by: str, reason: str, at: datetime) -> Judgement:
    """The judgement about two petitions; the same words at the same moment are the same judgement."""
    if one.petition_id == other.petition_id:
        raise Ambiguous("both names mean the same petition; a case stands for the petition that it is named after")
    first, second = sorted((one, other))
    return Judgement(
        judgement_id="J"
        + digest("judgement", first.petition_id, second.petition_id, opinion.value, by, at.isoformat()),
        opinion=opinion,
        petition_id=first.petition_id,
        other_id=second.petition_id,
        meet_at=meeting_home((one.home, other.home)),
        by=by,
        at=at,
        reason=reason,
    )


def publish(settings: Settings, made: Judgement) -> None:
    """Send a judgement to every partition; returns when Kafka has all copies.

    Not in a transaction: its markers would be holes in the offsets that the workers commit. Where sending fails
    midway, judging again heals it, because the latest judgement counts.
    """
    key, value = "-".join(made.pair).encode(), made.to_bytes()
    send(settings, (Message(Topic.JUDGEMENTS, partition, key, value) for partition in range(settings.partitions)))


def stored(settings: Settings) -> tuple[Judgement, ...]:
    """Every judgement that was ever made, each once, in the order of time."""
    topic = Topic.JUDGEMENTS.under(settings.prefix)
    values = (record.value for records in replay(settings, topic) for record in records)
    return in_order(Judgement.from_bytes(value) for value in values if value is not None)
