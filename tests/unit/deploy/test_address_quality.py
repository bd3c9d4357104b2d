"""Places of Henan as people write them: short, old, abbreviated, noisy."""

from deploy.demo.address_quality import measure
from deploy.demo.addresses import addresses
from processors.rules.register import Register
from processors.rules.territory.gazetteer import Gazetteer


def test_written_places_lead_to_their_township_and_county_and_hardly_ever_elsewhere(
    shipped: Register, gazetteer_of_shipped: Gazetteer
) -> None:
    found = list(addresses(shipped, 2_000, seed=5))
    quality = measure(shipped, gazetteer_of_shipped, found)
    assert {address.form for address in found} >= {"short", "old", "office", "noisy", "wrong_level", "repeated"}
    assert quality.township >= 0.97
    assert quality.county >= 0.99
    assert quality.confidently_wrong <= 0.005
