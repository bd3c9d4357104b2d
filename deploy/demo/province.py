"""Which county systems send what is invented: those of one city, and for a load those of city after city.

A city's offices receive some ten thousand petitions a year. What a whole province would send must not lie in one
city: there every letter would resemble thousands of others.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path

from processors.rules.register import Register
from schemas.terms import Level

SHARES = {
    "411302": 14, "411303": 14, "411321": 6, "411322": 9, "411323": 6, "411324": 9,
    "411325": 8, "411326": 8, "411327": 7, "411328": 10, "411329": 7, "411330": 4,
}  # fmt: skip
"""The counties of the demo's city, each with its share of all petitions."""
OF_ONE_CITY = 12_000
"""Petitions from which on a further city sends some."""
VILLAGES_A_SHARE = 41
"""Of a further city a county sends by how many villages and communities it has, at the rate of the demo's city."""
LEAST_VILLAGES = 20


def shares_of(size: int, register: Register, until: date) -> dict[str, int]:
    """The counties that send so many petitions, each with its share; the demo's city first."""
    shares = dict(SHARES)
    if size <= OF_ONE_CITY:
        return shares
    home = next(iter(SHARES))[:4]
    others = _counties_by_city(register, until)
    cities = sorted(city for city in others if city != home)
    for city in cities[: -(-size // OF_ONE_CITY) - 1]:
        shares |= {county: max(1, round(count / VILLAGES_A_SHARE)) for county, count in others[city].items()}
    return shares


def petitions_by_county(size: int, shares: Mapping[str, int]) -> dict[str, float]:
    """How many of so many petitions each county sends, by its share."""
    every = sum(shares.values())
    return {county: size * share / every for county, share in shares.items()}


def profiles_of(shares: dict[str, int], register: Register, until: date) -> dict[str, str]:
    """The profile of each county as TOML; counties beyond the demo's city write as those of the city do."""
    patterns = [(code, (profiles_dir() / f"{code}.toml").read_text("utf-8")) for code in SHARES]
    profiles = dict(patterns)
    names = {d.code: d.name for d in register.divisions if d.is_valid_on(until)}
    for index, code in enumerate(code for code in shares if code not in profiles):
        pattern, text = patterns[index % len(patterns)]
        own = text.replace(f'code = "{pattern}"', f'code = "{code}"', 1)
        profiles[code] = own.replace(f'name = "{names[pattern]}"', f'name = "{names[code]}"', 1)
    return profiles


def write_profiles(profiles: Mapping[str, str], folder: Path) -> None:
    """Put the profiles where `petitions feed` finds them."""
    folder.mkdir(parents=True)
    for code, text in profiles.items():
        (folder / f"{code}.toml").write_text(text, "utf-8")


def profiles_dir() -> Path:
    """The profiles of the demo's counties."""
    return Path(str(files("deploy.demo") / "counties"))


def _counties_by_city(register: Register, until: date) -> dict[str, dict[str, int]]:
    """Counties of which enough villages are known for matters to differ, with how many, by the digits of a city."""
    divisions = [division for division in register.divisions if division.is_valid_on(until)]
    county_of = {division.code: division.parent for division in divisions if division.level is Level.TOWNSHIP}
    villages = Counter(county_of.get(division.parent) for division in divisions if division.level is Level.VILLAGE)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for division in sorted(divisions, key=lambda division: division.code):
        if division.level is Level.COUNTY and villages[division.code] >= LEAST_VILLAGES and len(division.parent) == 4:
            found[division.parent][division.code] = villages[division.code]
    return found
