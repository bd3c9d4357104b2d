"""How right places are, and how many are found in a second of one core: in short addresses and in whole letters."""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from deploy.bench.letters import invented_records
from deploy.demo.address_quality import measure
from deploy.demo.addresses import addresses
from deploy.demo.generator import SEED
from processors.register_files import load_register
from processors.rules.territory.gazetteer import Gazetteer

ADDRESSES = 20_000
LETTERS = 5_000


def measure_places(until: date, folder: Path) -> dict[str, Any]:
    """Quality on generated addresses; rates of CPU where every text is new, so that none is known beforehand."""
    register = load_register(None)
    written = list(addresses(register, ADDRESSES, SEED))
    distinct = list({address.text: address for address in written}.values())
    letters = invented_records(LETTERS, register, until, folder)
    gazetteer = Gazetteer(register)

    def locate_addresses() -> None:
        for address in distinct:
            gazetteer.locate(address.text, address.on, address.near)

    def locate_letters() -> None:
        for letter in letters:
            gazetteer.locate_matter("", letter.title, letter.body, until, letter.source)

    return {
        "addresses": len(distinct),
        "addresses_per_s": round(len(distinct) / _cpu_s(locate_addresses)),
        "letters": len(letters),
        "letters_per_s": round(len(letters) / _cpu_s(locate_letters)),
        "quality": asdict(measure(register, gazetteer, written)),
    }


def _cpu_s(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
