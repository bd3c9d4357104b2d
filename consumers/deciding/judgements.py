"""What a person judged about two petitions, as an event of which every partition gets a copy. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from consumers.deciding.reasons import Unfit, checked_reason
from consumers.message import Message
from schemas.events import Judgement
from schemas.keys import digest, founding_petition, meeting_home
from schemas.terms import Opinion
from schemas.topics import Topic


class Side(NamedTuple):
    """One of the two petitions."""

    petition_id: str
    home: str
    """Where its case lives at present."""


def side(name: str, cases: Sequence[Mapping[str, Any]]) -> Side:
    """The petition that a name means in the cases found for it; a case stands for the petition it is named after."""
    named = founding_petition(name) if name.startswith("C") else name
    found = [
        Side(petition["petition_id"], case["home"])
        for case in cases
        for petition in case["story"]["petitions"]
        if named in (petition["petition_id"], petition["record_no"])
    ]
    if len(found) != 1:
        raise Unfit("petition_id", f"{len(found)} petitions bear this name; name one by its petition id")
    return found[0]


def judgement(
    one: Side, other: Side, opinion: Opinion, *, by: str, reason: str, at: datetime, occasion: str = ""
) -> Judgement:
    """The judgement about two petitions; raises `Unfit` where they are the same one, or the reason will not do.

    The same opinion on the same occasion is the same judgement; without an `occasion` the moment is it.
    """
    if one.petition_id == other.petition_id:
        problem = "both names mean the same petition; a case stands for the petition that it is named after"
        raise Unfit("petition_id", problem)
    first, second = sorted((one, other))
    pair = first.petition_id, second.petition_id
    return Judgement(
        judgement_id="J" + digest("judgement", *pair, opinion.value, by, occasion or at.isoformat()),
        opinion=opinion,
        petition_id=first.petition_id,
        other_id=second.petition_id,
        meet_at=meeting_home((one.home, other.home)),
        by=by,
        at=at,
        reason=checked_reason(reason),
    )


def messages(made: Judgement, partitions: int) -> Iterator[Message]:
    """A copy for every partition.

    Not in a transaction: its markers would be holes in the offsets that the workers commit. Where sending fails
    midway, judging again heals it, because the latest judgement counts.
    """
    key, value = "-".join(made.pair).encode(), made.to_bytes()
    for partition in range(partitions):
        yield Message(Topic.JUDGEMENTS, partition, key, value)
