"""Invented letters as records of the intake, for measurements without servers."""

import tomllib
from datetime import date
from pathlib import Path

from deploy.demo.generator import SEED, generate
from deploy.dry_run import Ledger, read
from processors.rules.register import Register
from producers.profiles import Profile
from schemas.events import IntakeRecord


def invented_records(size: int, register: Register, until: date, folder: Path) -> list[IntakeRecord]:
    """So many invented letters, as the producers would send them, in the order in which they were received."""
    ledgers = generate(size, SEED, register, until)
    ledgers.write(folder)
    profiles = {code: Profile.model_validate(tomllib.loads(text)) for code, text in ledgers.profiles.items()}
    files = [Ledger(folder / one.county / one.name, profiles[one.county]) for one in ledgers.files]
    found = [one for one in read(files) if isinstance(one, IntakeRecord)]
    return sorted(found, key=lambda record: record.received_at)
