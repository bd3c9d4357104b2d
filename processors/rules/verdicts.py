"""What each petition of a case is to the earlier ones: the first, a repeat, sent to many, or joining.

A function of the set of petitions, not of the order in which they arrived.
"""

from collections.abc import Callable, Iterable

from processors.rules.relation import (
    OTHER_PETITIONER,
    SAME_PETITIONER,
    Trace,
    is_sent_to_many,
    may_be_sent_to_many,
    relation,
)
from schemas.events import Case, CasePetition
from schemas.petition import Link
from schemas.terms import Verdict

MOST_COMPARED = 20
"""Earlier petitions of one petitioner that a copy is looked for among."""
TraceOf = Callable[[str], Trace]
"""What linking remembers of a petition of the case."""


def order_of(petition: CasePetition) -> tuple[float, str]:
    """Petitions stand in the order in which they reached an office; ties by id."""
    return petition.received_at.timestamp(), petition.petition_id


def arranged(
    members: Iterable[CasePetition], trace_of: TraceOf, changed: frozenset[str], first_volume: Case | None = None
) -> tuple[CasePetition, ...]:
    """Members in order, each with its verdict against the earlier ones.

    The earliest is the first petition, but for that of a further volume, which joins the first of all. A later one by
    the same petitioner is a repeat, or was sent to many; one by somebody else joins. Only those that are in `changed`
    are compared anew.
    """
    ordered = sorted(members, key=order_of)
    earliest = ordered[:1] if first_volume is None else list(first_volume.petitions[:1])
    by_petitioner: dict[str, list[CasePetition]] = {}
    result: list[CasePetition] = []
    for member in ordered:
        own = by_petitioner.setdefault(member.petitioner_ref or member.petition_id, [])
        compared = own or (ordered[:1] if result else earliest)
        away = _sure_link(member) if first_volume is not None and not own else None
        if not result and first_volume is None:
            result.append(_first(member, ordered))
        elif away is not None:
            result.append(_with(member, away.verdict, away.petition_id, away.score, away.evidence))
        elif _is_settled(member, compared, changed):
            result.append(member)
        elif own:
            result.append(_again_as_linked(member, own) or _again(member, own, trace_of))
        else:
            result.append(_joining(member, compared[0], trace_of))
        own.append(member)
    return tuple(result)


def _sure_link(member: CasePetition) -> Link | None:
    """The petitioner's earlier letter that a petition is linked to; it is in another volume where not in this one."""
    return next((made for made in member.links if made.verdict is not Verdict.UNSURE), None)


def _is_settled(member: CasePetition, compared: list[CasePetition], changed: frozenset[str]) -> bool:
    """Neither the petition nor what it was compared with has changed since its verdict."""
    names = {other.petition_id for other in compared}
    return member.matched_petition_id in names and changed.isdisjoint({member.petition_id, *names})


def _first(member: CasePetition, members: list[CasePetition]) -> CasePetition:
    unsure = [made for made in member.links if made.verdict is Verdict.UNSURE]
    if unsure:
        names = {m.petition_id for m in members}
        unsure = [made for made in unsure if made.petition_id not in names]
    if unsure:
        best = max(unsure, key=lambda made: (made.score, made.petition_id))
        return _with(member, Verdict.UNSURE, best.petition_id, best.score, best.evidence)
    return _with(member, Verdict.FIRST, "", 0.0, ())


def _again_as_linked(member: CasePetition, earlier: list[CasePetition]) -> CasePetition | None:
    """What `_again` finds, where linking has compared the same letters; None where it has not, or not all.

    Only of first revisions it is certain that linking had the same text of them.
    """
    compared = earlier[-MOST_COMPARED:]
    if member.revision > 1 or any(other.revision > 1 for other in compared):
        return None
    sure = {made.petition_id: made for made in member.links if made.verdict is not Verdict.UNSURE}
    links = [sure.get(other.petition_id) for other in reversed(compared)]
    found = [made for made in links if made is not None]
    if len(found) < len(compared):
        return None
    copied = next((made for made in found if made.verdict is Verdict.SENT_TO_MANY), None)
    made = copied or found[0]
    return _with(
        member, Verdict.REPEAT if copied is None else copied.verdict, made.petition_id, made.score, made.evidence
    )


def _again(member: CasePetition, earlier: list[CasePetition], trace_of: TraceOf) -> CasePetition:
    """The latest earlier one of which it is a copy sent elsewhere; else it repeats the latest."""
    mine = trace_of(member.petition_id)
    latest = relation(trace_of(earlier[-1].petition_id), mine, SAME_PETITIONER)
    for other in reversed(earlier[-MOST_COMPARED:]):
        theirs = trace_of(other.petition_id)
        if not may_be_sent_to_many(theirs, mine):
            continue
        found = relation(theirs, mine, SAME_PETITIONER) if other is not earlier[-1] else latest
        if is_sent_to_many(theirs, mine, found.text):
            return _with(member, Verdict.SENT_TO_MANY, other.petition_id, found.score, found.evidence)
    return _with(member, Verdict.REPEAT, earlier[-1].petition_id, latest.score, latest.evidence)


def _joining(member: CasePetition, first: CasePetition, trace_of: TraceOf) -> CasePetition:
    found = relation(trace_of(first.petition_id), trace_of(member.petition_id), OTHER_PETITIONER)
    return _with(member, Verdict.JOINING, first.petition_id, found.score, found.evidence)


def _with(
    member: CasePetition, verdict: Verdict, matched: str, score: float, evidence: tuple[str, ...]
) -> CasePetition:
    """The petition with its verdict; the same object where it has it, because that one is not written again."""
    known = (member.verdict, member.matched_petition_id, member.score, member.evidence)
    if known == (verdict, matched, score, evidence):
        return member
    return member.with_changes(verdict=verdict, matched_petition_id=matched, score=score, evidence=evidence)
