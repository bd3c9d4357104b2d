"""Places of Henan as people write them: short, old, abbreviated, noisy."""

from deploy.demo.address_quality import measure
from deploy.demo.addresses import addresses
from processors.register_files import load_register
from processors.rules.territory.gazetteer import Gazetteer


def test_written_places_lead_to_their_township_and_county_and_hardly_ever_elsewhere() -> None:
    register = load_register()
    found = list(addresses(register, 2_000, seed=5))
    quality = measure(register, Gazetteer(register), found)
    assert {address.form for address in found} >= {"short", "old", "office", "noisy", "wrong_level", "repeated"}
    assert quality.township >= 0.97
    assert quality.county >= 0.99
    assert quality.confidently_wrong <= 0.005
