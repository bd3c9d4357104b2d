"""One invented matter: a kind of matter in one place, with its own firms, sums, dates and names."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random

from deploy.demo.corpus import MatterKind, Names
from deploy.demo.people import Person, draw_firm, draw_name, pick
from deploy.demo.places import Spot

GROUPS = ("一组", "二组", "三组", "四组", "五组", "六组", "七组", "八组", "九组")
FORM_FACTS = ("n", "n2", "years", "crop", "area2", "g")
"""What stays as it is where a form is filled in anew."""
SUMS = ("amount", "amount2", "amount3")
MISCOUNTED, MISCOUNTS_BY = 0.3, 5
"""How often somebody else counts other households, and by how many at most."""
NAMED_FACTS = ("estate", "company", "hospital", "market", "project", "road", "file")
"""What makes a matter in one place another one."""
DIGITS = "零一两三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Matter:
    """What a case is about, apart from how anyone words it."""

    number: int
    kind: MatterKind
    spot: Spot
    facts: dict[str, str]
    """What does not depend on who writes."""
    sums: tuple[int, int, int]
    since: date
    opened_at: datetime
    """When the first petition about it is received."""


def draw_matter(rng: Random, names: Names, number: int, kind: MatterKind, spot: Spot, opened_at: datetime) -> Matter:
    """A matter that began some years before its first petition, or some months where its letters name no years."""
    years = 2 + int(rng.random() * 4)
    age = 12 * years + 6 + int(rng.random() * 9) if kind.is_old else 1 + int(rng.random() * 18)
    months = opened_at.year * 12 + opened_at.month - 1 - age
    sums = (
        int(20 + rng.random() * 880) * 1000,
        int(20 + rng.random() * 1800) * 100,
        int(20 + rng.random() * 700) * 10,
    )
    facts = _draw_facts(rng, names, kind, years)
    return Matter(number, kind, spot, facts, sums, date(months // 12, months % 12 + 1, 1), opened_at)


def same_form(
    rng: Random, names: Names, number: int, other: Matter, spot: Spot, named: dict[str, set[str]]
) -> Matter:
    """Another matter that can be put into the very words of `other`; no fact of `named` is one of those given."""
    fresh = draw_matter(rng, names, number, other.kind, spot, other.opened_at)
    while any(fresh.facts[name] in used for name, used in named.items()):
        fresh = draw_matter(rng, names, number, other.kind, spot, other.opened_at)
    kept = {name: other.facts[name] for name in FORM_FACTS}
    return replace(fresh, facts={**fresh.facts, **kept}, sums=other.sums, since=other.since)


def as_another_tells_it(rng: Random, names: Names, matter: Matter) -> Matter:
    """The matter as another household has it: other sums of its own, and perhaps another count of those concerned."""
    own = matter.kind.own
    fresh = draw_matter(rng, names, matter.number, matter.kind, matter.spot, matter.opened_at)
    facts = matter.facts | {name: value for name, value in fresh.facts.items() if name in own}
    if rng.random() < MISCOUNTED:
        facts["n"] = str(int(facts["n"]) + 1 + int(rng.random() * MISCOUNTS_BY))
    first, second, third = (
        new if name in own else old for name, old, new in zip(SUMS, matter.sums, fresh.sums, strict=True)
    )
    since = fresh.since if "since" in own else matter.since
    return replace(matter, facts=facts, sums=(first, second, third), since=since)


def _draw_facts(rng: Random, names: Names, kind: MatterKind, years: int) -> dict[str, str]:
    return {
        "g": pick(rng, GROUPS),
        "road": pick(rng, names.roads) + pick(rng, names.road_parts),
        "estate": pick(rng, names.estate_first) + pick(rng, names.estate_second),
        "company": draw_firm(rng, names, kind.code),
        "school": pick(rng, names.schools),
        "hospital": pick(rng, names.hospitals),
        "market": pick(rng, names.markets),
        "project": pick(rng, names.projects),
        "crop": pick(rng, names.crops),
        "cadre": pick(rng, names.cadre_titles) + draw_name(rng, names),
        "other": draw_name(rng, names),
        "area": str(8 + int(rng.random() * 220)),
        "area2": f"{2 + rng.random() * 12:.1f}",
        "metre": str(20 + int(rng.random() * 300)),
        "narrow": f"{0.3 + rng.random() * 2:.1f}",
        "small": f"{80 + int(rng.random() * 600)}元",
        "km": f"{0.8 + rng.random() * 6:.1f}",
        "n": str(11 + int(rng.random() * 190)),
        "n2": str(3 + int(rng.random() * 16)),
        "years": DIGITS[years],
        "age2": str(3 + int(rng.random() * 8)),
        "file": _file_number(rng),
        "people_home": DIGITS[4 + int(rng.random() * 5)],
    }


def _file_number(rng: Random) -> str:
    """The number under which a court keeps a case."""
    year, court, number = 2020 + int(rng.random() * 6), 2 + int(rng.random() * 29), 1 + int(rng.random() * 9000)
    return f"（{year}）豫13{court:02d}民初{number}号"


def slots_of(matter: Matter, person: Person, written_on: date, place: str, style: int) -> dict[str, str]:
    """All that a letter about the matter may mention, in that writer's way of writing numbers and dates."""
    spot = matter.spot
    amounts = {name: _amount(value, style) for name, value in zip(SUMS, matter.sums, strict=True)}
    return {
        **matter.facts,
        **amounts,
        "since": _month(matter.since, written_on, style),
        "v": spot.village,
        "t": spot.township,
        "c": spot.county,
        "place": place,
        "home": person.residence,
        "age": str(person.age),
        "name": person.name,
        "surname": person.name[0],
        "n3": DIGITS[2 + person.number % 8],
    }


def _amount(value: int, style: int) -> str:
    if value < 10_000:
        return f"{value}元" if style == 0 else f"{value}块钱"
    return f"{value / 10_000:g}万元" if style == 0 else f"{value}元"


def _month(since: date, written_on: date, style: int) -> str:
    gone = written_on.year - since.year
    if style == 1 and 0 <= gone <= 2:
        return f"{('今年', '去年', '前年')[gone]}{since.month}月份"
    return f"{since.year}年{since.month}月"
