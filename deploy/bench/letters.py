"""Invented letters as records of the intake and as cases, for measurements without the pipeline."""

import tomllib
from datetime import date
from pathlib import Path

from deploy.demo.generator import SEED, generate
from deploy.dry_run import Ledger, dry_run, read
from processors.rulebook import Rulebook
from processors.rules.register import Register
from producers.profiles import Profile
from schemas.events import Case
from schemas.petition import IntakeRecord


def invented_records(
    size: int, register: Register, until: date, folder: Path, seed: int = SEED
) -> list[IntakeRecord]:
    """So many invented letters, as the producers would send them, in the order in which they were received."""
    found = [one for one in read(_ledgers(size, seed, register, until, folder)) if isinstance(one, IntakeRecord)]
    return sorted(found, key=lambda record: record.received_at)


def invented_cases(size: int, register: Register, until: date, folder: Path, seed: int = SEED) -> list[Case]:
    """The cases of so many invented letters, as the stages would decide them."""
    return dry_run(_ledgers(size, seed, register, until, folder), Rulebook(register)).cases


def _ledgers(size: int, seed: int, register: Register, until: date, folder: Path) -> list[Ledger]:
    ledgers = generate(size, seed, register, until)
    ledgers.write(folder)
    profiles = {code: Profile.model_validate(tomllib.loads(text)) for code, text in ledgers.profiles.items()}
    return [Ledger(folder / one.county / one.name, profiles[one.county]) for one in ledgers.files]
