"""What a person decided about a case, as an event; stage 2 applies it, and it wins over every rule. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from consumers.deciding.reasons import Unfit, checked_reason
from consumers.message import Message
from schemas.events import Decision
from schemas.keys import digest, partition_of
from schemas.terms import DecisionKind, Rating
from schemas.topics import Topic

PETITIONER: Final = "信访人"
"""Who rates, in the story of a case; who it is stands nowhere."""
NAME_A_UNIT: Final = frozenset({DecisionKind.TRANSFER, DecisionKind.ASSIGN, DecisionKind.REASSIGN})
"""Decisions that pass a case on have to say to whom."""
CITE_A_GROUND: Final = frozenset({DecisionKind.OBJECT, DecisionKind.DECLINE})
"""Decisions that refuse have to say by which ground (article 23)."""


def decision(
    case: Mapping[str, Any],
    kind: DecisionKind,
    *,
    by: str,
    reason: str,
    at: datetime,
    unit: str = "",
    article: str = "",
    occasion: str = "",
) -> Decision:
    """The decision about a case as indexed; raises `Unfit` where something is missing.

    The same words on the same occasion are the same decision; without an `occasion` the moment is it.
    """
    if kind in NAME_A_UNIT and not unit:
        raise Unfit("unit", f"{kind.value} needs a unit")
    if kind in CITE_A_GROUND and not article:
        raise Unfit("article", f"{kind.value} needs an article: a refusal gives its ground (article 23)")
    return Decision(
        decision_id="D" + digest("decision", case["case_id"], kind.value, by, occasion or at.isoformat()),
        kind=kind,
        case_id=case["case_id"],
        home=case["home"],
        by=by,
        at=at,
        reason=checked_reason(reason),
        unit=unit,
        article=article,
    )


def rating(
    case: Mapping[str, Any], petition_id: str, given: Rating, *, at: datetime, last: Decision | None = None
) -> Decision:
    """What a petitioner says of the handling (article 21); the last word counts, and said again it is said once.

    `last` is what was said of the petition before, where the case may not tell it yet.
    """
    said = [note["decision_id"] for note in case["story"]["notes"]]
    return Decision(
        decision_id=_rating_id(petition_id, given, said, last),
        kind=DecisionKind.RATE,
        case_id=case["case_id"],
        home=case["home"],
        by=PETITIONER,
        at=at,
        reason=given.label,
        rating=given,
    )


def _rating_id(petition_id: str, given: Rating, said: Iterable[str], last: Decision | None) -> str:
    """Each rating is named after the one before it; those of other petitions and other decisions are passed over."""
    order = {name: number for number, name in enumerate(said)}
    latest, word = (last.decision_id, last.rating) if last is not None else ("", None)
    while True:
        before = (latest,) if latest else ()
        follow = {"D" + digest("rating", petition_id, one.value, *before): one for one in Rating}
        known = follow.keys() & order.keys()
        if not known:
            break
        latest = max(known, key=order.__getitem__)
        word = follow[latest]
    return latest if word is given else next(name for name, one in follow.items() if one is given)


def messages(made: Iterable[Decision], partitions: int) -> Iterator[Message]:
    """Each decision in the partition of its case."""
    for one in made:
        partition = partition_of(one.home, partitions)
        yield Message(Topic.DECISIONS, partition, one.home.encode(), one.to_bytes())
