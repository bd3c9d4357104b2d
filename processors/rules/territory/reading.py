"""Names that stand together in a text, from the higher to the lower: each chain means one place."""

import re
from collections.abc import Iterator

from processors.rules.territory.cues import is_part_of_other_name, weight_of
from processors.rules.territory.index import NameIndex
from processors.rules.territory.meanings import (
    COUNTY,
    LONGEST_STEM,
    TOWNSHIP,
    VILLAGE,
    Form,
    Meaning,
    Name,
    Sense,
    Village,
)
from processors.rules.territory.names import SHORTEST_STEM

_BETWEEN = re.compile(r"[\s　，,、/·\-—（）()：:]{0,3}(?:下辖的?|所属的?|辖区内?的?|境内的?|的)?")
_LEVEL_WORD = re.compile(r"街道办事处|街道办|街道|办事处|镇政府(?=.)|镇|乡")
_COUNTY_WORD = re.compile(r"[市县区]")
_VILLAGE_WORD = re.compile(
    r"村民委员会|村委会|行政村|自然村|村委|村|社区居民委员会|社区居委会|社区|居民委员会|居委会|居委"
)
_NO_MEANING = Meaning(())


class Chain:
    """A run of names in a text, and what its last name above the villages means, given the names before it."""

    __slots__ = (
        "end",
        "is_bent",
        "is_home",
        "meaning",
        "names",
        "rank",
        "start",
        "top_rank",
        "villages",
        "weight",
    )

    def __init__(self, start: int, end: int, name: str, meaning: Meaning) -> None:
        self.start = start
        self.end = end
        self.names = [name]
        self.villages: tuple[Village, ...] = ()
        self.is_bent = False
        """Whether its names do not hang together by the register: a zone's township under the county around it."""
        self.weight = 0.0
        self.is_home = False
        self.meaning = meaning
        self.rank = meaning.rank
        """Level of the last name."""
        self.top_rank = self.rank
        """Level of the first name."""

    @property
    def senses(self) -> tuple[Sense, ...]:
        """What the last name above the villages may mean."""
        return self.meaning.senses

    @property
    def codes(self) -> frozenset[str]:
        """Codes that the last name above the villages may mean."""
        return self.meaning.codes

    def follow(self, end: int, name: str, meaning: Meaning) -> None:
        """Go on to a lower division."""
        self.end = end
        self.names.append(name)
        self.meaning = meaning
        self.rank = meaning.rank

    def reach(self, end: int, name: str, villages: tuple[Village, ...]) -> None:
        """End at a village."""
        self.end = end
        self.names.append(name)
        self.villages = villages
        self.rank = VILLAGE


def read_chains(text: str, index: NameIndex, near: frozenset[str] = frozenset()) -> list[Chain]:
    """The places that a text names, in its order; a county named by an everyday word only near the source."""
    chains: list[Chain] = []
    current: Chain | None = None
    # whether it is still to be seen what goes on after `current` without being a name of its own
    is_open = False
    names = index.names
    for number, start, end in index.find(text):
        name = names[number]
        if current is None:
            current = _begin(start, end, name.start_near(near), text)
            is_open = current is not None
            continue
        if is_open:
            if start != current.end or not (index.is_high[number] and _goes_on_above(name, current, index)):
                _extend(current, text, index)
            is_open = False
        if start < current.end:
            continue
        is_adjacent = start == current.end or _is_adjacent(current.end, start, text)
        if is_adjacent and _join(current, start, end, name, text, index):
            is_open = True
            continue
        begun = _begin(start, end, name.start_near(near), text)
        if begun is None:
            continue
        _extend(begun, text, index)
        if is_adjacent and _is_doubtful(current, begun):
            continue
        begun.is_bent = is_adjacent and current.rank < begun.rank
        chains.append(current)
        current = begun
    if current is not None:
        if is_open:
            _extend(current, text, index)
        chains.append(current)
    for chain in chains:
        # What is nothing but the names of one place has no words around them.
        if chain.start or chain.end < len(text):
            chain.weight, chain.is_home = weight_of(text, chain.start, chain.end)
    return chains


def _goes_on_above(name: Name, chain: Chain, index: NameIndex) -> bool:
    """Whether a name, right after a chain, is the full one of its city or county: no township can begin there."""
    below = index.below(name, chain.meaning)
    return below is not None and below.is_full and below.rank <= COUNTY


def _is_doubtful(upper: Chain, lower: Chain) -> bool:
    """A township right after a county that never had it: the county is said, the township is not ours to guess."""
    return upper.rank in (COUNTY, COUNTY - 1) and lower.rank >= TOWNSHIP


def find_villages(text: str, index: NameIndex, within: str) -> list[Chain]:
    """Villages named without anything above them, among those of one county or city; all where `within` is empty."""
    found = []
    for word in _VILLAGE_WORD.finditer(text):
        for start, end in _spans_before(word.start()):
            meant = index.villages.get(text[start:end])
            if meant is None:
                continue
            here = tuple([v for v in meant if (not within or within in v.uppers) and _fits(v, word.group())])
            if here:
                chain = Chain(start, word.end(), here[0].name, _NO_MEANING)
                chain.villages = here
                chain.weight, chain.is_home = weight_of(text, start, word.end())
                found.append(chain)
                break
    return found


def _spans_before(end: int) -> Iterator[tuple[int, int]]:
    """Where the stem of a village may stand before its word, the longest first; 张村 only at the very beginning."""
    for length in range(min(LONGEST_STEM, end), 1, -1):
        yield end - length, end
    if end == 1:
        yield 0, 2


def _begin(start: int, end: int, meaning: Meaning | None, text: str) -> Chain | None:
    if meaning is None:
        return None
    if meaning.is_full:
        return Chain(start, end, text[start:end], meaning)
    if is_part_of_other_name(text, end):
        return None
    return Chain(start, _after_level_word(text, end), text[start:end], meaning)


def _after_level_word(text: str, end: int) -> int:
    """People write a wrong level after a right name: 祥符县 for 祥符区."""
    return end + 1 if _COUNTY_WORD.match(text, end) else end


def _join(chain: Chain, start: int, end: int, name: Name, text: str, index: NameIndex) -> bool:
    if chain.villages:
        return False
    if _is_repeated(chain, start, text):
        chain.end = end
        return True
    below = index.below(name, chain.meaning)
    if below is None:
        return _bend(chain, end, text[start:end], name.senses)
    if not below.is_first_full:
        if is_part_of_other_name(text, end):
            return False
        if below.rank == COUNTY:
            chain.follow(_after_level_word(text, end), text[start:end], below)
            return True
    chain.follow(end, text[start:end], below)
    return True


def _bend(chain: Chain, end: int, name: str, senses: tuple[Sense, ...]) -> bool:
    """A zone's township is mostly written under the county around it: take the only one of that name in the city."""
    if chain.rank != COUNTY:
        return False
    cities = frozenset([code for sense in chain.senses if sense.is_own for code in sense.uppers if len(code) > 2])
    near = tuple([s for s in senses if s.is_in_zone and s.form is Form.FULL and not s.uppers.isdisjoint(cities)])
    if len({sense.division.code for sense in near}) != 1:
        return False
    chain.follow(end, name, Meaning(near))
    chain.is_bent = True
    return True


def _is_adjacent(end: int, start: int, text: str) -> bool:
    if start - end > 8:
        return False
    gap = _BETWEEN.match(text, end, start)
    return gap is not None and gap.end() == start


def _extend(chain: Chain, text: str, index: NameIndex) -> None:
    """Follow a county with a township named without its level, and either with a village."""
    if chain.rank < COUNTY - 1 or chain.end >= len(text) or not chain.meaning.is_own:
        return
    begin = _next_begin(chain.end, text)
    if chain.rank <= COUNTY and _to_township(chain, begin, text, index):
        begin = _next_begin(chain.end, text)
    if chain.rank >= COUNTY:
        _to_village(chain, begin, text, index)


def _to_township(chain: Chain, begin: int, text: str, index: NameIndex) -> bool:
    for below in index.townships_under(chain.meaning):
        for length in below.lengths:
            meaning = below.by_stem.get(text[begin : begin + length])
            if meaning is None or begin + length > len(text):
                continue
            level = _LEVEL_WORD.match(text, begin + length)
            if level is None and (chain.rank < COUNTY or not _stands_alone(meaning, text, begin + length)):
                continue
            end = level.end() if level else begin + length
            chain.follow(end, text[begin:end], index.as_full(meaning) if level else meaning)
            return True
    return False


def _stands_alone(meaning: Meaning, text: str, end: int) -> bool:
    """A town may be named without its level, a sub-district not: its name is mostly that of a road."""
    is_town = any(not sense.division.name.endswith("街道") for sense in meaning.senses)
    return is_town and not (
        is_part_of_other_name(text, end) or _COUNTY_WORD.match(text, end) or _VILLAGE_WORD.match(text, end)
    )


def _to_village(chain: Chain, begin: int, text: str, index: NameIndex) -> None:
    if _is_repeated(chain, begin, text):
        return
    needs_word = chain.rank < TOWNSHIP
    meaning = chain.meaning
    below = index.villages_of(meaning) if meaning.is_township else None
    lengths = below.lengths if below else index.village_lengths.get(text[begin : begin + SHORTEST_STEM], ())
    for length in lengths:
        stem = text[begin : begin + length]
        meant = below.by_stem.get(stem) if below else index.villages_under(stem, meaning.codes)
        if not meant or begin + length > len(text):
            continue
        found = _VILLAGE_WORD.match(text, begin + length)
        # 张村 has its word in its name.
        is_named_so = "村" if stem[-1] == "村" else ""
        if found is None and not is_named_so and (needs_word or is_part_of_other_name(text, begin + length)):
            continue
        word = found.group() if found else is_named_so
        here = meant if len(meant) == 1 and _fits(meant[0], word) else tuple([v for v in meant if _fits(v, word)])
        if here:
            end = found.end() if found else begin + length
            chain.reach(end, text[begin:end], here)
            return


def _is_repeated(chain: Chain, begin: int, text: str) -> bool:
    """Forms repeat what a field before them said (滑县滑县王庄镇); 太平镇太平镇村 is a village."""
    last = chain.names[-1]
    return text.startswith(last, begin) and not _VILLAGE_WORD.match(text, begin + len(last))


def _fits(village: Village, word: str) -> bool:
    """A community is recognised by its word only: without it the name is mostly that of a road or estate."""
    return not village.is_community or word.startswith(("社区", "居"))


def _next_begin(end: int, text: str) -> int:
    first = text[end : end + 1]
    if "一" <= first <= "鿿" and first not in "的下所辖境":
        return end
    gap = _BETWEEN.match(text, end)
    return gap.end() if gap else end
