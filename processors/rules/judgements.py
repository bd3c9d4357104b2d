"""What people judged about pairs of petitions: it wins over every rule.

The latest judgement about a pair counts. *Not the same* keeps the pair apart for ever, also through third
petitions; *same* brings it together; *unsure* leaves it to the rules. Only where people contradict one another over
three petitions does one judgement outweigh another: what is to be apart stays apart.
"""

from collections.abc import Iterable, Mapping, Sequence

from schemas.events import CasePetition, Judgement, Question
from schemas.terms import Opinion, Verdict

Pair = tuple[str, str]
JUDGED_SCORE = 1.0


def pair_of(one: str, other: str) -> Pair:
    """Two petitions in the order in which every judgement names them."""
    return (one, other) if one < other else (other, one)


def in_order(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """Each judgement once, in the order of time; ties by id."""
    each = {made.judgement_id: made for made in judgements}
    return tuple(sorted(each.values(), key=lambda made: (made.at, made.judgement_id)))


def latest(judgements: Iterable[Judgement]) -> dict[Pair, Judgement]:
    """Pair → the judgement that counts."""
    return {made.pair: made for made in in_order(judgements)}


def ever_same(judgements: Iterable[Judgement]) -> set[Pair]:
    """Pairs that somebody once judged the same; they share a home for ever, whatever was judged later."""
    return {made.pair for made in judgements if made.opinion is Opinion.SAME}


def needs_parting(members: Iterable[str], judgements: Iterable[Judgement]) -> bool:
    """Whether a family holds a pair that people want apart, or no longer together."""
    names = set(members)
    found = [made for made in judgements if names.issuperset(made.pair)]
    together = ever_same(found)
    return any(
        made.opinion is Opinion.NOT_SAME or (made.opinion is Opinion.UNSURE and pair in together)
        for pair, made in latest(found).items()
    )


def as_judged(members: tuple[CasePetition, ...], judgements: Sequence[Judgement]) -> tuple[CasePetition, ...]:
    """Verdicts where people have spoken: the evidence says who, and what is answered is no longer unsure."""
    if not judgements:
        return members
    counting = latest(judgements)
    earlier: list[str] = []
    result = []
    for member in members:
        result.append(_as_judged(member, earlier, counting))
        earlier.append(member.petition_id)
    return tuple(result)


def _as_judged(member: CasePetition, earlier: list[str], counting: Mapping[Pair, Judgement]) -> CasePetition:
    name = member.petition_id
    if member.verdict is Verdict.UNSURE:
        return _without_answered(member, counting)
    for other in earlier:
        made = counting.get(pair_of(name, other))
        if made is not None and made.opinion is Opinion.SAME:
            said = f"人工判定为同一事项（{made.by}）"
            return member.with_changes(matched_petition_id=other, score=JUDGED_SCORE, evidence=(said,))
    return member


def questions(members: tuple[CasePetition, ...], judgements: Iterable[Judgement]) -> tuple[Question, ...]:
    """What a person should be asked: unsure links to petitions of other cases that nobody has answered."""
    linked = [member for member in members if member.links]
    if not linked:
        return ()
    names = {member.petition_id for member in members}
    counting = latest(judgements)
    asked = []
    for member in linked:
        for made in member.links:
            answer = counting.get(pair_of(member.petition_id, made.petition_id))
            if made.verdict is Verdict.UNSURE and made.petition_id not in names and _is_open(answer):
                asked.append(
                    Question(
                        petition_id=member.petition_id,
                        other_id=made.petition_id,
                        score=made.score,
                        evidence=made.evidence,
                        is_left_open=answer is not None,
                    )
                )
    return tuple(asked)


def _is_open(answer: Judgement | None) -> bool:
    return answer is None or answer.opinion is Opinion.UNSURE


def _without_answered(member: CasePetition, counting: Mapping[Pair, Judgement]) -> CasePetition:
    """The first petition of a case is unsure only while nobody has answered the question."""

    def is_open(other: str) -> bool:
        return _is_open(counting.get(pair_of(member.petition_id, other)))

    if is_open(member.matched_petition_id):
        return member
    left = [made for made in member.links if made.verdict is Verdict.UNSURE and is_open(made.petition_id)]
    if not left:
        return member.with_changes(verdict=Verdict.FIRST, matched_petition_id="", score=0.0, evidence=())
    best = max(left, key=lambda made: (made.score, made.petition_id))
    return member.with_changes(matched_petition_id=best.petition_id, score=best.score, evidence=best.evidence)
