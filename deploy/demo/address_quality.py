"""How right places are on written addresses whose truth is known: right, or confidently wrong."""

from collections.abc import Iterable
from dataclasses import dataclass

from deploy.demo.addresses import Address
from processors.rules.register import Register
from processors.rules.territory.gazetteer import Gazetteer
from schemas.terms import Confidence

_SURE = (Confidence.CERTAIN, Confidence.LIKELY)


@dataclass(frozen=True, slots=True)
class PlaceScore:
    """Shares of addresses."""

    addresses: int
    township: float
    """Of those that name a township: a sure answer in it."""
    county: float
    """Of all: a sure answer in the right county."""
    confidently_wrong: float
    """Of all: a sure answer that neither lies in the true place nor contains it."""


def measure(register: Register, gazetteer: Gazetteer, found: Iterable[Address]) -> PlaceScore:
    """Locate every address on its day, with its source where one is given."""
    count = named = township = county = wrong = 0
    for address in found:
        place = gazetteer.locate(address.text, address.on, address.near)
        is_sure = place.confidence in _SURE
        true_code = address.township or address.county
        path = {d.code for d in register.ancestors(place.code, address.on)} if is_sure else set()
        count += 1
        named += bool(address.township)
        township += bool(address.township) and address.township in path
        county += address.county in path
        wrong += is_sure and true_code not in path and not _contains(register, place.code, true_code, address)
    return PlaceScore(count, township / max(1, named), county / max(1, count), wrong / max(1, count))


def _contains(register: Register, code: str, lower: str, address: Address) -> bool:
    return any(division.code == code for division in register.ancestors(lower, address.on))
