"""Locates a matter: the division that a text means on a day, how sure that is, and why."""

from collections.abc import Iterable
from datetime import date

from processors.rules.register import Division, Register
from processors.rules.territory.candidates import Candidate, is_abroad, reason_of, score_of
from processors.rules.territory.index import COUNTY, TOWNSHIP, Form, NameIndex
from processors.rules.territory.lineage import RANK, Lineage
from processors.rules.territory.reading import Chain, find_villages, read_chains
from schemas.events import Place
from schemas.terms import Confidence, Level

BODY_CHARACTERS = 2_000
"""A letter names its place early; what follows mostly names offices."""
CLEAR_LEAD = 1.0
"""A place with less lead than this over another one leaves the matter's place open."""
SHORT_TEXT = 40
MOST_KNOWN = 20_000
"""Short texts repeat: a source writes the same places again and again. This many answers are kept."""
MOST_ALTERNATIVES = 8
MOST_SAME_NAMES = 50
"""A village name that more villages bear says nothing without its township."""

_NOWHERE = Place()
_SURE = (Confidence.CERTAIN, Confidence.LIKELY)


class Gazetteer:
    """The names of a register. Built once; `locate` is pure."""

    def __init__(self, register: Register) -> None:
        self._lineage = Lineage(register)
        self._index = NameIndex(register, self._lineage)
        self._known: dict[tuple[str, int, str], Place] = {}
        self._provinces = frozenset(d.code for d in register.divisions if d.level is Level.PROVINCE)

    def locate_matter(self, place_text: str, title: str, body: str, on: date, near: str = "") -> Place:
        """The place named for the matter, else in its title, else in its body; a later text may be more exact."""
        best = _NOWHERE
        unsure = ""
        for text in (place_text, title, body[:BODY_CHARACTERS]):
            if not text:
                continue
            place = self.locate(text, on, near)
            if unsure and place.confidence in _SURE:
                # A title may name the county that the field for the place left out.
                again = self.locate(unsure, on, place.code)
                best, unsure = (again if again.confidence in _SURE else best), ""
            if best.confidence is Confidence.NONE:
                best = place if place.confidence is not Confidence.NONE or not best.reason else best
                unsure = text if best.confidence is Confidence.AMBIGUOUS else ""
            elif self._is_inside(place, best, on):
                best = place
            if best.code and best.level is not None and RANK[best.level] >= TOWNSHIP:
                return best
        return best

    def locate(self, text: str, on: date, near: str = "") -> Place:
        """The division that a text means on a day; `near`, the source's county, decides between equal names."""
        if len(text) > SHORT_TEXT:
            return self._locate(text, on, near)
        key = (text, self._lineage.epoch(on), near)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            known = self._known[key] = self._locate(text, on, near)
        return known

    def _locate(self, text: str, on: date, near: str) -> Place:
        above = self._counties_up(near, on) if near else ()
        chains = read_chains(text, self._index, frozenset(above))
        candidates = self._candidates(chains, on, above)
        candidates = [c for c in candidates if not is_abroad(c, candidates)]
        own = [c for c in candidates if c.is_own]
        is_elsewhere = len(own) < len(candidates) and not own
        if not is_elsewhere and not any(c.chain.rank >= TOWNSHIP for c in own):
            candidates += self._villages(text, own, on, above)
            own = [c for c in candidates if c.is_own]
        if not own:
            return self._not_here(candidates)
        return self._judge(candidates, on, above)

    def _candidates(self, chains: list[Chain], on: date, near: tuple[str, ...]) -> list[Candidate]:
        result = []
        for chain in chains:
            if not any(sense.is_own for sense in chain.senses):
                result.append(Candidate(chain, (), False, score_of(chain)))
                continue
            others = [c for c in chains if c is not chain and c.rank < chain.rank]
            codes, context = self._choose(chain, on, others, near)
            result.append(Candidate(chain, codes, True, score_of(chain), context))
        return result

    def _choose(
        self, chain: Chain, on: date, others: list[Chain], near: tuple[str, ...]
    ) -> tuple[tuple[str, ...], str]:
        """The codes on that day, narrowed by the higher places of the text, the lowest first, then by the source."""
        codes = self._codes_on(chain, on)
        if len(codes) <= 1:
            return codes, ""
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
        here = tuple(code for code in codes if near[0] in self._path_codes(code, on))
        return here if len(here) == 1 else ()

    def _ever_above(self, code: str, chain: Chain, on: date) -> frozenset[str]:
        """What lies above a code on the day or ever lay above it, without the province, which all share."""
        ever = next((s.uppers for s in chain.senses if s.division.code == code), frozenset[str]())
        return (ever | {d.code for d in self._lineage.path(code, on)}) - self._provinces

    def _codes_on(self, chain: Chain, on: date) -> tuple[str, ...]:
        if chain.villages:
            codes = tuple(sorted({v.code for v in chain.villages}))
            if len(codes) == 1 or not chain.senses:
                return codes
            # Two villages of one name in one township leave the township certain.
            parents = {self._lineage.path(code, on)[1].code for code in codes}
            return tuple(parents) if len(parents) == 1 else codes
        own = [sense for sense in chain.senses if sense.is_own]
        current = [sense for sense in own if sense.division.is_valid_on(on)]
        # Who bears a name on that day goes before who bore it once, but a township's old name lives on among people.
        if chain.rank < TOWNSHIP or len(chain.names) > 1:
            own = current or own
        return tuple(sorted({c for s in own for c in self._lineage.led_to(s.division, on)}))

    def _villages(self, text: str, own: list[Candidate], on: date, near: tuple[str, ...]) -> list[Candidate]:
        """Villages without a township: within the county that the text or the source names."""
        within = next((c.codes[0] for c in own if c.chain.rank == COUNTY and len(c.codes) == 1), "")
        context = "文中另有上级地名" if within else "按来源地区确定" if near else "仅有村名"
        within = within or (near[0] if near else "")
        result = []
        for chain in find_villages(text, self._index, within):
            codes = self._codes_on(chain, on)
            # Without county and source only a text that is nothing but the name of a village means one of ours.
            if within or (chain.end - chain.start == len(text.strip()) and len(codes) <= MOST_SAME_NAMES):
                result.append(Candidate(chain, codes, True, score_of(chain), context))
        return result

    def _judge(self, candidates: list[Candidate], on: date, near: tuple[str, ...]) -> Place:
        scored = sorted(
            ((self._supported(c, candidates, on), -c.chain.start, c) for c in candidates if c.codes or not c.is_own),
            key=lambda item: item[:2],
            reverse=True,
        )
        if not scored:
            return _NOWHERE
        top, _, best = scored[0]
        if not best.is_own:
            home = [item for item in scored if item[2].is_own]
            if len(best.chain.names) > 1 or not home:
                return self._not_here([best])
            top, _, best = home[0]
        rivals = [
            other
            for score, _, other in scored
            if other is not best and top - score < CLEAR_LEAD and other.is_own and not self._agree(best, other, on)
        ]
        if len(best.codes) > 1 or rivals:
            codes = dict.fromkeys([*best.codes, *(code for rival in rivals for code in rival.codes)])
            return self._open(best, rivals, tuple(codes), on)
        if self._is_far(best, on, near):
            return self._open(best, (), best.codes, on)
        return self._found(best, candidates, on, near)

    def _is_far(self, best: Candidate, on: date, near: tuple[str, ...]) -> bool:
        """A bare township of another city than the source's is more likely one that the register does not know."""
        if not near or best.by_context or best.chain.top_rank < TOWNSHIP:
            return False
        return set(near).isdisjoint(self._path_codes(best.codes[0], on))

    def _supported(self, candidate: Candidate, candidates: list[Candidate], on: date) -> float:
        """Its own score, and a little for every other place of the text that contains or repeats it."""
        if not candidate.is_own or len(candidate.codes) != 1:
            return candidate.score - (0.5 if candidate.is_own else 0.0)
        above = self._path_codes(candidate.codes[0], on)
        support = sum(
            1 for other in candidates if other is not candidate and len(other.codes) == 1 and other.codes[0] in above
        )
        return candidate.score + min(1.0, 0.5 * support)

    def _agree(self, one: Candidate, other: Candidate, on: date) -> bool:
        """Whether one of two places contains the other."""
        if len(other.codes) != 1:
            return any(code in self._path_codes(one.codes[0], on) for code in other.codes)
        first, second = one.codes[0], other.codes[0]
        return second in self._path_codes(first, on) or first in self._path_codes(second, on)

    def _found(self, best: Candidate, candidates: list[Candidate], on: date, near: tuple[str, ...]) -> Place:
        chain = best.chain
        path = self._lineage.path(best.codes[0], on)
        is_contradicted = any(
            c is not best
            and c.is_own
            and not c.chain.is_home
            and c.chain.rank >= COUNTY
            and not self._agree(best, c, on)
            for c in candidates
            if c.codes
        )
        is_sure = (
            chain.form is Form.FULL
            and not best.by_context
            and not (chain.villages and chain.senses and chain.senses[0].rank < TOWNSHIP)
            and not chain.is_bent
            and not chain.is_home
            and not is_contradicted
            and (len(chain.names) > 1 or self._stands_by_itself(chain, path, near))
        )
        return Place(
            code=path[0].code,
            name="".join(division.name for division in reversed(path)),
            level=path[0].level,
            confidence=Confidence.CERTAIN if is_sure else Confidence.LIKELY,
            reason=reason_of(best, path[0], is_contradicted),
        )

    def _stands_by_itself(self, chain: Chain, path: tuple[Division, ...], near: tuple[str, ...]) -> bool:
        """A name alone is certain for a county and above, for a township only in the source's own county."""
        is_shared = any(not sense.is_own for sense in chain.senses)
        is_near = bool(near) and any(division.code == near[0] for division in path)
        return is_near or (chain.rank <= COUNTY and not is_shared)

    def _open(self, best: Candidate, rivals: Iterable[Candidate], codes: tuple[str, ...], on: date) -> Place:
        """Several places remain: the division that contains them all, where it is below the province."""
        paths = [self._lineage.path(code, on) for code in codes]
        shared = set.intersection(*({d.code for d in path} for path in paths))
        common = next((d for d in paths[0] if d.code in shared and d.level is not Level.PROVINCE), None)
        names = dict.fromkeys("".join(c.chain.names) for c in (best, *rivals))
        first = next(iter(names))
        if len(codes) == 1:
            return Place(confidence=Confidence.AMBIGUOUS, reason=f"“{first}”仅见于来源地区之外", alternatives=codes)
        reason = f"文中有多处地名：{'、'.join(names)}" if len(names) > 1 else f"“{first}”有{len(codes)}处同名"
        above = self._lineage.path(common.code, on) if common else ()
        return Place(
            code=common.code if common else "",
            name="".join(division.name for division in reversed(above)),
            level=common.level if common else None,
            confidence=Confidence.AMBIGUOUS,
            reason=reason,
            alternatives=codes[:MOST_ALTERNATIVES],
        )

    def _not_here(self, candidates: list[Candidate]) -> Place:
        foreign = [c for c in candidates if not c.is_own]
        if not foreign:
            return _NOWHERE
        best = max(foreign, key=lambda c: c.score)
        return Place(reason=f"文中地名“{''.join(best.chain.names)}”不在本省")

    def _is_inside(self, place: Place, outer: Place, on: date) -> bool:
        if place.confidence not in _SURE or not outer.code:
            return False
        return place.code != outer.code and outer.code in self._path_codes(place.code, on)

    def _counties_up(self, code: str, on: date) -> tuple[str, ...]:
        """The county of a code and what is above it, below the province."""
        path = self._lineage.path(code, on)
        return tuple(d.code for d in path if Level.PROVINCE is not d.level and RANK[d.level] <= COUNTY)

    def _path_codes(self, code: str, on: date) -> tuple[str, ...]:
        return tuple(d.code for d in self._lineage.path(code, on) if d.level is not Level.PROVINCE)
