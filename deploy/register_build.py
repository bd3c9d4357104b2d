"""Builds a province's register from public sources: dated divisions from the province down to villages."""

import csv
import io
import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from deploy.register_changes import Change, Township, Townships, repaired
from deploy.register_positions import Point, build_positions, read_positions, write_positions
from deploy.register_villages import attach_villages
from processors.register_files import DIVISIONS, ELSEWHERE, MANIFEST, write_divisions
from processors.rules.register import BEGINNING, END, Division
from processors.rules.territory.names import stem
from schemas.terms import Level

FIRST_YEAR = 1981
"""The dated table begins with this year; what it lists then is taken as having always been."""
LISTED_IN = 2023
"""Year of the list of today's divisions; the changes of this year may or may not be in it."""
AS_OF = date(LISTED_IN + 1, 1, 1)
TOWNSHIPS_SINCE = date(2007, 1, 1)
"""Before this day townships are not led back under the counties of the time."""
_PSEUDO = ("省直辖县级行政区划", "自治区直辖县级行政区划", "市辖区", "县", "直辖")
_SUCCESSOR = re.compile(r"(\d{6})(?:\[(\d{4})\])?")
_LEVELS = {"province": Level.PROVINCE, "city": Level.CITY, "county": Level.COUNTY, "town": Level.TOWNSHIP}
_TABLE_LEVELS = {"省级": Level.PROVINCE, "地级": Level.CITY, "县级": Level.COUNTY}
_DIGITS = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6}


def build_register(sources: Path, province: str, out: Path) -> dict[str, int]:
    """Write the divisions of a province into a folder, and say how many there are of each kind."""
    today = [d for d in read_list(sources / "nbs2023_levels1-4.csv.xz") if d.level is not Level.VILLAGE]
    own = [d for d in today if d.code.startswith(province)]
    upper = with_zones(read_dated(sources / "areacodes_result.csv", province), own)
    changes = repaired(read_changes(sources / "subcounty_changes_2014_2023.csv.xz", province))
    townships = dated_townships(own, upper, changes)
    committees = list(read_villages(sources / "adcode2016_villages.csv.xz", province))
    townships = under_former_counties(townships, upper, {code[:9] for code, _ in committees})
    villages = list(attach_villages(committees, townships, upper))
    divisions = [*upper, *townships, *villages]
    elsewhere = [d for d in today if not d.code.startswith(province) and d.level is not Level.TOWNSHIP]
    out.mkdir(parents=True, exist_ok=True)
    write_divisions(out / DIVISIONS, divisions)
    write_divisions(out / ELSEWHERE, elsewhere)
    by_hand = {code: one for code, one in read_positions(out).items() if code.startswith(province)}
    points = read_points(sources / "adcode2016_villages.csv.xz", province)
    positions = build_positions(points, counties_of_today(villages), by_hand)
    write_positions(out, positions)
    counts = Counter(d.level.value for d in divisions if d.is_valid_on(AS_OF))
    counts["periods"] = len(divisions)
    counts["elsewhere"] = len(elsewhere)
    counts["positions"] = len(positions)
    counts["villages_under_county"] = sum(len(d.parent) < 9 for d in villages if d.is_valid_on(AS_OF))
    _write_manifest(out / MANIFEST, province, counts)
    return dict(counts)


def read_list(path: Path) -> Iterator[Division]:
    """Today's divisions without those that only group others; the members of these hang from the level above."""
    rows = list(_rows(path))
    pseudo = {row["code"]: row["parent"] for row in rows if row["name"] in _PSEUDO}
    names = {row["code"]: row["name"] for row in rows}
    for row in rows:
        if row["code"] not in pseudo:
            parent = pseudo.get(row["parent"], row["parent"])
            name = (
                _without_county(row["name"], names.get(row["parent"], "")) if row["level"] == "town" else row["name"]
            )
            yield Division(row["code"], name, _LEVELS[row["level"]], parent)


def read_dated(path: Path, province: str) -> list[Division]:
    """County level and above with their periods: what changed in a year is in force on 1 January of the next."""
    rows = [row for row in _rows(path) if row["代码"].startswith(province)]
    levels = {row["代码"]: _TABLE_LEVELS[row["级别"]] for row in rows}
    known = {_short(code, level) for code, level in levels.items()}
    divisions = []
    for row in rows:
        level, start, end = _TABLE_LEVELS[row["级别"]], row["启用时间"], row["变更/弃用时间"]
        code = _short(row["代码"], level)
        divisions.append(
            Division(
                code,
                row["名称"],
                level,
                _parent(code, known, province),
                BEGINNING if int(start) <= FIRST_YEAR else _in_force(start),
                _in_force(end) if end else END,
                # A successor with a year took a part earlier; who has none took over what was left.
                tuple(
                    _short(heir, levels.get(heir, Level.COUNTY))
                    for heir, moved in _SUCCESSOR.findall(row["新代码"])
                    if end and (not moved or moved == end)
                ),
            )
        )
    return [_with_heir(d, divisions) for d in divisions]


def with_zones(dated: list[Division], own: Iterable[Division]) -> list[Division]:
    """Add what only today's list has: functional zones (功能区), which are counted as counties there."""
    known = {d.code for d in dated}
    return [*dated, *(d for d in own if d.level is not Level.TOWNSHIP and d.code not in known)]


def read_changes(path: Path, province: str) -> Iterator[Change]:
    """The changes of townships that concern a province on either side."""
    for row in _rows(path):
        if province in (row["old_code"][:2], row["new_code"][:2]):
            yield Change(int(row["year"]), row["old_code"], row["old_name"], row["new_code"], row["new_name"])


def read_villages(path: Path, province: str) -> Iterator[tuple[str, str]]:
    """Code and committee of each village and community."""
    return ((row["code"], row["name"]) for row in _rows(path) if row["code"].startswith(province))


def read_points(path: Path, province: str) -> Iterator[tuple[str, Point]]:
    """The villages of which a point is known: about one in thirty."""
    for row in _rows(path):
        if row["code"].startswith(province) and row["lon_gcj02"] and row["lat_gcj02"]:
            yield row["code"], (float(row["lon_gcj02"]), float(row["lat_gcj02"]))


def counties_of_today(villages: Iterable[Division]) -> dict[str, str]:
    """The first nine digits of the villages' codes → the county in which these villages lie today."""
    return {one.code[:9]: one.parent[:6] for one in villages if one.is_valid_on(AS_OF) and len(one.parent) >= 6}


def dated_townships(own: Iterable[Division], upper: list[Division], changes: list[Change]) -> list[Division]:
    """Today's townships and those before them, each with its period and successors."""
    today = [Township(d.code, d.name, d.parent) for d in own if d.level is Level.TOWNSHIP]
    heirs = {d.code: d.successors for d in upper if d.level is Level.COUNTY and d.successors}
    townships = Townships(today, {d.code for d in upper}, heirs, LISTED_IN)
    townships.lead_back(changes)
    known = {d.code for d in upper}
    return [
        Division(
            t.code,
            t.name,
            Level.TOWNSHIP,
            t.county if t.county in known else t.code[:4],
            t.valid_from,
            t.valid_to,
            tuple(t.successors),
            tuple(t.aliases),
        )
        for t in _without_overlap(townships.periods)
    ]


def under_former_counties(townships: list[Division], upper: list[Division], seen: set[str]) -> list[Division]:
    """Split a township's period where its county got a new code: before that day it had the county's old code."""
    former: dict[str, list[Division]] = defaultdict(list)
    for county in upper:
        for heir in county.successors if county.valid_to >= TOWNSHIPS_SINCE else ():
            if heir != county.code:
                former[heir].append(county)
    codes = {t.code for t in townships}
    result = []
    for township in townships:
        before = [
            county
            for county in former.get(township.parent, ())
            if township.valid_from < county.valid_to < township.valid_to
            and county.code + township.code[6:] not in codes
            and (len(former[township.parent]) == 1 or county.code + township.code[6:] in seen)
        ]
        if len(before) == 1:
            county = before[0]
            old = replace(
                township,
                code=county.code + township.code[6:],
                parent=county.code,
                valid_to=county.valid_to,
                successors=(township.code,),
            )
            result.append(old)
            township = replace(township, valid_from=county.valid_to)
        result.append(township)
    return result


def _without_overlap(periods: Iterable[Township]) -> list[Township]:
    """One code names one township at a time: the later period begins where the earlier one ends."""
    by_code: dict[str, list[Township]] = defaultdict(list)
    for period in periods:
        by_code[period.code].append(period)
    result = []
    for same in by_code.values():
        same.sort(key=lambda t: t.valid_to)
        for earlier, later in pairwise(same):
            later.valid_from = max(later.valid_from, earlier.valid_to)
        result += [t for t in same if t.valid_from < t.valid_to]
    return result


def _with_heir(division: Division, divisions: list[Division]) -> Division:
    """A prefecture (地区) that ended without a named successor became the city of the same name."""
    if division.level is not Level.CITY or division.valid_to == END or division.successors:
        return division
    bare = stem(division.name, Level.CITY)
    heirs = {
        d.code for d in divisions if d.level is Level.CITY and d is not division and stem(d.name, d.level) == bare
    }
    return replace(division, successors=tuple(sorted(heirs)))


def _without_county(name: str, county: str) -> str:
    """Some townships are listed with their county or zone before the name."""
    for prefix in (county, "开发区"):
        if prefix and name.startswith(prefix) and len(name) - len(prefix) >= 3:
            return name.removeprefix(prefix)
    return name


def _parent(code: str, known: set[str], province: str) -> str:
    if len(code) == 2:
        return ""
    return code[:4] if len(code) == 6 and code[:4] in known else province


def _short(code: str, level: Level) -> str:
    return code[: _DIGITS[level]]


def _in_force(year: str) -> date:
    return date(int(year) + 1, 1, 1)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    packed = path.read_bytes()
    text = (lzma.decompress(packed) if path.suffix == ".xz" else packed).decode("utf-8-sig")
    return csv.DictReader(io.StringIO(text, newline=""))


def _write_manifest(path: Path, province: str, counts: Counter[str]) -> None:
    lines = [f'province = "{province}"', f'as_of = "{AS_OF.isoformat()}"', "", "[counts]"]
    lines += [f"{name} = {count}" for name, count in sorted(counts.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
