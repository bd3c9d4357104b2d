"""Publishes what a person decided about a case; stage 2 applies it, and it wins over every rule."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from deploy.sending import Message, send
from schemas.events import Decision
from schemas.keys import digest, partition_of
from schemas.settings import Settings
from schemas.terms import DecisionKind
from schemas.topics import Topic

NAME_A_UNIT = frozenset({DecisionKind.TRANSFER, DecisionKind.ASSIGN, DecisionKind.REASSIGN})


class UnitMissing(ValueError):
    """A decision that passes a case on has to say to whom, and one that refuses it why."""


def decision(
    case: Mapping[str, Any],
    kind: DecisionKind,
    *,
    by: str,
    reason: str,
    at: datetime,
    unit: str = "",
    article: str = "",
) -> Decision:
    """The decision about a case as indexed; the same words at the same moment are the same decision."""
    if kind in NAME_A_UNIT and not unit:
        raise UnitMissing(f"{kind.value} takes --unit")
    if kind is DecisionKind.OBJECT and not article:
        raise UnitMissing("object takes --article: an objection gives its grounds (article 23)")
    return Decision(
        decision_id="D" + digest("decision", case["case_id"], kind.value, by, at.isoformat()),
        kind=kind,
        case_id=case["case_id"],
        home=case["home"],
        by=by,
        at=at,
        reason=reason,
        unit=unit,
        article=article,
    )


def publish(settings: Settings, made: Iterable[Decision]) -> None:
    """Send decisions to the partitions of their cases; returns when Kafka has them."""
    send(
        settings,
        (
            Message(Topic.DECISIONS, partition_of(one.home, settings.partitions), one.home.encode(), one.to_bytes())
            for one in made
        ),
    )
