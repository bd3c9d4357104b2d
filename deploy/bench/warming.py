"""Elasticsearch before the measurement: a JVM that has compiled nothing yet takes three times the CPU a document.

Without this the pipeline would pay for the compiling and the bare load, which comes after it, would profit.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from consumers.search.documents import document_bytes
from deploy.bench.bare import load_bare, packed, stored
from deploy.demo.generator import SEED, generate
from deploy.demo.province import profiles_dir
from deploy.dry_run import Ledger, dry_run
from processors.rulebook import Rulebook
from processors.rules.register import Register
from producers.profiles import load_profiles
from schemas.events import Case
from schemas.settings import Settings

PETITIONS = 1_000
DOCUMENTS = 40_000
"""After so many a further load takes no less CPU for each."""


def warm_up(settings: Settings, register: Register, until: date) -> None:
    """Load documents of other petitions into an index that is deleted afterwards."""
    cases = list(_cases(settings.folder / "warm-up", register, until))
    rounds = range(-(-DOCUMENTS // len(cases)))
    documents = ((f"{case.case_id}-{number}", document_bytes(case)) for number in rounds for case in cases)
    bodies = stored(packed(documents, settings.bulk_bytes), settings.folder / "warm-up" / "bodies")
    load_bare(settings, bodies, len(cases) * len(rounds))


def _cases(folder: Path, register: Register, until: date) -> Iterator[Case]:
    generate(PETITIONS, SEED + 1, register, until).write(folder)
    profiles = load_profiles(profiles_dir())
    ledgers = [Ledger(path, profile) for profile in profiles for path in sorted((folder / profile.code).glob("*"))]
    yield from dry_run(ledgers, Rulebook(register)).cases
