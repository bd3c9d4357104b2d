"""Whether two petitions are about one matter: evidence that officials understand, added up to a score.

The weights are data (`WEIGHTS`); their version is part of every decision's evidence. The same words about another
place are another matter, so a conflict of places is a veto and no weight can outvote it.
"""

from dataclasses import dataclass

import msgspec

from processors.rules.sketch import Overlap, Sketch, overlap
from schemas.terms import Verdict

DAY = 86_400
TOWNSHIP_DIGITS = 9


class Trace(msgspec.Struct, frozen=True, array_like=True):
    """What linking remembers of one petition; no identity and no text."""

    petition_id: str
    revision: int
    home: str
    received: int
    """Seconds since 1970 at which it reached the office."""
    source: str
    office: str
    channel: str
    place: str
    """Division code; empty where unknown or not sure."""
    category: str
    sketch: bytes
    anchors: frozenset[int]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence adds to the score of "same matter"."""

    version: str
    text: float
    same_place: float
    """Both in the same township or village."""
    nested_place: float
    """One place in the other, or both in the same county."""
    same_category: float
    other_category: float
    anchor: float
    most_anchors: int
    needs_same_place: bool
    """Whether both must name the same township or village: different people's letters may share a form, and one that
    names only the township would draw the matters of all its villages together."""
    same: float
    """Score from which two petitions are one matter."""
    unsure: float
    """Score from which a person is asked."""


SAME_PETITIONER = Weights(
    "2026-11", 1.1, 0.15, 0.05, 0.12, -0.15, 0.25, 2, needs_same_place=False, same=0.4, unsure=0.32
)
OTHER_PETITIONER = Weights(
    "2026-11", 1.1, 0.1, 0.0, 0.05, -0.2, 0.15, 2, needs_same_place=True, same=0.65, unsure=0.65
)
SENT_TO_MANY_DAYS = 15
SENT_TO_MANY_OVERLAP = 0.8


@dataclass(frozen=True, slots=True)
class Relation:
    """How two petitions relate, with the reasons in words."""

    score: float
    evidence: tuple[str, ...]
    text: Overlap
    is_vetoed: bool = False


def relation(one: Trace, other: Trace, weights: Weights) -> Relation:
    """Score two petitions; symmetric, so that the order of arrival does not matter."""
    if are_places_in_conflict(one.place, other.place):
        return Relation(0.0, ("反映地点不同",), Overlap(0.0, 0.0), is_vetoed=True)
    if weights.needs_same_place and (one.place != other.place or len(one.place) < TOWNSHIP_DIGITS):
        return Relation(0.0, ("反映地点不能确认相同",), Overlap(0.0, 0.0), is_vetoed=True)
    text = overlap(Sketch.from_bytes(one.sketch), Sketch.from_bytes(other.sketch))
    score = weights.text * text.containment
    evidence = [f"内容重合{text.containment:.0%}"]
    if one.place == other.place and len(one.place) >= TOWNSHIP_DIGITS:
        score += weights.same_place
        evidence.append("地点相同")
    elif one.place and other.place:
        score += weights.nested_place
        evidence.append("地点相容")
    if one.category and other.category:
        is_same = one.category == other.category
        score += weights.same_category if is_same else weights.other_category
        evidence.append("类别相同" if is_same else "类别不同")
    shared = len(one.anchors & other.anchors)
    if shared:
        score += weights.anchor * min(shared, weights.most_anchors)
        evidence.append(f"共同提及{shared}处名称或数额")
    return Relation(round(max(0.0, min(1.0, score)), 4), (*evidence, f"权重{weights.version}"), text)


def are_places_in_conflict(one: str, other: str) -> bool:
    """Two known places of which neither contains the other. Codes are compared by level: 2, 4, 6, 9, 12 digits."""
    if not one or not other:
        return False
    return not (one.startswith(other) or other.startswith(one))


def is_sent_to_many(one: Trace, other: Trace, text: Overlap) -> bool:
    """一信多投: nearly the same text, within some days, to another office or through another channel."""
    is_elsewhere = (one.source, one.office, one.channel) != (other.source, other.office, other.channel)
    is_close = abs(one.received - other.received) <= SENT_TO_MANY_DAYS * DAY
    return is_elsewhere and is_close and text.jaccard >= SENT_TO_MANY_OVERLAP


def verdict_of(one: Trace, other: Trace, found: Relation, weights: Weights) -> Verdict | None:
    """The link between two petitions by one petitioner; None where they are different matters."""
    if found.is_vetoed or found.score < weights.unsure:
        return None
    if found.score < weights.same:
        return Verdict.UNSURE
    return Verdict.SENT_TO_MANY if is_sent_to_many(one, other, found.text) else Verdict.REPEAT
