"""Which of the places that a text names is that of the matter, how sure that is, and how it is told."""

from collections.abc import Iterable, Sequence
from datetime import date

from processors.rules.register import Division
from processors.rules.territory.candidates import Candidate
from processors.rules.territory.lineage import Lineage, trail_on
from processors.rules.territory.meanings import COUNTY, TOWNSHIP, Village
from processors.rules.territory.reading import Chain
from schemas.petition import Place
from schemas.terms import Confidence, Level

CLEAR_LEAD = 1.0
"""A place with less lead than this over another one leaves the matter's place open."""
STRAY = 2.0
"""What a county loses that seems to be part of a name."""
MOST_ALTERNATIVES = 8
NOWHERE = Place()


Spot = tuple[Division | Village, str, tuple[str, ...]]
"""The one place that was found, its full name on the day, and the codes of what it lies in below the province."""


class Judge:
    """Chooses among candidates. `near`: the source's county and what is above it."""

    def __init__(self, lineage: Lineage) -> None:
        self._lineage = lineage

    def judge(self, candidates: list[Candidate], on: date, near: tuple[str, ...]) -> Place:
        """The place that most speaks for; the one that contains all where several remain."""
        if len(candidates) > 1:
            within = [c for c in candidates if not self._is_province(c, on)]
            candidates = within if any(c.is_own and c.codes for c in within) else candidates
        if len(candidates) == 1:
            best = candidates[0]
            return self._decide(best, (), candidates, on, near) if best.codes else NOWHERE
        scored = sorted(
            ((self._supported(c, candidates, on), -c.chain.start, c) for c in candidates if c.codes or not c.is_own),
            key=lambda item: item[:2],
            reverse=True,
        )
        if not scored:
            return NOWHERE
        top, _, best = scored[0]
        if not best.is_own:
            home = [item for item in scored if item[2].is_own]
            if len(best.chain.names) > 1 or not home:
                return not_here([best])
            top, _, best = home[0]
        rivals = [
            other
            for score, _, other in scored
            if other is not best and top - score < CLEAR_LEAD and other.is_own and not self._agree(best, other, on)
        ]
        return self._decide(best, rivals, candidates, on, near)

    def _decide(
        self,
        best: Candidate,
        rivals: Sequence[Candidate],
        candidates: list[Candidate],
        on: date,
        near: tuple[str, ...],
    ) -> Place:
        if len(best.codes) > 1 or rivals:
            codes = dict.fromkeys([*best.codes, *(code for rival in rivals for code in rival.codes)])
            return self._open(best, rivals, tuple(codes), on)
        spot = self._spot(best, on)
        if self._is_far(best, spot, near):
            return self._open(best, (), best.codes, on)
        return self._found(best, spot, candidates, on, near)

    def _spot(self, best: Candidate, on: date) -> Spot:
        villages = best.chain.villages
        if len(villages) == 1 and villages[0].above:
            trail = trail_on(villages[0].above, on)
            return villages[0], trail.name + villages[0].name, trail.codes
        trail = self._lineage.trail(best.codes[0], on)
        return trail.divisions[0], trail.name, trail.codes

    def _is_province(self, candidate: Candidate, on: date) -> bool:
        """The province contains all places of a text, so that naming it too says nothing."""
        return len(candidate.codes) == 1 and not self._lineage.trail(candidate.codes[0], on).codes

    def _is_far(self, best: Candidate, spot: Spot, near: tuple[str, ...]) -> bool:
        """A bare township of another city than the source's is more likely one that the register does not know."""
        if not near or best.by_context or best.chain.top_rank < TOWNSHIP:
            return False
        return set(near).isdisjoint(spot[2])

    def _supported(self, candidate: Candidate, candidates: list[Candidate], on: date) -> float:
        """Its own score, and a little for every other place of the text that contains or repeats it."""
        if not candidate.is_own or len(candidate.codes) != 1:
            return candidate.score - (0.5 if candidate.is_own else 0.0)
        above = self._lineage.trail(candidate.codes[0], on).codes
        support = sum(
            1 for other in candidates if other is not candidate and len(other.codes) == 1 and other.codes[0] in above
        )
        stray = STRAY if self._is_stray(candidate, candidates, above, on) else 0.0
        return candidate.score + min(1.0, 0.5 * support) - stray

    def _is_stray(self, candidate: Candidate, candidates: list[Candidate], above: tuple[str, ...], on: date) -> bool:
        """A county without its city, after a place of another city: mostly part of a name, of an estate or road."""
        chain = candidate.chain
        if chain.rank != COUNTY or len(chain.names) > 1:
            return False
        before = [
            other for other in candidates if other.is_own and len(other.codes) == 1 and other.chain.end <= chain.start
        ]
        return any(above[-1] not in self._lineage.trail(other.codes[0], on).codes for other in before)

    def _agree(self, one: Candidate, other: Candidate, on: date) -> bool:
        """Whether one of two places contains the other."""
        trail = self._lineage.trail
        above = trail(one.codes[0], on).codes
        if len(other.codes) != 1:
            return any(code in above for code in other.codes)
        return other.codes[0] in above or one.codes[0] in trail(other.codes[0], on).codes

    def _found(
        self, best: Candidate, spot: Spot, candidates: list[Candidate], on: date, near: tuple[str, ...]
    ) -> Place:
        division, name, above = spot
        chain = best.chain
        is_contradicted = len(candidates) > 1 and self._is_contradicted(best, candidates, on)
        is_sure = (
            chain.meaning.is_full
            and not best.by_context
            and not (chain.villages and chain.meaning.rank < TOWNSHIP)
            and not chain.is_bent
            and not chain.is_home
            and not is_contradicted
            and (len(chain.names) > 1 or _stands_by_itself(chain, above, near))
        )
        return NOWHERE.with_changes(
            code=division.code,
            name=name,
            level=division.level,
            confidence=Confidence.CERTAIN if is_sure else Confidence.LIKELY,
            reason=reason_of(best, division, is_contradicted),
        )

    def _is_contradicted(self, best: Candidate, candidates: list[Candidate], on: date) -> bool:
        """Whether the text names another place that neither contains this one nor lies in it."""
        return any(
            c is not best
            and c.is_own
            and not c.chain.is_home
            and c.chain.rank >= COUNTY
            and not self._agree(best, c, on)
            for c in candidates
            if c.codes
        )

    def _open(self, best: Candidate, rivals: Iterable[Candidate], codes: tuple[str, ...], on: date) -> Place:
        """Several places remain: the division that contains them all, where it is below the province."""
        trails = [self._lineage.trail(code, on).divisions for code in codes]
        shared = set.intersection(*({d.code for d in divisions} for divisions in trails))
        common = next((d for d in trails[0] if d.code in shared and d.level is not Level.PROVINCE), None)
        names = dict.fromkeys("".join(c.chain.names) for c in (best, *rivals))
        first = next(iter(names))
        if len(codes) == 1:
            return Place(confidence=Confidence.AMBIGUOUS, reason=f"“{first}”仅见于来源地区之外", alternatives=codes)
        reason = f"文中有多处地名：{'、'.join(names)}" if len(names) > 1 else f"“{first}”有{len(codes)}处同名"
        return Place(
            code=common.code if common else "",
            name=self._lineage.trail(common.code, on).name if common else "",
            level=common.level if common else None,
            confidence=Confidence.AMBIGUOUS,
            reason=reason,
            alternatives=codes[:MOST_ALTERNATIVES],
        )


def not_here(candidates: list[Candidate]) -> Place:
    """Nothing of this province; the place of another one is told."""
    foreign = [c for c in candidates if not c.is_own]
    if not foreign:
        return NOWHERE
    best = max(foreign, key=lambda c: c.score)
    return Place(reason=f"文中地名“{''.join(best.chain.names)}”不在本省")


def reason_of(best: Candidate, division: Division | Village, is_contradicted: bool) -> str:
    """Why this place, in names of places only."""
    chain = best.chain
    meaning = chain.meaning
    reason = f"文中“{''.join(chain.names)}”"
    if not chain.villages and meaning.senses and division.code not in meaning.codes:
        reason += f"，原{meaning.senses[-1].division.name}，时为{division.name}"
    if best.by_context:
        reason += f"，{best.by_context}"
    if chain.is_home:
        reason += "，仅见住址"
    return f"{reason}，文中另有他处地名" if is_contradicted else reason


def _stands_by_itself(chain: Chain, above: tuple[str, ...], near: tuple[str, ...]) -> bool:
    """A name alone is certain for a county and above, for a township only in the source's own county."""
    is_shared = any(not sense.is_own for sense in chain.senses)
    is_near = bool(near) and near[0] in above
    return is_near or (chain.rank <= COUNTY and not is_shared)
