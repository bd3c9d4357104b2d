"""What a chain of names may mean on a day, and how much speaks for it."""

from dataclasses import dataclass
from datetime import date

from processors.rules.territory.index import NameIndex
from processors.rules.territory.lineage import Lineage
from processors.rules.territory.meanings import COUNTY, TOWNSHIP, VILLAGE
from processors.rules.territory.reading import Chain, find_villages

ABROAD_REACH = 12
"""Characters after a place of another province in which a township's name still belongs to it."""
MOST_SAME_NAMES = 50
"""A village name that more villages bear says nothing without its township."""
_LEVEL_SCORE = (0.0, 0.0, 1.0, 2.0, 3.0, 3.5)
"""By rank: what names a village says more than what names its county."""


@dataclass(slots=True, eq=False)
class Candidate:
    """One chain led to the day of the matter."""

    chain: Chain
    codes: tuple[str, ...]
    is_own: bool
    by_context: str = ""
    """What chose among several divisions of the same name."""

    @property
    def score(self) -> float:
        """How much speaks for the chain by itself: its level, its names, the words around it."""
        chain = self.chain
        score = _LEVEL_SCORE[min(chain.rank, VILLAGE)] + 0.5 * (len(chain.names) - 1) + chain.weight
        return score if chain.meaning.is_full else score - 0.5


class Reader:
    """Leads the chains of a text to the day of the matter. `near`: the source's county and what is above it."""

    def __init__(self, index: NameIndex, lineage: Lineage) -> None:
        self._index = index
        self._lineage = lineage

    def candidates(self, chains: list[Chain], on: date, near: tuple[str, ...]) -> list[Candidate]:
        """What the chains mean, without those that only seem to lie here."""
        if len(chains) == 1:
            return [self._candidate(chains[0], chains, on, near)]
        result = [self._candidate(chain, chains, on, near) for chain in chains]
        if all(candidate.is_own for candidate in result):
            return result
        return [c for c in result if not is_abroad(c, result)]

    def villages(self, text: str, own: list[Candidate], on: date, near: tuple[str, ...]) -> list[Candidate]:
        """Villages without a township: within the county that the text or the source names."""
        within = next((c.codes[0] for c in own if c.chain.rank == COUNTY and len(c.codes) == 1), "")
        context = "文中另有上级地名" if within else "按来源地区确定" if near else "仅有村名"
        within = within or (near[0] if near else "")
        result = []
        for chain in find_villages(text, self._index, within):
            codes = self._codes_on(chain, on)
            # Without county and source only a text that is nothing but the name of a village means one of ours.
            if within or (chain.end - chain.start == len(text.strip()) and len(codes) <= MOST_SAME_NAMES):
                result.append(Candidate(chain, codes, True, context))
        return result

    def _candidate(self, chain: Chain, chains: list[Chain], on: date, near: tuple[str, ...]) -> Candidate:
        if not chain.meaning.own:
            return Candidate(chain, (), False)
        codes = self._codes_on(chain, on)
        context = ""
        if len(codes) > 1:
            others = [c for c in chains if c is not chain and c.rank < chain.rank]
            codes, context = self._choose(codes, chain, on, others, near)
        return Candidate(chain, codes, True, context)

    def _choose(
        self, codes: tuple[str, ...], chain: Chain, on: date, others: list[Chain], near: tuple[str, ...]
    ) -> tuple[tuple[str, ...], str]:
        """The codes on that day, narrowed by the higher places of the text, the lowest first, then by the source."""
        uppers = {code: self._ever_above(code, chain, on) for code in codes}
        for other in sorted(others, key=lambda c: -c.rank):
            codes = tuple(c for c in codes if not uppers[c].isdisjoint(other.codes)) or codes
            if len(codes) == 1:
                return codes, "文中另有上级地名"
        # A township of that name elsewhere in the source's city is no evidence; a county of the city is.
        for upper in near if chain.rank <= COUNTY else near[:1]:
            fitting = tuple(c for c in codes if upper in uppers[c])
            if len(fitting) == 1:
                return fitting, "按来源地区确定"
            codes = fitting or codes
        township = self._township_near(chain, on, near)
        return (township, "按来源地区确定") if township else (codes, "")

    def _township_near(self, chain: Chain, on: date, near: tuple[str, ...]) -> tuple[str, ...]:
        """The source's township of that name, where its village is not in the register."""
        if not near or not chain.villages:
            return ()
        codes = {code for sense in chain.senses for code in self._lineage.led_to(sense.division, on)}
        here = tuple(code for code in codes if near[0] in self._lineage.trail(code, on).codes)
        return here if len(here) == 1 else ()

    def _ever_above(self, code: str, chain: Chain, on: date) -> frozenset[str]:
        """What lies above a code on the day or ever lay above it, without the province, which all share."""
        ever = next((s.uppers for s in chain.senses if s.division.code == code), frozenset[str]())
        trail = self._lineage.trail(code, on)
        return (ever | set(trail.codes)) - {division.code for division in trail.divisions if not division.parent}

    def _codes_on(self, chain: Chain, on: date) -> tuple[str, ...]:
        if chain.villages:
            if len(chain.villages) == 1:
                return (chain.villages[0].code,)
            codes = tuple(sorted({v.code for v in chain.villages}))
            if len(codes) == 1 or not chain.senses:
                return codes
            # Two villages of one name in one township leave the township certain.
            parents = {self._lineage.trail(code, on).divisions[1].code for code in codes}
            return tuple(parents) if len(parents) == 1 else codes
        own = chain.meaning.own
        if len(own) == 1:
            return self._lineage.led_to(own[0].division, on)
        # Who bears a name on that day goes before who bore it once, but a township's old name lives on among people.
        if chain.rank < TOWNSHIP or len(chain.names) > 1:
            own = tuple([sense for sense in own if sense.division.is_valid_on(on)]) or own
        return tuple(sorted({c for s in own for c in self._lineage.led_to(s.division, on)}))


def is_abroad(candidate: Candidate, candidates: list[Candidate]) -> bool:
    """A name without anything above it, shortly after a place of another province, lies there."""
    chain = candidate.chain
    if not candidate.is_own or chain.top_rank < COUNTY:
        return False
    reach = ABROAD_REACH if chain.top_rank > COUNTY else 1 if len(chain.names) == 1 else -1
    return any(not other.is_own and 0 <= chain.start - other.chain.end <= reach for other in candidates)
