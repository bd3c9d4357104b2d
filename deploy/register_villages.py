"""Villages of an older list under the townships of each day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from processors.rules.register import BEGINNING, END, Division
from processors.rules.territory.names import stem, village_name
from schemas.terms import Level

LISTED_ON = date(2016, 7, 31)
"""A day on which the list of villages was true."""
_SIDES, _COUNTY_SEAT = frozenset("东西南北中"), "城关"


@dataclass(frozen=True, slots=True)
class Home:
    """The division that a village lay under during one period."""

    parent: str
    valid_from: date = BEGINNING
    valid_to: date = END


def attach_villages(
    committees: Iterable[tuple[str, str]], townships: list[Division], upper: list[Division]
) -> Iterator[Division]:
    """Each village under its township of each day; under its county where nothing says which township it came to."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, committee in committees:
        groups[code[:9]].append((code, village_name(committee)))
    found = _townships_of(groups, townships, upper)
    for township_code, members in sorted(groups.items()):
        homes = found[township_code]
        names: set[str] = set()
        for code, name in members:
            if name in names:
                continue
            names.add(name)
            for home in homes:
                yield Division(code, name, Level.VILLAGE, home.parent, home.valid_from, home.valid_to)


def _townships_of(
    groups: dict[str, list[tuple[str, str]]], townships: list[Division], upper: list[Division]
) -> dict[str, list[Home]]:
    history = _History(townships)
    counties = {d.code: d for d in upper if d.level is Level.COUNTY and d.valid_to > LISTED_ON}
    ended = {d.code: d for d in upper if d.level is Level.COUNTY}
    renumbered = {code for code, county in counties.items() if county.valid_to != END}
    seats = {code: history.seats(code[:6], groups[code]) for code in groups if code[:6] in renumbered}
    listed = _put_right({code: period for code in groups if (period := history.on_list(code))}, seats)
    homes = {code: history.homes(period) for code, period in listed.items()}
    taken = {home.parent for found in homes.values() for home in found}
    for code, members in sorted(groups.items()):
        if code in homes:
            continue
        county = code[:6] if code[:6] in counties and counties[code[:6]].valid_to == END else _heir(code[:6], ended)
        named = history.named_after(county, {name for _, name in members}, taken)
        homes[code] = history.homes(named) if named else [Home(county)]
    return homes


def _put_right(listed: dict[str, Division], seats: dict[str, set[Division]]) -> dict[str, Division]:
    """Where a county was numbered anew its townships' former codes are guessed: there the villages' names decide.

    A group that holds the seat of one other township, and not of its own, is that one's, unless the group under that
    one's code holds its seat, too. The town around a county's seat (城关) bears no village's name.
    """
    confirmed = {period for code, period in listed.items() if period in seats.get(code, ())}
    claims: dict[Division, list[str]] = defaultdict(list)
    for code, period in listed.items():
        others = seats.get(code, set()) - confirmed
        if period not in confirmed and len(others) == 1 and not period.name.startswith(_COUNTY_SEAT):
            claims[others.pop()].append(code)
    moved = {codes[0]: period for period, codes in claims.items() if len(codes) == 1}
    lost = set(moved.values())
    return {code: moved.get(code, period) for code, period in listed.items() if code in moved or period not in lost}


def _heir(code: str, counties: dict[str, Division]) -> str:
    """Today's county of an abolished one, the first where it was split."""
    while code in counties and counties[code].valid_to != END and counties[code].successors:
        code = counties[code].successors[0]
    return code if code in counties else code[:4]


class _History:
    """Periods of townships, linked both ways."""

    def __init__(self, townships: list[Division]) -> None:
        self._by_code: dict[str, list[Division]] = defaultdict(list)
        self._before: dict[tuple[str, date], list[Division]] = defaultdict(list)
        self._by_county: dict[str, list[Division]] = defaultdict(list)
        for period in townships:
            self._by_code[period.code].append(period)
            self._by_county[period.parent].append(period)
            for heir in period.successors:
                self._before[heir, period.valid_to].append(period)

    def on_list(self, code: str) -> Division | None:
        """The township that had the code when the villages were listed."""
        valid = [p for p in self._by_code.get(code, ()) if p.is_valid_on(LISTED_ON)]
        if valid:
            return valid[0]
        # The two sources apply a change a year apart; the nearest period of the code is the same place.
        near = [p for p in self._by_code.get(code, ()) if p.valid_to > date(2014, 1, 1)]
        return min(near, key=lambda p: abs((p.valid_to - LISTED_ON).days), default=None)

    def seats(self, county: str, villages: Iterable[tuple[str, str]]) -> set[Division]:
        """The townships of the county, when the villages were listed, whose name one of these villages bears.

        A community in town (社区) is called after anything.
        """
        names = {stem(name, Level.VILLAGE) for _, name in villages if name.endswith("村")}
        listed = (p for p in self._by_county.get(county, ()) if p.is_valid_on(LISTED_ON))
        return {p for p in listed if stem(p.name, Level.TOWNSHIP) in names}

    def homes(self, period: Division) -> list[Home]:
        """The periods of the townships that this one came from and went into, while there is only one."""
        chain = [Home(period.code, period.valid_from, period.valid_to)]
        first = period
        while len(before := self._before.get((first.code, first.valid_from), [])) == 1:
            if len(before[0].successors) > 1:
                break
            first = before[0]
            chain.insert(0, Home(first.code, first.valid_from, first.valid_to))
        last = period
        while last.valid_to != END:
            after = [p for c in last.successors for p in self._by_code.get(c, ()) if p.is_valid_on(last.valid_to)]
            if len(after) != 1:
                chain.append(Home(last.parent, last.valid_to))
                break
            last = after[0]
            chain.append(Home(last.code, last.valid_from, last.valid_to))
        chain[0] = Home(chain[0].parent, BEGINNING, chain[0].valid_to)
        return chain

    def named_after(self, county: str, villages: set[str], taken: set[str]) -> Division | None:
        """The only township of the county without villages that bears the name of one of these: its seat.

        A seat may be several villages, each named after the side on which it lies (赵固东村, 赵固西村).
        """
        free = [p for p in self._by_county.get(county, ()) if p.valid_to == END and p.code not in taken]
        for names in (villages, {name.removesuffix("村")[:-1] for name in villages if name[-2:-1] in _SIDES}):
            seats = {stem(name, Level.VILLAGE) for name in names}
            found = [p for p in free if stem(p.name, Level.TOWNSHIP) in seats]
            if len(found) == 1:
                return found[0]
        return None
