"""Places of a province as people write them: short, old, abbreviated and noisy forms, each with its truth.

The names are real divisions, the choice of form is drawn; the same seed gives the same addresses.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from processors.rules.register import Division, Register
from processors.rules.territory.names import short_forms, stem
from schemas.terms import Level

FIRST_YEAR, LAST_YEAR = 2010, 2025
_ROADS = (
    "人民路12号",
    "建设路中段",
    "红旗街3号院",
    "和平小区5号楼2单元",
    "幸福花园西门",
    "文化路与中州路交叉口",
    "工业路八十八号",
)
_PREFIXES = ("地址：", "位于", "反映地点:", "住址 ", "（", "事发地：", "我是")
_SUFFIXES = ("附近", "东头", "）", "，电话见附件", "村民小组", "路边", "南500米", "。")


@dataclass(frozen=True, slots=True)
class Address:
    """One written place, the day and county that it was written in, and what it truly names."""

    text: str
    on: date
    near: str
    township: str
    """Code on that day; empty where no township is named."""
    county: str
    form: str


def addresses(register: Register, size: int, seed: int) -> Iterator[Address]:
    """So many addresses, spread over all townships, days and forms."""
    rng = Random(seed)
    townships = [d for d in register.divisions if d.level is Level.TOWNSHIP and d.valid_to.year > FIRST_YEAR]
    villages: dict[str, list[Division]] = {}
    for division in register.divisions:
        if division.level is Level.VILLAGE:
            villages.setdefault(division.parent, []).append(division)
    former: dict[str, list[str]] = {}
    for division in register.divisions:
        if division.level is Level.COUNTY and len(division.successors) == 1:
            former.setdefault(division.successors[0], []).append(division.name)
    forms = list(_FORMS.items())
    while size > 0:
        township = rng.choice(townships)
        on = _day(rng, township)
        upper = list(register.ancestors(township.code, on))[1:]
        county = next((d for d in upper if d.level is Level.COUNTY), None)
        if county is None or not township.is_valid_on(on):
            continue
        below = [v for v in villages.get(township.code, ()) if v.is_valid_on(on)]
        village = rng.choice(below) if below else None
        others = [name for name in former.get(county.code, ()) if name != county.name]
        written = _Written(rng, township, county, tuple(upper), village, others)
        name, form = rng.choice(forms)
        text = form(written)
        if text:
            size -= 1
            has_township = name != "county"
            yield Address(
                text,
                on,
                county.code if name in _NEEDS_SOURCE or rng.random() < 0.5 else "",
                township.code if has_township else "",
                county.code,
                name,
            )


@dataclass(frozen=True, slots=True)
class _Written:
    rng: Random
    township: Division
    county: Division
    upper: tuple[Division, ...]
    village: Division | None
    former: list[str]
    """Other names that the county had on other days, and of the one county that became it."""

    @property
    def city(self) -> str:
        return next((d.name for d in self.upper if d.level is Level.CITY), "")

    @property
    def province(self) -> str:
        return self.upper[-1].name

    @property
    def end(self) -> str:
        """What follows the township: a village, a road, or nothing."""
        if self.village is not None and self.rng.random() < 0.6:
            return self.village.name
        return self.rng.choice(("", *_ROADS))


def _full(w: _Written) -> str:
    return f"{w.province}{w.city}{w.county.name}{w.township.name}{w.end}"


def _without_province(w: _Written) -> str:
    return f"{w.city}{w.county.name}{w.township.name}{w.end}"


def _without_city(w: _Written) -> str:
    return f"{w.county.name}{w.township.name}{w.end}"


def _short(w: _Written) -> str:
    """Names without their levels: 宛城东关."""
    city = stem(w.city, Level.CITY) if w.city else ""
    county = stem(w.county.name, Level.COUNTY)
    township = w.township.name if w.township.name.endswith("街道") else stem(w.township.name, Level.TOWNSHIP)
    if len(county) < 2 or county == w.county.name or township == w.township.name:
        return ""
    return f"{city}{county}{township}{w.village.name if w.village and w.village.name.endswith('村') else ''}"


def _office(w: _Written) -> str:
    """A sub-district under one of its other names."""
    other = [form for form in short_forms(w.township.name, Level.TOWNSHIP) if form.endswith(("办", "办事处"))]
    return f"{w.county.name}{w.rng.choice(other)}{w.end}" if other else ""


def _old(w: _Written) -> str:
    """The county's or township's name before or after the one of that day."""
    if w.former:
        return f"{w.rng.choice(w.former)}{w.township.name}{w.end}"
    olds = [name for name in w.township.aliases if name not in short_forms(w.township.name, Level.TOWNSHIP)]
    return f"{w.county.name}{w.rng.choice(olds)}{w.end}" if olds else ""


def _wrong_level(w: _Written) -> str:
    """乡 for 镇, 县 for 区."""
    county = stem(w.county.name, Level.COUNTY)
    swapped = {"镇": "乡", "乡": "镇"}
    ending = w.township.name[-1]
    if ending not in swapped or len(county) < 2:
        return ""
    other = {"区": "县", "市": "县"}.get(w.county.name[-1], w.county.name[-1])
    name = f"{county}{other}" if w.rng.random() < 0.5 else w.county.name
    return f"{w.city}{name}{w.township.name[:-1]}{swapped[ending]}{w.end}"


def _noisy(w: _Written) -> str:
    gap = w.rng.choice((" ", "，", "、", "-", "/", "　", ""))
    parts = [w.province[:-1], w.city, w.county.name, w.township.name, w.end]
    text = gap.join(part for part in parts if part)
    return w.rng.choice(("", *_PREFIXES)) + text + w.rng.choice(("", *_SUFFIXES))


def _repeated(w: _Written) -> str:
    return f"{w.city}{w.county.name}{w.county.name}{w.township.name}{w.township.name}{w.end}"


def _township_only(w: _Written) -> str:
    return f"{w.township.name}{w.end}"


def _county_only(w: _Written) -> str:
    return w.rng.choice((w.county.name, f"{w.city}{w.county.name}", f"{w.city}{w.county.name}{w.rng.choice(_ROADS)}"))


_FORMS: dict[str, Callable[[_Written], str]] = {
    "full": _full,
    "no_province": _without_province,
    "no_city": _without_city,
    "short": _short,
    "office": _office,
    "old": _old,
    "wrong_level": _wrong_level,
    "noisy": _noisy,
    "repeated": _repeated,
    "township": _township_only,
    "county": _county_only,
}
_NEEDS_SOURCE = frozenset({"township"})


def _day(rng: Random, township: Division) -> date:
    """A day on which the township existed."""
    first = max(township.valid_from, date(FIRST_YEAR, 1, 1))
    last = min(township.valid_to, date(LAST_YEAR, 12, 31))
    days = (last - first).days
    return date.fromordinal(first.toordinal() + rng.randrange(max(1, days)))
