"""Names that stand together in a text, from the higher to the lower: each chain means one place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from processors.rules.territory.cues import is_part_of_other_name, weight_of
from processors.rules.territory.index import COUNTY, TOWNSHIP, VILLAGE, Form, NameIndex, Sense, Village

_BETWEEN = re.compile(r"[\s　，,、/·\-—（）()：:]{0,3}(?:下辖的?|所属的?|辖区内?的?|境内的?|的)?")
_LEVEL_WORD = re.compile(r"街道办事处|街道办|街道|办事处|镇政府(?=.)|镇|乡")
_COUNTY_WORD = re.compile(r"[市县区]")
_VILLAGE_WORD = re.compile(
    r"村民委员会|村委会|行政村|自然村|村委|村|社区居民委员会|社区居委会|社区|居民委员会|居委会|居委"
)
_LONGEST_STEM = 8


@dataclass(frozen=True, slots=True)
class Chain:
    """A run of names in a text. `senses` are what its last name may mean, given the names before it."""

    start: int
    end: int
    names: tuple[str, ...]
    senses: tuple[Sense, ...]
    villages: tuple[Village, ...] = ()
    weight: float = 0.0
    is_home: bool = False
    has_conflict: bool = False

    @property
    def rank(self) -> int:
        """Level of the last name."""
        return VILLAGE if self.villages else self.senses[0].rank

    @property
    def form(self) -> Form:
        """How fully the last division above the villages is written, at best."""
        return max((sense.form for sense in self.senses), default=Form.FULL)

    @property
    def codes(self) -> frozenset[str]:
        """Codes that the last division above the villages may mean."""
        return frozenset(sense.division.code for sense in self.senses)


def read_chains(text: str, index: NameIndex) -> list[Chain]:
    """The places that a text names, in its order."""
    chains: list[Chain] = []
    current: Chain | None = None
    for start, end, senses in index.find(text):
        if current is not None and start < current.end:
            continue
        joined = _join(current, start, end, senses, text) if current is not None else None
        if joined is None:
            begun = _begin(start, end, senses, text)
            if begun is None:
                continue
            if current is not None:
                chains.append(current)
                if _is_adjacent(current.end, start, text) and current.rank < begun.rank:
                    begun = replace(begun, has_conflict=True)
            joined = begun
        current = _extend(joined, text, index)
    if current is not None:
        chains.append(current)
    return [_weighed(chain, text) for chain in chains]


def find_villages(text: str, index: NameIndex, within: str) -> list[Chain]:
    """Villages named without anything above them, among those of one county or city; all where `within` is empty."""
    found = []
    for word in _VILLAGE_WORD.finditer(text):
        for length in range(min(_LONGEST_STEM, word.start()), 1, -1):
            meant = index.villages.get(text[word.start() - length : word.start()], ())
            here = tuple(v for v in meant if _fits(v, word.group()) and (not within or within in v.uppers))
            if here:
                found.append(Chain(word.start() - length, word.end(), (here[0].name,), (), here))
                break
    return [_weighed(chain, text) for chain in found]


def _begin(start: int, end: int, senses: tuple[Sense, ...], text: str) -> Chain | None:
    free = [sense for sense in senses if not sense.needs_upper]
    full = [sense for sense in free if sense.form is Form.FULL]
    if full:
        # A county goes before a township of the same name, which would be written with its county.
        highest = min(sense.rank for sense in full)
        return Chain(start, end, (text[start:end],), tuple(s for s in full if s.rank == highest or not s.is_own))
    if not free or is_part_of_other_name(text, end):
        return None
    return Chain(start, _after_level_word(text, end), (text[start:end],), tuple(free))


def _after_level_word(text: str, end: int) -> int:
    """People write a wrong level after a right name: 祥符县 for 祥符区."""
    return end + 1 if _COUNTY_WORD.match(text, end) else end


def _join(chain: Chain, start: int, end: int, senses: tuple[Sense, ...], text: str) -> Chain | None:
    if not _is_adjacent(chain.end, start, text) or chain.villages:
        return None
    below = tuple(sense for sense in senses if not sense.uppers.isdisjoint(chain.codes))
    if not below or (max(s.form for s in below) is Form.STEM and is_part_of_other_name(text, end)):
        return None
    last = _after_level_word(text, end) if below[0].form is Form.STEM and below[0].rank == COUNTY else end
    return Chain(chain.start, last, (*chain.names, text[start:end]), below)


def _is_adjacent(end: int, start: int, text: str) -> bool:
    if start == end:
        return True
    if start - end > 8:
        return False
    gap = _BETWEEN.match(text, end, start)
    return gap is not None and gap.end() == start


def _extend(chain: Chain, text: str, index: NameIndex) -> Chain:
    """Follow a county with a township named without its level, and either with a village."""
    if not any(sense.is_own for sense in chain.senses):
        return chain
    if chain.rank in (COUNTY, COUNTY - 1):
        chain = _with_township(chain, text, index)
    return _with_village(chain, text, index) if chain.rank in (COUNTY, TOWNSHIP) else chain


def _with_township(chain: Chain, text: str, index: NameIndex) -> Chain:
    begin = _next_begin(chain.end, text)
    for length in range(min(_LONGEST_STEM, len(text) - begin), 1, -1):
        written = text[begin : begin + length]
        senses = [s for code in chain.codes for s in index.stems_below.get(code, {}).get(written, ())]
        if not senses:
            continue
        level = _LEVEL_WORD.match(text, begin + length)
        if level is None and (chain.rank < COUNTY or not _stands_alone(senses, text, begin + length)):
            continue
        end = level.end() if level else begin + length
        distinct = {(s.division.code, s.division.valid_from): s for s in senses}.values()
        # 新桥乡 of 永城 became 新桥镇: under its county the name with any level of a township is the full name.
        written_as = tuple(replace(s, form=Form.FULL) for s in distinct) if level else tuple(distinct)
        return Chain(chain.start, end, (*chain.names, text[begin:end]), written_as)
    return chain


def _stands_alone(senses: Iterable[Sense], text: str, end: int) -> bool:
    """A town may be named without its level, a sub-district not: its name is mostly that of a road."""
    is_town = any(not sense.division.name.endswith("街道") for sense in senses)
    return is_town and not is_part_of_other_name(text, end) and _COUNTY_WORD.match(text, end) is None


def _with_village(chain: Chain, text: str, index: NameIndex) -> Chain:
    begin = _next_begin(chain.end, text)
    needs_word = chain.rank < TOWNSHIP
    for length in range(min(_LONGEST_STEM, len(text) - begin), 1, -1):
        meant = index.villages.get(text[begin : begin + length])
        if not meant:
            continue
        word = _VILLAGE_WORD.match(text, begin + length)
        if word is None and (needs_word or is_part_of_other_name(text, begin + length)):
            continue
        here = tuple(
            v for v in meant if not v.uppers.isdisjoint(chain.codes) and _fits(v, word.group() if word else "")
        )
        if here:
            end = word.end() if word else begin + length
            return replace(chain, end=end, names=(*chain.names, text[begin:end]), villages=here)
    return chain


def _fits(village: Village, word: str) -> bool:
    """A community is recognised by its word only: without it the name is mostly that of a road or estate."""
    return not village.is_community or word.startswith(("社区", "居"))


def _next_begin(end: int, text: str) -> int:
    gap = _BETWEEN.match(text, end)
    return gap.end() if gap else end


def _weighed(chain: Chain, text: str) -> Chain:
    weight, is_home = weight_of(text, chain.start, chain.end)
    return replace(chain, weight=weight, is_home=is_home)
