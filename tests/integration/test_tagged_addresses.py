"""Real addresses of the whole country, tagged by others: right to the county where the county is named.

The register of the country is built here from the public sources and is not shipped.
"""

import lzma
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from deploy.register_build import read_dated, read_list, with_zones
from processors.register_files import load_register
from processors.rules.register import Division, Register
from processors.rules.territory.gazetteer import Gazetteer
from processors.rules.territory.lineage import Lineage
from processors.rules.territory.names import short_forms, stem
from schemas.terms import Confidence, Level

DATA = Path(__file__).parents[3] / "shared/data"
FILES = ("swei48k_train.bmeo.txt.xz", "ncap_train.bio.txt.xz")
DAY = date(2023, 6, 1)
EVERY = 8
"""Every eighth address is measured."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (DATA / "addresses").exists(), reason="the tagged addresses are not at hand"),
]


def country() -> Register:
    today = list(read_list(DATA / "territory/nbs2023_levels1-4.csv.xz"))
    divisions: list[Division] = []
    for province in sorted({d.code[:2] for d in today}):
        own = [d for d in today if d.code.startswith(province)]
        divisions += with_zones(read_dated(DATA / "territory/areacodes_result.csv", province), own)
        divisions += [d for d in own if d.level is Level.TOWNSHIP]
    named = tuple(replace(d, aliases=(*d.aliases, *short_forms(d.name, d.level))) for d in divisions)
    return Register("country", named, (), {}, everyday_words=load_register().everyday_words)


def tagged(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Each address with the first span of each tag."""
    for block in lzma.decompress(path.read_bytes()).decode("utf-8").split("\n\n")[::EVERY]:
        rows = [line.split() for line in block.splitlines() if len(line.split()) == 2]
        spans: list[list[str]] = []
        for character, tag in rows:
            if tag[0] in "BS" or not spans or spans[-1][0] != tag[2:]:
                spans.append([tag[2:], ""])
            spans[-1][1] += character
        yield "".join(character for character, _ in rows), dict(reversed([(tag, text) for tag, text in spans]))


def counties_of(spans: dict[str, str], named: dict[str, set[str]], lineage: Lineage) -> set[str]:
    """The counties that the tags mean, by the names of the province and city that they also bear."""
    found = named.get(spans.get("district", ""), set())
    for text in (spans[tag] for tag in ("city", "prov") if tag in spans):
        here = {
            code
            for code in found
            if any(text.startswith(stem(d.name, d.level)) for d in lineage.trail(code, DAY).divisions)
        }
        found = here or found
    return found


def test_real_addresses_lead_to_the_county_that_they_name() -> None:
    register = country()
    gazetteer, lineage = Gazetteer(register), Lineage(register)
    named: dict[str, set[str]] = defaultdict(set)
    for division in register.divisions:
        if division.level is Level.COUNTY:
            for name in (division.name, stem(division.name, Level.COUNTY)):
                named[name].update(lineage.led_to(division, DAY))
    count = right = wrong = 0
    for file in FILES:
        for text, spans in tagged(DATA / "addresses" / file):
            counties = counties_of(spans, named, lineage)
            if len(counties) != 1:
                continue
            (county,) = counties
            place = gazetteer.locate(text, DAY)
            is_sure = place.confidence in (Confidence.CERTAIN, Confidence.LIKELY)
            is_right = is_sure and county in lineage.trail(place.code, DAY).codes
            count, right = count + 1, right + is_right
            wrong += is_sure and not is_right and place.code not in lineage.trail(county, DAY).codes
    assert count > 3_000
    assert right / count >= 0.95, right / count
    assert wrong / count <= 0.01, wrong / count
