"""Linking (关联): which earlier petitions of the same petitioner are the same matter.

The same person about another matter is another case; an anonymous petition is nobody's repeat.
"""

import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import msgspec

from processors.rules.forms import grown
from processors.rules.imprint import imprint
from processors.rules.profiling import profile
from processors.rules.relation import SAME_PETITIONER, Trace, relation, verdict_of
from schemas.petition import Classification, Link, LinkedPetition, Petition, Place
from schemas.terms import Confidence, Verdict

_LEVEL_END = re.compile(r"(?<=[省市县区旗镇乡村])(?=.{2})|(?<=街道)(?=.{2})")
KEPT_TRACES = 500
"""Petitions of one petitioner that are compared; of more, some of each matter, see `_kept`."""
MOST_LINKS = 20
MOST_NAMES = 20_000
"""Full names of places that are remembered with their parts."""


Made = tuple[str, str, float, tuple[str, ...]]
"""A link as it is kept: other petition, verdict, score, evidence."""


class Known(msgspec.Struct, array_like=True, frozen=True):
    """One petition of a petitioner, with the links that it was given when it came."""

    trace: Trace
    links: tuple[Made, ...]


History = tuple[Known, ...]


class Reading(NamedTuple):
    """What the rules read from one petition by itself."""

    place: Place
    classification: Classification
    home: str
    """The city of its place."""
    profile: bytes | None = None
    """Where it was made together with others; else it is made when it is needed."""


class Linking(NamedTuple):
    """What follows from one registered petition."""

    history: History
    registered: Petition
    reading: Reading
    known: Known
    is_replay: bool

    @property
    def petition(self) -> LinkedPetition:
        """The petition with all that was found; made anew each time that it is asked for."""
        return _linked(self.registered, self.reading, self.known)


def trace_of(
    petition: Petition, place: Place, classification: Classification, home: str, profile: bytes | None = None
) -> Trace:
    """What later comparisons need of a petition. A place that is not sure is no evidence."""
    is_sure = place.confidence in (Confidence.CERTAIN, Confidence.LIKELY)
    return Trace(
        petition_id=petition.petition_id,
        revision=petition.revision,
        home=home,
        received=int(petition.received_at.timestamp()),
        source=petition.source,
        office=petition.office,
        channel=petition.channel.value,
        place=place.code if is_sure else "",
        category=classification.category,
        sketch=a2b_base64(petition.sketch),
        anchors=frozenset(petition.anchors),
        profile=_profile_of(petition, place) if profile is None else profile,
        perhaps=() if is_sure else place.alternatives,
        imprint=a2b_base64(petition.imprint) or imprint(petition.body),
    )


def _profile_of(petition: Petition, place: Place) -> bytes:
    if isinstance(petition, LinkedPetition) and petition.profile:
        return a2b_base64(petition.profile)
    return profile(petition.title, petition.body, names_of(place))


def names_of(place: Place) -> tuple[str, ...]:
    """The names of a place and of those above it, as letters write them, the longest first."""
    return _names_in(place.name)


@lru_cache(MOST_NAMES)
def _names_in(name: str) -> tuple[str, ...]:
    return tuple(sorted(filter(None, _LEVEL_END.split(name)), key=len, reverse=True))


def link(petition: Petition, reading: Reading, history: History) -> Linking:
    """Link a petition to the earlier ones of its petitioner.

    A petition that is linked goes to the home of the one it is linked to, so that a matter stays together.
    A petition that was linked before (the same or an older revision) gets the links that it got then.
    """
    mine = next((known for known in history if known.trace.petition_id == petition.petition_id), None)
    if mine is not None and petition.revision <= mine.trace.revision:
        return Linking(history, petition, reading, mine, is_replay=True)
    others = [known for known in history if known is not mine]
    home = mine.trace.home if mine else reading.home
    trace = trace_of(petition, reading.place, reading.classification, home, reading.profile)
    is_known_person = petition.petitioner_ref is not None
    found = _links(trace, (known.trace for known in others)) if is_known_person else []
    if mine is None and found:
        _, best = max(found, key=_strength)
        trace = msgspec.structs.replace(trace, home=best.home)
    kept = tuple([made for made, other in found if other.home == trace.home])[:MOST_LINKS]
    known = Known(trace, _united(_settled(mine.links) if mine else (), kept))
    return Linking(_kept((*others, known)), petition, reading, known, is_replay=False)


def _kept(history: History) -> History:
    """At most `KEPT_TRACES`: one goes that another one repeats, so that a matter of long ago is still found.

    Otherwise somebody who writes about one matter every day would have the others forgotten. Of the later half none
    goes: what came lately may come again, and has to be recognised.
    """
    if len(history) <= KEPT_TRACES:
        return history
    repeated = {made[0] for known in history for made in known.links if made[1] != Verdict.UNSURE}
    older = range(KEPT_TRACES // 2)
    leaves = next((at for at in older if history[at].trace.petition_id in repeated), 0)
    return (*history[:leaves], *history[leaves + 1 :])[-KEPT_TRACES:]


def _links(trace: Trace, others: Iterable[Trace]) -> list[tuple[Made, Trace]]:
    found: list[tuple[Made, Trace]] = []
    for other in others:
        compared = relation(trace, other, SAME_PETITIONER)
        verdict = verdict_of(trace, other, compared, SAME_PETITIONER)
        if verdict is not None:
            found.append(((other.petition_id, verdict.value, compared.score, compared.evidence), other))
    found.sort(key=lambda pair: (-pair[0][2], pair[0][0]))
    return found


def _strength(pair: tuple[Made, Trace]) -> tuple[bool, float, str]:
    (name, verdict, score, _), _ = pair
    return verdict != Verdict.UNSURE, score, name


def _settled(links: tuple[Made, ...]) -> tuple[Made, ...]:
    """Of an older revision's links those that were sure; whether one is unsure is asked of the new text alone."""
    return tuple(made for made in links if made[1] != Verdict.UNSURE)


def _united(older: tuple[Made, ...], newer: tuple[Made, ...]) -> tuple[Made, ...]:
    """A link once made stays; only a person takes it back."""
    return tuple({made[0]: made for made in (*older, *newer)}.values())


def _linked(petition: Petition, reading: Reading, known: Known) -> LinkedPetition:
    return grown(
        LinkedPetition,
        petition,
        place=reading.place,
        classification=reading.classification,
        home=known.trace.home,
        profile=b2a_base64(known.trace.profile, newline=False).decode(),
        links=tuple(
            Link(petition_id=other, verdict=Verdict(verdict), score=score, evidence=evidence)
            for other, verdict, score, evidence in known.links
        ),
    )
