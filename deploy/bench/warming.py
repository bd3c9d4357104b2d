"""Elasticsearch before the measurement: a JVM that has compiled nothing yet takes three times the CPU a document.

Without this the pipeline would pay for the compiling and the bare load, which comes after it, would profit.
"""

from datetime import date

from consumers.search.documents import document_bytes
from deploy.bench.bare import load_bare, packed, stored
from deploy.bench.letters import invented_cases
from deploy.demo.generator import SEED
from processors.rules.register import Register
from schemas.settings import Settings

PETITIONS = 1_000
DOCUMENTS = 40_000
"""After so many a further load takes no less CPU for each."""


def warm_up(settings: Settings, register: Register, until: date) -> None:
    """Load documents of other petitions into an index that is deleted afterwards."""
    cases = invented_cases(PETITIONS, register, until, settings.folder / "warm-up", SEED + 1)
    rounds = range(-(-DOCUMENTS // len(cases)))
    documents = ((f"{case.case_id}-{number}", document_bytes(case)) for number in rounds for case in cases)
    bodies = stored(packed(documents, settings.bulk_bytes), settings.folder / "warm-up" / "bodies")
    load_bare(settings, bodies, len(cases) * len(rounds))
