"""Whether two petitions are about one matter: evidence that officials understand, weighed to a probability.

The weights are data (`weighing`); their version is part of every decision's evidence. The same words about another
place are another matter, so a conflict of places is a veto and no weight can outvote it.
"""

from dataclasses import dataclass

import msgspec

from processors.rules.agreement import Agreement, agreement
from processors.rules.anchors import figures_in, has_name
from processors.rules.imprint import exchanged
from processors.rules.sketch import Overlap
from processors.rules.weighing import Evidence, Weights, shipped_weights
from schemas.terms import Verdict

DAY = 86_400
MOST_ANCHORS = 3
SAME_TITLE = 0.4
TOWNSHIP_DIGITS, VILLAGE_DIGITS = 9, 12
COPY = 0.7
"""Letters that share so much of the shorter text are one letter that several people send."""
FACTS = 2
"""Figures and names that petitions about one matter share where not both say in which village it lies."""
SAME_WORDS = 0.4
"""Letters that share less of the shorter text are not laid side by side: nothing was exchanged, all was told anew."""


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
    profile: bytes = b""
    """What the letter names and what it is about, see `terms`."""
    perhaps: tuple[str, ...] = ()
    """Codes of the places that it may mean, where that is not sure; never evidence for, but against."""
    imprint: bytes = b""
    """A byte for each character of its beginning, see `imprint`."""


SAME_PETITIONER = shipped_weights().same_petitioner
OTHER_PETITIONER = shipped_weights().other_petitioner
SENT_TO_MANY_DAYS = 15
SENT_TO_MANY_OVERLAP = 0.7


@dataclass(frozen=True, slots=True)
class Relation:
    """How two petitions relate, with the reasons in words."""

    score: float
    evidence: tuple[str, ...]
    text: Overlap
    is_vetoed: bool = False


ELSEWHERE = Relation(0.0, ("反映地点不同",), Overlap(0.0, 0.0), is_vetoed=True)


def relation(one: Trace, other: Trace, weights: Weights) -> Relation:
    """Score two petitions; symmetric, so that the order of arrival does not matter."""
    if are_places_in_conflict(one, other):
        return ELSEWHERE
    text, found = compare(one, other)
    return Relation(_score(found, weights), (*told(found), f"权重{weights.version}"), text)


def likelihood(one: Trace, other: Trace, weights: Weights) -> float:
    """The score of `relation` alone, without its words."""
    return 0.0 if are_places_in_conflict(one, other) else _score(compare(one, other)[1], weights)


def may_be_one_matter(one: Trace, other: Trace, weights: Weights) -> Agreement | None:
    """What the two have in common, where it is enough for one matter as long as no names were exchanged.

    Hardly any two of those that share some marks have as much; only for these the words are laid side by side.
    """
    if are_places_in_conflict(one, other):
        return None
    found = agreement(one.sketch, other.sketch, one.profile, other.profile)
    if not weights.may_be_enough(found, is_one_place=one.place == other.place):
        return None
    if not is_particular(one, other, found):
        return None
    return found if _score(_evidence(one, other, found, 0.0), weights) >= weights.same else None


def is_particular(one: Trace, other: Trace, found: Agreement) -> bool:
    """Whether what the two share would not be found in the same trouble of the next village as well.

    A letter that does not say where fits every village, and one that names its township every village of that: the
    more letters there are, the more likely one fits by chance, and it would bring all these villages into one case.
    Letters of which none names a township are about what has a name of its own.
    """
    names_no_township = max(len(one.place), len(other.place)) < TOWNSHIP_DIGITS
    if names_no_township or found.containment >= COPY or _is_same_village(one, other):
        return True
    return bool(places_of(one) and places_of(other)) and len(one.anchors & other.anchors) >= FACTS


def is_no_other_form(one: Trace, other: Trace, found: Agreement, weights: Weights) -> bool:
    """Whether what `may_be_one_matter` has found is enough although names may have been exchanged."""
    is_one_form = _form(one, other, found)
    return not is_one_form or _score(_evidence(one, other, found, is_one_form), weights) >= weights.same


def _score(found: Evidence, weights: Weights) -> float:
    return round(weights.score(found), 4)


def compare(one: Trace, other: Trace) -> tuple[Overlap, Evidence]:
    """How much text two petitions share, and all that speaks for or against one matter."""
    found = agreement(one.sketch, other.sketch, one.profile, other.profile)
    return found.text, _evidence(one, other, found, _form(one, other, found))


def _form(one: Trace, other: Trace, found: Agreement) -> float:
    """How surely the two are one form, filled in anew for something else."""
    return exchanged(one.imprint, other.imprint) if found.containment >= SAME_WORDS else 0.0


def _evidence(one: Trace, other: Trace, found: Agreement, is_one_form: float) -> Evidence:
    """What speaks for and against one matter.

    Where the names in the same words were exchanged, the words are those of a form, and that both are alike says as
    much less about the matter.
    """
    own = 1.0 - is_one_form
    _, containment, names, topics, gist, covered = found
    names, topics, gist, covered = own * names, own * topics, own * gist, own * covered
    same_village = float(_is_same_village(one, other))
    shared = one.anchors & other.anchors
    figures = figures_in(shared) if shared else 0
    anchors = own * min(len(shared) - figures, MOST_ANCHORS) / MOST_ANCHORS
    counted = own * min(figures, MOST_ANCHORS) / MOST_ANCHORS
    return Evidence(
        text=own * containment,
        names=names,
        topics=topics,
        both=min(names, topics),
        gist=gist,
        covered=covered,
        titled=gist * covered,
        exchanged=is_one_form,
        same_village=same_village,
        village_words=same_village * own if names or topics else 0.0,
        village_anchors=same_village * anchors,
        village_figures=same_village * counted,
        one_village=float(_is_one_village(len(one.place), len(other.place))),
        other_category=float(bool(one.category and other.category) and one.category != other.category),
        anchors=anchors,
        figures=counted,
        no_anchor=float(len(shared) == figures and has_name(one.anchors) and has_name(other.anchors)),
    )


def _is_same_village(one: Trace, other: Trace) -> bool:
    return one.place == other.place and len(one.place) == VILLAGE_DIGITS


def _is_one_village(digits: int, other_digits: int) -> bool:
    """Whether only one place is a village, and the other one no township either."""
    return max(digits, other_digits) == VILLAGE_DIGITS and min(digits, other_digits) < TOWNSHIP_DIGITS


def told(found: Evidence) -> tuple[str, ...]:
    """The evidence in words, for officials."""
    words = [f"内容重合{found.text:.0%}"]
    words += [f"专名相合{found.names:.0%}"] if found.names else []
    words += [f"用语相近{found.topics:.0%}"] if found.topics else []
    words += ["标题所指相同"] if found.covered > SAME_TITLE else []
    words += ["用语相同而所指不同"] if found.exchanged else []
    words += ["地点相同"] if found.same_village else []
    words += ["仅一方写明村（社区）"] if found.one_village else []
    words += ["类别不同"] if found.other_category else []
    names, figures = round(found.anchors * MOST_ANCHORS), round(found.figures * MOST_ANCHORS)
    words += [f"共同提及{names}处以上名称"] if names else []
    words += [f"共同提及{figures}处以上数字或时间"] if figures else []
    return tuple(words)


def are_places_in_conflict(one: Trace, other: Trace) -> bool:
    """Known places of which none contains another: the same words about another place are another matter."""
    return are_apart(places_of(one), places_of(other))


def are_apart(ones: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether both name places, and none of these contains another."""
    return bool(ones and others) and not any(
        first.startswith(second) or second.startswith(first) for first in ones for second in others
    )


def places_of(trace: Trace) -> tuple[str, ...]:
    """Codes that the petition may be about; by level 2, 4, 6, 9 and 12 digits."""
    return (trace.place,) if trace.place else trace.perhaps


def is_sent_to_many(one: Trace, other: Trace, text: Overlap) -> bool:
    """一信多投: nearly the same text, within some days, to another office or through another channel."""
    return text.jaccard >= SENT_TO_MANY_OVERLAP and may_be_sent_to_many(one, other)


def may_be_sent_to_many(one: Trace, other: Trace) -> bool:
    """Whether they came within some days to different offices or through different channels, whatever they say."""
    is_elsewhere = (one.source, one.office, one.channel) != (other.source, other.office, other.channel)
    return is_elsewhere and abs(one.received - other.received) <= SENT_TO_MANY_DAYS * DAY


def verdict_of(one: Trace, other: Trace, found: Relation, weights: Weights) -> Verdict | None:
    """The link between two petitions by one petitioner; None where they are different matters."""
    if found.is_vetoed or found.score < weights.unsure:
        return None
    if found.score < weights.same:
        return Verdict.UNSURE
    return Verdict.SENT_TO_MANY if is_sent_to_many(one, other, found.text) else Verdict.REPEAT
