"""Where invented matters lie: the real divisions of one city, as the register knows them on a day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from processors.rules.register import Division, Register
from schemas.terms import Level

TOWNSHIP_ENDINGS = ("街道办事处", "街道", "镇", "乡")
MOST_A_SPOT = 250
"""Petitions that a county may send for each of its villages, or communities, for matters of that kind to lie in these
alone: a district with a single village would else have thousands of matters in it, which no village has."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A village or community with the divisions above it."""

    code: str
    village: str
    township: str
    county: str
    city: str
    province: str
    county_code: str

    @property
    def township_code(self) -> str:
        """Nine digits."""
        return self.code[:9]

    def written(self, style: int) -> str:
        """The place as people write it: from the full name down to the shortest."""
        forms = (
            f"{self.city}{self.county}{self.township}{self.village}",
            f"{self.county}{self.township}{self.village}",
            f"{self.township}{self.village}",
            f"{self.province}{self.city}{self.county}{self.township}{self.village}",
            f"{_short(self.county)}{_short(self.township)}{self.village}",
        )
        return forms[style % len(forms)]


class Places:
    """The spots of each county, villages apart from communities."""

    def __init__(self, spots: Iterable[Spot], petitions: Mapping[str, float]) -> None:
        """`petitions` is how many each county is going to send."""
        self._by_scale: dict[str, dict[str, list[Spot]]] = {
            scale: defaultdict(list) for scale in ("village", "community", "township")
        }
        for spot in spots:
            own = "community" if spot.village.endswith(("社区", "居委会")) else "village"
            for scale in (own, "township"):
                self._by_scale[scale][spot.county_code].append(spot)
        for by_county in (self._by_scale["village"], self._by_scale["community"]):
            for county in [one for one, found in by_county.items() if petitions[one] > MOST_A_SPOT * len(found)]:
                del by_county[county]

    def draw(self, rng: Random, county: str, scale: str) -> Spot:
        """A spot of that kind in the county, or any spot of the county where it has too few of that kind."""
        spots = self._by_scale[scale].get(county) or self._by_scale["township"][county]
        return spots[int(rng.random() * len(spots))]

    def draw_one_of(self, rng: Random, county: str, scale: str) -> Spot:
        """The same, from several: any spot of the county where it has only one of that kind."""
        has_several = len(self._by_scale[scale].get(county, ())) > 1
        return self.draw(rng, county, scale if has_several else "township")


def places_of(register: Register, petitions: Mapping[str, float], on: date) -> Places:
    """The villages and communities that exist on that day in the counties that send so many petitions each."""
    above: dict[str, Division] = {d.code: d for d in register.divisions if d.is_valid_on(on)}
    spots = []
    for division in above.values():
        township = above.get(division.parent)
        if division.level is not Level.VILLAGE or township is None or township.parent not in petitions:
            continue
        county = above[township.parent]
        city = above[county.parent]
        province = above.get(city.parent)
        name = province.name if province else ""
        spots.append(Spot(division.code, division.name, township.name, county.name, city.name, name, county.code))
    return Places(sorted(spots, key=lambda spot: spot.code), petitions)


def _short(name: str) -> str:
    for ending in (*TOWNSHIP_ENDINGS, "县", "区", "市"):
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name
