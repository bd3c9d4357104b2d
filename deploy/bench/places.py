"""How right places are, and how many are found in a second of one core: in short addresses and in whole letters."""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from deploy.bench.letters import invented_records
from deploy.demo.address_quality import measure
from deploy.demo.addresses import Address, addresses
from deploy.demo.generator import SEED
from processors.register_files import load_register
from processors.rules.territory.gazetteer import Gazetteer
from schemas.garbage import collect_rarely

ADDRESSES = 20_000
IN_LEDGERS = 100_000
"""Some 500 of each county, as a ledger of a few weeks has them."""
LETTERS = 5_000


def measure_places(until: date, folder: Path) -> dict[str, Any]:
    """Quality on generated addresses; rates of CPU as in a worker that has run for a while.

    It has located as many other addresses before, and none of those that are measured: what it remembers of a text
    does not help. They come as ledgers bring them, county after county; then others from anywhere in the province,
    each from another place than the last, where the memory of the machine is slowest.
    """
    register = load_register(None)
    written = list(addresses(register, 2 * ADDRESSES + IN_LEDGERS, SEED))
    known = {address.text for address in written[:ADDRESSES]}
    unknown = list({address.text: address for address in written[ADDRESSES:] if address.text not in known}.values())
    anywhere, by_county = unknown[:ADDRESSES], sorted(unknown[ADDRESSES:], key=lambda address: address.county)
    letters = invented_records(LETTERS, register, until, folder)
    gazetteer = Gazetteer(register)
    quality = measure(register, gazetteer, written[:ADDRESSES])
    collect_rarely()  # as the workers do

    def locate(given: list[Address]) -> None:
        for address in given:
            gazetteer.locate(address.text, address.on, address.near)

    def locate_letters() -> None:
        for letter in letters:
            gazetteer.locate_matter("", letter.title, letter.body, until, letter.source)

    return {
        "addresses": len(by_county),
        "addresses_per_s": round(len(by_county) / _cpu_s(lambda: locate(by_county))),
        "from_anywhere": len(anywhere),
        "from_anywhere_per_s": round(len(anywhere) / _cpu_s(lambda: locate(anywhere))),
        "letters": len(letters),
        "letters_per_s": round(len(letters) / _cpu_s(locate_letters)),
        "quality": asdict(quality),
    }


def _cpu_s(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
